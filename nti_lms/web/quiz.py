"""Stub."""

from flask import Blueprint, Response

from nti_lms import policy as may
from nti_lms.web.guard import guard
from nti_lms.web.respond import page

bp = Blueprint("quiz", __name__)


@bp.get("/lessons/<string:key>/quiz/<string:block>")
@guard(may.use_site)
def show(**url: object) -> Response:
    """Stub."""
    return page("errors/error.html", message="stub", typed={}, code=200)

