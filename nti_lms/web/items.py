"""Item statistics: how the questions of quizzes did, for whoever facilitates or coordinates."""

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.items import EASY, HARD, WEAK
from nti_lms.services import items, library
from nti_lms.services.library import Published
from nti_lms.web.filters import language
from nti_lms.web.guard import guard
from nti_lms.web.questions import pointing
from nti_lms.web.readings import per_cent, readings
from nti_lms.web.respond import page

bp = Blueprint("items", __name__)

LIMITS = {"easy": EASY, "hard": HARD, "weak": WEAK}


def _published(key: str, block: str) -> Published:
    """The lesson as it is published now; what it holds is asked later."""
    return library.get_published(key, language())


@bp.get("/quizzes/statistics")
@guard(may.read_item_statistics)
def index() -> Response:
    """Every quiz, and which of its questions deserve a look."""
    chosen = _chosen()
    found = items.index(language(), may.counted_cohorts(current_user), chosen=chosen)
    return page("items/index.html", found=found, chosen=chosen, limits=LIMITS, per_cent=per_cent)


@bp.get("/lessons/<string:key>/quiz/<string:block>/statistics")
@guard(may.read_item_statistics, _published)
def show(published: Published) -> Response:
    """How each question did, with one of the reader's cohorts or with all of them."""
    block = str((request.view_args or {})["block"])
    chosen = _chosen()
    cohort_ids = may.counted_cohorts(current_user)
    report = items.report(published, block, cohort_ids, chosen=chosen)
    outline, lesson = published.outline, published.lesson
    return page(
        "items/show.html",
        lesson=lesson,
        module=outline.module_of(lesson.key),
        block_id=block,
        report=report,
        chosen=chosen,
        readings=readings,
        point=pointing(lesson.key, outline),
    )


def _chosen() -> int | None:
    """The cohort that is asked for, None for all of them."""
    said = request.args.get("cohort", "")
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else abort(404)
