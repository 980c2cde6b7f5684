"""Forms of a gathering: a session of its agenda, who was there on a day."""

from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TimeField
from wtforms.validators import NumberRange

from nti_lms.web.forms.base import Form, at_most, choices, needed
from nti_lms.web.labels import ATTENDANCE

MINUTES = NumberRange(5, 600, _l("Between 5 and 600 minutes."))


class HourField(TimeField):
    """An hour of the day, such as 09:30."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the hour that was typed; say how to write one when it is none."""
        self.data = None
        typed = (valuelist or [""])[0].strip()
        if not typed:
            return
        try:
            self.data = time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise ValueError(_("Write an hour such as 09:30.")) from None


class SessionForm(Form):
    """When a session is, what it is, and who leads it."""

    day = SelectField(_l("Day"))
    starts = HourField(_l("Begins at"), [needed(_l("Write when it begins."))])
    minutes = IntegerField(_l("Minutes"), [needed(_l("Write how long it takes.")), MINUTES])
    module = SelectField(_l("Module"))
    title = StringField(
        _l("Activity"), [at_most(200)], description=_l("May stay empty when a module says enough.")
    )
    leader = StringField(_l("Who leads it"), [at_most(120)])


class AttendanceForm(Form):
    """Whether one person was there."""

    state = SelectField(_l("Attendance"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states, and that nobody has noted it."""
        super().__init__(*args, **kwargs)
        self.state.choices = choices({"": _("Not noted"), **ATTENDANCE})
