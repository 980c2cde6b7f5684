"""The form of an organisation."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from nti_lms.web.forms.base import Form, at_most, needed


class OrganisationForm(Form):
    """What it is called."""

    name = StringField(
        _l("Name of the organisation"),
        [needed(_l("Give the organisation a name.")), at_most(120)],
    )
