"""Choosing a passphrase: the same checks and words wherever one is chosen."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from nti_lms.domain import passphrases
from nti_lms.domain.passphrases import Fault
from nti_lms.models import User
from nti_lms.web.forms.auth import PassphraseForm
from nti_lms.web.forms.base import refuse

WORDS = {
    Fault.SHORT: _l("Please use at least 10 characters."),
    Fault.LONG: _l("Please use at most 128 characters."),
    Fault.ONE_CHARACTER: _l("One character repeated is easy to guess. Choose several words."),
    Fault.COMMON: _l("Many people use that one, so it is tried first. Choose words of your own."),
    Fault.CONTEXT: _l("Your name or the programme's is easy to guess. Choose other words."),
}


def is_good(form: PassphraseForm, user: User) -> bool:
    """Whether the form holds a passphrase that will do; if not, the form says why."""
    if not form.validate_on_submit():
        return False
    chosen = form.passphrase.data
    for fault in passphrases.faults(chosen, [user.name, user.handle, user.email or "", "nti"]):
        refuse(form.passphrase, WORDS[fault])
    if passphrases.normal(chosen) != passphrases.normal(form.again.data):
        refuse(form.again, _("The two passphrases differ."))
    return not form.errors
