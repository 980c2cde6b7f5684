"""Forms of certificates: for whom, why one no longer holds, and the code that is checked."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from nti_lms.web.forms.base import Form, at_most, needed

MOST_DAYS = 60
MOST_MODULES = 9


class ThresholdForm(Form):
    """At least how much somebody took part; sent with the address, so it can be kept."""

    days = IntegerField(
        _l("At least so many days noted as present"),
        [
            InputRequired(_l("Write a number of days, 0 or more.")),
            NumberRange(0, MOST_DAYS, _l("Write a number of days between 0 and 60.")),
        ],
        default=1,
    )
    modules = IntegerField(
        _l("At least so many modules read whole"),
        [
            InputRequired(_l("Write a number of modules, 0 or more.")),
            NumberRange(0, MOST_MODULES, _l("Write a number of modules between 0 and 9.")),
        ],
        default=0,
    )


class IssueForm(Form):
    """For which of those who are shown."""

    people = SelectMultipleField(
        _l("Issue a certificate to"),
        [needed(_l("Choose at least one person."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class RevokeForm(Form):
    """Why it no longer holds."""

    reason = TextAreaField(
        _l("Why it is revoked"),
        [needed(_l("Write why it is revoked.")), at_most(500)],
        description=_l(
            "The person who holds it reads this, and those who coordinate the cohort. Whoever "
            "checks the code does not."
        ),
    )


class CheckForm(Form):
    """The code of a certificate, however it is typed."""

    code = StringField(
        _l("Code of the certificate"),
        [needed(_l("Write the code that stands on the certificate.")), at_most(80)],
        description=_l("Sixteen letters and numbers. Small letters and spaces do no harm."),
    )
