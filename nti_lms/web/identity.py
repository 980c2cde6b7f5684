"""Who asks: from the cookie's token to the person, in one statement."""

from typing import cast

from flask import Flask, Request, Response, current_app, g, request
from flask_login import AnonymousUserMixin, LoginManager, current_user

from nti_lms.database import db
from nti_lms.domain.keyring import KeyRing
from nti_lms.models import Session, User
from nti_lms.safe import RingFile
from nti_lms.services import sessions


def init_app(app: Flask) -> None:
    """Let Flask-Login ask our own session table."""
    login = LoginManager(app)
    login.session_protection = None  # phones change networks; our sessions are on the server
    login.anonymous_user = AnonymousUserMixin
    login.request_loader(_find_user)


def ring() -> KeyRing:
    """The key ring as it is now. Ask after loading what it shall open: see `safe.RingFile`."""
    file: RingFile = current_app.extensions["ring-file"]
    return file.ring()


def token() -> str:
    """The session's token as the browser sent it; empty when it sent none."""
    return request.cookies.get(_cookie(), "")


def current_session() -> Session | None:
    """The session of this request, to be read only (merge it to change it); None for a visitor."""
    return cast("Session | None", g.get("session"))


def awaiting() -> tuple[Session, User] | None:
    """Who has shown a passphrase and still owes the second step; nobody is signed in by that."""
    if current_user.is_authenticated:  # asking is what finds out who waits
        return None
    return cast("tuple[Session, User] | None", g.get("awaiting"))


def journal_keys() -> dict[int, bytes]:
    """The private keys of the open journal; empty while it is closed."""
    session = current_session()
    if session is None:
        return {}
    keys = sessions.journal_keys(session, token())
    if request.method in ("GET", "HEAD") and session.sealed_keys is not None:
        (sessions.touch_journal if keys else sessions.shut)(session)
    return keys


def give(response: Response, session_token: str, session: Session) -> Response:
    """Hand the browser its token: for the browser's run, or longer on one's own phone."""
    response.set_cookie(
        _cookie(),
        session_token,
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
        path="/",
        expires=session.expires_at if session.is_own_phone else None,
    )
    return response


def take(response: Response) -> Response:
    """Take the token back."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(_cookie(), path="/", secure=secure, httponly=True, samesite="Lax")
    response.delete_cookie(
        current_app.config["SESSION_COOKIE_NAME"], path="/", secure=secure, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _cookie() -> str:
    return "__Host-nti" if current_app.config["SESSION_COOKIE_SECURE"] else "nti"


def _find_user(_request: Request) -> User | None:
    sent = token()
    found = sessions.find(sent) if sent else None
    if found is None:
        return None
    session, user = found
    # Who asks is read once and stays readable, whatever becomes of the transaction.
    db.session.expunge_all()
    if session.second_step == "awaited":
        g.awaiting = found
        return None
    g.session = session
    if request.method in ("GET", "HEAD"):
        sessions.touch(g.session)
    return user
