"""Stub."""

from flask import Blueprint, Response

from nti_lms import policy as may
from nti_lms.web.guard import guard
from nti_lms.web.respond import page

bp = Blueprint("learn", __name__)


@bp.get("/home")
@guard(may.use_site)
def home(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.get("/modules")
@guard(may.use_site)
def modules(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.get("/modules/<string:code>")
@guard(may.use_site)
def module(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)


@bp.get("/lessons/<string:key>")
@guard(may.use_site)
def lesson(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)

