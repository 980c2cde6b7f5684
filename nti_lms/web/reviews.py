"""The state of review: who reviewed which words, for what, and when."""

from flask import Blueprint, Response

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.services import library, reviews
from nti_lms.web.guard import guard
from nti_lms.web.respond import page

bp = Blueprint("reviews", __name__)


@bp.get("/reviews")
@guard(may.learn)
def index() -> Response:
    """Every lesson, register and survey, and its reviews."""
    return page(
        "reviews/index.html",
        lessons=reviews.list_lessons(library.outline()),
        registers=reviews.list_registers(),
        surveys=reviews.list_surveys(),
        notice=library.register("programme").get("review_notice", {}),
        is_complete=reviews.is_complete(),
        today=clock.today(),
    )
