"""The form that asks for a workbook."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from nti_lms.web.forms.base import LANGUAGE_NAMES, Form, choices, needed


class OrderForm(Form):
    """Which module, in which language, edition and paper."""

    module = SelectField(_l("Module"), [needed(_l("Choose a module."))])
    language = RadioField(_l("Language"), choices=choices(LANGUAGE_NAMES), default="es")
    edition = RadioField(_l("Edition"), [needed(_l("Choose an edition."))], default="participant")
    paper = RadioField(
        _l("Paper"), choices=choices({"letter": _l("Letter"), "a4": "A4"}), default="letter"
    )
