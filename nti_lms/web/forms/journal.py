"""Forms of the journal."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from nti_lms.web.forms.base import Form, at_most, needed


class CarryForm(Form):
    """The part of an entry that will be copied into the commitment."""

    body = TextAreaField(
        _l("The text that will be copied"),
        [needed(_l("Write what should be copied.")), at_most(5000)],
        description=_l("Edit it. Your page of the journal does not change."),
    )
    is_checked = BooleanField(
        _l("I checked that it names nobody and lets nobody be recognised."),
        [needed(_l("Please check that it names nobody."))],
    )
