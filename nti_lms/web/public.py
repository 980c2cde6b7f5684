"""Pages that need no account: the door, help, leaving quickly, who sees what."""

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_login import current_user

from nti_lms.services import library, sessions
from nti_lms.web import identity, places
from nti_lms.web.guard import public
from nti_lms.web.language import COOKIE
from nti_lms.web.respond import page

bp = Blueprint("public", __name__)

YEAR_SECONDS = 365 * 24 * 3600
KINDS = ("danger", "talk", "report", "stop", "children", "facilitators")


@bp.get("/")
@public
def home() -> Response:
    """The way in: one's own home, or for a visitor what this is and where to sign in."""
    if current_user.is_authenticated:
        return _go(url_for("learn.home"))
    return page("public/home.html")


@bp.get("/help")
@public
def help() -> Response:  # noqa: A001 -- the page is called Help
    """Where to call now, then whom to talk to; open without an account."""
    services = library.register("help")
    groups = {
        kind: [
            dict(entry, id=key)
            for key, entry in services.items()
            if kind == entry["kind"] or kind in entry.get("also", [])
        ]
        for kind in KINDS
    }
    return page("public/help.html", groups=groups)


@bp.get("/who-sees-what")
@public
def privacy() -> Response:
    """Who can read what, from the tables of the policy."""
    return page("public/privacy.html")


@bp.get("/leave")
@public
def leave() -> Response:
    """End the session and leave for a neutral site. A GET, so that a plain link can do it."""
    if token := identity.token():
        sessions.end(token)
    return identity.take(_go(current_app.config["NEUTRAL_URL"]))


@bp.get("/language/<any(es, en):language>")
@public
def speak(language: str) -> Response:
    """Speak this language from now on, and come back to the page one was on."""
    response = _go(places.own_page(request.args.get("to", "")))
    response.set_cookie(
        COOKIE,
        language,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
    )
    return response


def _go(address: str) -> Response:
    return current_app.make_response(redirect(address, code=303))
