"""Forms of the second step."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField

from nti_lms.web.forms.base import Form, at_most, needed


class CodeForm(Form):
    """Six digits from an app, or sixteen letters from paper."""

    code = StringField(
        _l("Code of your app, or one of your backup codes"),
        [needed(_l("Write the code.")), at_most(40)],
    )


class FirstCodeForm(Form):
    """The first code that a new app shows."""

    code = StringField(
        _l("Code that the app shows now"),
        [needed(_l("Write the six digits that the app shows.")), at_most(40)],
        description=_l("Six digits, and another six every half minute."),
    )


class PasskeyForm(Form):
    """What a browser answers about a passkey, and the challenge that it was asked with."""

    answer = HiddenField(validators=[needed(_l("The browser gave no passkey.")), at_most(10_000)])
    challenge = HiddenField(validators=[at_most(500)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey, with the passphrase of whoever adds it."""

    passphrase = PasswordField(_l("Passphrase"), [needed(_l("Write your passphrase."))])
