"""What every form shares: messages in the language of the page."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

LANGUAGE_NAMES = {"es": "Español", "en": "English"}


class Form(FlaskForm):
    """A form whose texts are trimmed and never hold a NUL, which PostgreSQL refuses."""

    class Meta(FlaskForm.Meta):
        """How its fields are bound."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the filters that all texts pass through."""
            filters = unbound_field.kwargs.get("filters", [])
            if unbound_field.field_class.__name__ in {"StringField", "TextAreaField"}:
                filters = [*filters, _clean]
            return unbound_field.bind(form=form, filters=filters, **options)


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """What can be chosen: values and their labels, in order."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


class Needed(InputRequired):
    """Filled, and with more than the spaces that are trimmed away."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what was not sent, and a text of which nothing is left."""
        super().__call__(form, field)
        if field.data == "":
            raise StopValidation(self.message)


def needed(message: Any) -> Needed:
    """The field must be filled; `message` says what is missing, by name."""
    return Needed(message)


def at_most(characters: int) -> Length:
    """No longer than this many characters."""
    return Length(max=characters, message=_l("Please use at most %(max)d characters."))


def refuse(field: Field, message: Any) -> None:
    """Put a fault beside a field after the form itself was found good."""
    field.errors = [*field.errors, message]


def _clean(value: Any) -> Any:
    return value.replace("\x00", "").strip() if isinstance(value, str) else value
