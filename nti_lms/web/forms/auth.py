"""Forms at the door."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField

from nti_lms.web.forms.base import Form, at_most, needed


class SignInForm(Form):
    """Who one is, the passphrase, and whether this is one's own phone."""

    handle = StringField(
        _l("E-mail or user name"),
        [needed(_l("Write your e-mail or user name.")), at_most(200)],
    )
    passphrase = PasswordField(
        _l("Passphrase"),
        [needed(_l("Write your passphrase."))],
        description=_l("It also opens your journal. That is why nobody can read it without it."),
    )
    is_own_phone = BooleanField(
        _l("This is my own phone or computer"),
        description=_l(
            "You stay signed in for up to 14 days. Leave this unticked if other people use this "
            "device: the session ends by itself and nothing stays behind."
        ),
    )


class CodeForm(Form):
    """An invitation or reset code, as handed over on paper."""

    code = StringField(
        _l("Code"),
        [needed(_l("Write the code that you were given.")), at_most(80)],
        description=_l("Sixteen letters and numbers. Capitals, spaces and dashes do not matter."),
    )


class PassphraseForm(Form):
    """A new passphrase, typed twice."""

    passphrase = PasswordField(
        _l("New passphrase"),
        [needed(_l("Write a passphrase."))],
        description=_l(
            "At least 10 characters; four or five words of your own are easy to remember and "
            "hard to guess."
        ),
    )
    again = PasswordField(
        _l("The same passphrase again"), [needed(_l("Write the passphrase a second time."))]
    )


class ResetForm(PassphraseForm):
    """A new passphrase after forgetting the old one, with the recovery code if it is at hand."""

    recovery_code = StringField(
        _l("Recovery code (optional)"),
        [at_most(80)],
        description=_l(
            "From your recovery sheet. With it you keep reading what your journal holds. Without "
            "it, what you wrote stays sealed until you find the sheet or the old passphrase."
        ),
    )


class ForgottenForm(Form):
    """Whose passphrase was forgotten."""

    handle = StringField(
        _l("E-mail or user name"),
        [needed(_l("Write your e-mail or user name.")), at_most(200)],
    )


class ConfirmCodeForm(Form):
    """The last letters of the recovery code, to show that it is written down."""

    last_four = StringField(
        _l("Last four characters of your code"),
        [needed(_l("Write the last four characters of the code.")), at_most(10)],
    )


class ChangePassphraseForm(PassphraseForm):
    """The passphrase of today, then the new one."""

    current = PasswordField(
        _l("Your current passphrase"), [needed(_l("Write your current passphrase."))]
    )


class ProveForm(Form):
    """The passphrase, to open what it protects."""

    passphrase = PasswordField(_l("Passphrase"), [needed(_l("Write your passphrase."))])
