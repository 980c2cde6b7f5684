"""The passphrase asked for again, before anything that could lock its owner out."""

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import Field

from nti_lms.services import accounts, throttle
from nti_lms.services.accounts import Proof
from nti_lms.web import identity
from nti_lms.web.forms.base import refuse


def prove(control: Field) -> Proof | None:
    """My passphrase checked, throttled like a sign-in; a fault in the form if it is wrong.

    Slow: call it before the writing transaction begins.
    """
    handle, address = current_user.handle, request.remote_addr or ""
    if seconds := throttle.seconds_to_wait(handle, address):
        refuse(control, _("Please wait %(seconds)d seconds and try again.", seconds=seconds))
        return None
    proof = accounts.prove(current_user, control.data, identity.ring())
    if proof is None:
        throttle.note_failure(handle, address)
        refuse(control, _("That is not your current passphrase."))
    return proof
