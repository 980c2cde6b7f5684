"""Forms of a cohort: its name, its gatherings, its phases, where its modules stand."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from nti_lms.domain.schedule import MOST_DAYS, Days, Rule
from nti_lms.web.forms.base import Form, at_most, choices, needed, refuse
from nti_lms.web.labels import MODES, PHASES, RULES

YEARS = range(2000, 2101)


class DayField(DateField):
    """A day of these years, or none."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the day that was typed; say how to write one when it is none."""
        typed = (valuelist or [""])[0].strip()
        self.data = None
        if not typed:
            return
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise ValueError(_("Write a day as year, month and day, such as 2027-03-15."))
        self.data = day


def put_in_order(form: Any, most: int | None = None) -> bool:
    """Whether the days of `form` are in order, and `most` of them; if not, the last day says so."""
    days = Days(form.starts_on.data, form.ends_on.data)
    if not days.is_in_order:
        refuse(form.ends_on, _("The last day cannot come before the first day."))
    elif most is not None and days.count > most:
        refuse(form.ends_on, _("A gathering has at most %(most)d days.", most=most))
    return not form.ends_on.errors


def is_gathering(form: "InstallmentForm") -> bool:
    """Whether its days can be those of a gathering; if not, the last day says why."""
    return put_in_order(form, MOST_DAYS)


class CohortForm(Form):
    """What a cohort is called."""

    name = StringField(
        _l("Name of the cohort"), [needed(_l("Give the cohort a name.")), at_most(120)]
    )


class PauseForm(CohortForm):
    """Its name, and whether it is paused and why."""

    is_paused = BooleanField(_l("This cohort is paused"))
    pause_reason = TextAreaField(
        _l("Why it is paused"),
        [at_most(500)],
        description=_l("Everyone of the cohort can read this."),
    )


class InstallmentForm(Form):
    """The days of a gathering, how people meet, and where."""

    starts_on = DayField(_l("First day"), [needed(_l("Choose the first day."))])
    ends_on = DayField(_l("Last day"), [needed(_l("Choose the last day."))])
    mode = RadioField(
        _l("How people meet"), [needed(_l("Choose how people meet."))], default="in-person"
    )
    place = StringField(
        _l("Place"), [at_most(200)], description=_l("Where to go, or where to find the link.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the three modes."""
        super().__init__(*args, **kwargs)
        self.mode.choices = choices(MODES)


class PhaseForm(Form):
    """The days of one phase."""

    starts_on = DayField(_l("First day"), [Optional()])
    ends_on = DayField(_l("Last day"), [Optional()])


class EveryForm(Form):
    """When every module opens; a day is chosen for one at a time."""

    rule = SelectField(choices=choices({rule: RULES[rule] for rule in (Rule.NOW, Rule.PHASE)}))


class OpeningForm(Form):
    """Where one module stands, and when it opens."""

    phase = SelectField(_l("Phase"))
    rule = SelectField(_l("Opens"))
    day = DayField(_l("Day"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the phases and the rules."""
        super().__init__(*args, **kwargs)
        self.phase.choices, self.rule.choices = choices(PHASES), choices(RULES)
