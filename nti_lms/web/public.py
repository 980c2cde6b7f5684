"""Pages that need no account: the door, help, leaving quickly, who sees what."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.services import library, reviews, sessions
from nti_lms.web import identity, places
from nti_lms.web.filters import here
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
    return page(
        "public/home.html",
        programme=library.register("programme"),
        is_reviewed=reviews.is_complete(),
    )


@bp.get("/help")
@public
def help() -> Response:  # noqa: A001 -- the page is called Help
    """Where to call now, then whom to talk to; open without an account."""
    place = request.args.get("department", "")
    services = [
        {"id": key, "warning": {}, "whatsapp": None, **entry}
        for key, entry in library.register("help").items()
        if _reaches(entry, place)
    ]
    return page(
        "public/help.html",
        groups={kind: [s for s in services if s["kind"] == kind] for kind in KINDS},
        also={kind: [s for s in services if kind in s.get("also", [])] for kind in KINDS},
        departments=[here(entry) for entry in library.register("plan").get("departments", [])],
        place=place,
    )


@bp.get("/who-sees-what")
@public
def privacy() -> Response:
    """Who can read what, from the tables of the policy."""
    return page("public/privacy.html", tables=_tables())


def _reaches(service: Mapping[str, Any], place: str) -> bool:
    """Whether a service is there for a department; a local one only for its own."""
    return not place or service["department"] in (None, place)


def _tables() -> list[tuple[str, list[str]]]:
    """What is kept, and the relations that can read it."""
    return [
        (_("Your journal"), list(may.ENTRY_READERS)),
        (_("Your answers to the quizzes"), list(may.ATTEMPT_READERS)),
        (_("How many lessons you have read"), list(may.PROGRESS_READERS)),
        (_("The day you were last here"), list(may.SEEN_READERS)),
        (_("The Commitment to Action"), list(may.COMMITMENT_READERS)),
        (_("Your certificate of participation"), list(may.CERTIFICATE_READERS)),
    ]


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
