"""Item statistics: how the questions of a quiz did, for whoever facilitates or coordinates."""

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.services import items, library
from nti_lms.services.library import Published
from nti_lms.web.filters import language
from nti_lms.web.guard import guard
from nti_lms.web.questions import pointing
from nti_lms.web.readings import readings
from nti_lms.web.respond import page

bp = Blueprint("items", __name__)


def _published(key: str, block: str) -> Published:
    """The lesson as it is published now; what it holds is asked later."""
    return library.get_published(key, language())


@bp.get("/lessons/<string:key>/quiz/<string:block>/statistics")
@guard(may.read_item_statistics, _published)
def show(published: Published) -> Response:
    """How each question did, with one of the reader's cohorts or with all of them."""
    block = str((request.view_args or {})["block"])
    chosen = _chosen()
    cohort_ids = may.counted_cohorts(current_user)
    report = items.report(published, block, cohort_ids, chosen=chosen)
    outline, lesson = published.outline, published.lesson
    found = library.read(published).block(block)
    return page(
        "items/show.html",
        lesson=lesson,
        module=outline.module_of(lesson.key),
        block_id=block,
        title=found.title if found else "",
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
