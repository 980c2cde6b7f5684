"""Stub."""

from flask import Blueprint, Response

from nti_lms import policy as may
from nti_lms.web.guard import guard
from nti_lms.web.respond import page

bp = Blueprint("journal", __name__)


@bp.get("/journal")
@guard(may.use_site)
def index(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.get("/journal/open")
@guard(may.use_site)
def open(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.post("/lessons/<string:key>/reflections/<string:block>")
@guard(may.use_site)
def write(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.get("/journal/entries/<int:entry_id>/carry")
@guard(may.use_site)
def carry(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)

