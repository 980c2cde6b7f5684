"""Who takes part in a cohort, and whether it is ready to meet again."""

from flask import Blueprint, Response, request

from nti_lms import policy as may
from nti_lms.models import Cohort
from nti_lms.services import ahead, cohorts, library, participants, readiness
from nti_lms.web.guard import guard
from nti_lms.web.pagination import page_number
from nti_lms.web.plan import state_names
from nti_lms.web.respond import page

bp = Blueprint("participants", __name__, url_prefix="/cohorts/<int:cohort_id>")


@bp.get("/participants")
@guard(may.see_cohort, cohorts.get_cohort)
def index(cohort: Cohort) -> Response:
    """The participants, a page at a time: how much they have read, and when they were seen."""
    lesson_ids = [lesson.id for lesson in library.outline().lessons()]
    number = request.args.get("page", 1, type=page_number)
    return page(
        "participants/index.html",
        cohort=cohort,
        people=readiness.list_participants(cohort, lesson_ids, page=number),
        lessons=len(lesson_ids),
    )


@bp.get("/readiness")
@guard(may.see_cohort, cohorts.get_cohort)
def ready(cohort: Cohort) -> Response:
    """Modules, commitments, missing reports, and who has not been seen, on one page."""
    modules = library.outline().taught
    plans = readiness.list_plans(cohort)
    return page(
        "participants/ready.html",
        cohort=cohort,
        coming=ahead.nearest(cohort.installments),
        people=readiness.count_participants(cohort),
        modules=modules,
        finished=participants.count_whole(modules, participants.ids_of(cohort.id)),
        plans=plans,
        missing=sum(plan.is_report_missing for plan in plans),
        state_names=state_names(library.register("plan")),
        unseen=readiness.list_unseen(cohort),
        days=readiness.UNSEEN_AFTER.days,
    )
