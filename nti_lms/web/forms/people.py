"""The form of an invitation."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Optional

from nti_lms.web.forms.base import LANGUAGE_NAMES, Form, at_most, choices, needed


class InviteForm(Form):
    """Whom to invite, as what, and how the invitation reaches them."""

    name = StringField(_l("Name"), [needed(_l("Write the person's name.")), at_most(120)])
    role = SelectField(_l("Role"), [needed(_l("Choose a role."))])
    cohort = SelectField(_l("Cohort"), [Optional()])
    organisation = StringField(
        _l("Organisation"),
        [at_most(120)],
        description=_l("For participants and representatives."),
    )
    language = RadioField(_l("Language"), choices=choices(LANGUAGE_NAMES), default="es")
    email = StringField(
        _l("E-mail (if the person has one)"),
        [at_most(200)],
        description=_l("The invitation is sent there. Without it you get a code for paper."),
    )
    handle = StringField(
        _l("User name (for people without e-mail)"),
        [at_most(60)],
        description=_l("Short and without spaces, such as rosa.mamani."),
    )
