"""Mail, worded in the language of whoever gets it. It names no theme of the course."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from nti_lms.models import User
from nti_lms.services import outbox
from nti_lms.web.labels import EVENTS


def send_invitation(user: User, secret: str) -> None:
    """Put the invitation's link into the outbox."""
    _send(user, "mail/invitation.txt", "auth.accept", secret)


def send_reset(user: User, secret: str) -> None:
    """Put the link for a new passphrase into the outbox."""
    _send(user, "mail/reset.txt", "auth.reset", secret)


def tell(user: User, kind: str) -> None:
    """Tell somebody of a change to their account, which another might have made."""
    if user.email is None:
        return
    with force_locale(user.language):
        deed, account = str(EVENTS[kind]), _public(url_for("account.index"))
        body = render_template("mail/change.txt", person=user, deed=deed, link=account)
        outbox.write(user.email, _("A change to your access"), body)


def link(endpoint: str, secret: str) -> str:
    """The address of a one-time ticket, from the public address: never from the Host header."""
    return _public(url_for(endpoint, secret=secret))


def _public(path: str) -> str:
    return str(current_app.extensions["settings"].public_url) + path


def _send(user: User, template: str, endpoint: str, secret: str) -> None:
    if user.email is None:
        return
    with force_locale(user.language):
        body = render_template(template, person=user, link=link(endpoint, secret))
        outbox.write(user.email, _("Your access to the course"), body)
