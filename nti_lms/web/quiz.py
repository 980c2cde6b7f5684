"""Quizzes: answer, leave and come back, submit, see why."""

from flask import Blueprint, Response, flash, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.domain.questions import Question
from nti_lms.domain.questions import Response as Given
from nti_lms.models import Attempt
from nti_lms.services import library, quiz
from nti_lms.services.library import Published
from nti_lms.web import answers
from nti_lms.web.filters import language, moment
from nti_lms.web.guard import guard
from nti_lms.web.questions import ask, gaps_of, verdicts
from nti_lms.web.respond import go, is_autosave, page, see

bp = Blueprint("quiz", __name__)


def _published(key: str, block: str) -> Published:
    """The lesson, if it has that quiz. Raises NotFound."""
    published = library.get_published(key, language())
    quiz.questions_of(library.read(published), block)
    return published


@bp.get("/lessons/<string:key>/quiz/<string:block>")
@guard(may.read_lesson, _published)
def show(published: Published) -> Response:
    """The open attempt; without one, a way to begin and the attempts before."""
    block = str((request.view_args or {})["block"])
    attempt = quiz.find_open(current_user, published.lesson.id, block)
    if attempt is not None:
        return _ask_page(attempt, quiz.responses_of(attempt))
    return page(
        "quiz/start.html",
        lesson=published.lesson,
        quiz=library.read(published).block(block),
        attempts=quiz.list_submitted(current_user, published.lesson.id, block),
    )


@bp.post("/lessons/<string:key>/quiz/<string:block>/start")
@guard(may.read_lesson, _published)
def start(published: Published) -> Response:
    """Begin an attempt, or go on with the open one."""
    block = str((request.view_args or {})["block"])
    quiz.start(current_user, published, block)
    return see(".show", key=published.lesson.key, block=block)


@bp.post("/attempts/<int:attempt_id>/answers")
@guard(may.read_attempt, quiz.get_attempt)
def answer(attempt: Attempt) -> Response:
    """Save the answers and go on later; quietly, while somebody answers."""
    return _save(attempt)


@bp.post("/attempts/<int:attempt_id>/submit")
@guard(may.read_attempt, quiz.get_attempt)
def submit(attempt: Attempt) -> Response:
    """Submit; with questions left open it asks once whether that is meant."""
    if "later" in request.form:
        return _save(attempt)
    _published, asked = _seen(attempt)
    if attempt.submitted_at is not None:
        return see(".review", attempt_id=attempt.id)
    responses = {**quiz.responses_of(attempt), **answers.read(request.form, asked)}
    left = answers.unanswered(responses, asked)
    if left and "anyway" not in request.form:
        return _ask_page(attempt, responses, left=left, status=422)
    quiz.submit(attempt, asked, responses)
    return see(".review", attempt_id=attempt.id)


@bp.get("/attempts/<int:attempt_id>")
@guard(may.read_attempt, quiz.get_attempt)
def review(attempt: Attempt) -> Response:
    """What was right and why; an attempt still open is answered first."""
    published, asked = _seen(attempt)
    if attempt.submitted_at is None:
        return go(_address(published, attempt))
    responses = quiz.responses_of(attempt)
    return page(
        "quiz/review.html",
        lesson=published.lesson,
        attempt=attempt,
        best=quiz.best_results(current_user, attempt.lesson_id)[attempt.lesson_id],
        verdicts=verdicts(asked, responses, quiz.mark(asked, responses).marks, attempt.seed),
        after=library.outline().neighbours(published.lesson.key)[1],
    )


def _save(attempt: Attempt) -> Response:
    published, asked = _seen(attempt)
    quiz.save(attempt, asked, answers.read(request.form, asked))
    database.keep()
    if is_autosave():
        words = _("Saved %(moment)s", moment=moment(clock.now()))
        return jsonify(saved_at=words, revision=0)
    flash(_("Your answers are saved. Submit them whenever you like."))
    return go(_address(published, attempt))


def _seen(attempt: Attempt) -> tuple[Published, tuple[Question, ...]]:
    """The lesson as it stood when the attempt began, and its questions, in this page's language."""
    published = library.get_revision(attempt.revision_id, language())
    return published, quiz.questions_of(library.read(published), attempt.block)


def _address(published: Published, attempt: Attempt) -> str:
    return url_for(".show", key=published.lesson.key, block=attempt.block)


def _ask_page(
    attempt: Attempt,
    responses: dict[str, Given],
    *,
    left: list[int] | None = None,
    status: int = 200,
) -> Response:
    """The questions as asked: their keys stay behind."""
    published, asked = _seen(attempt)
    title = library.read(published).block(attempt.block)
    return page(
        "quiz/show.html",
        lesson=published.lesson,
        title=title.title if title else "",
        attempt=attempt,
        asked=[ask(one.asked, attempt.seed) for one in asked],
        responses=responses,
        places=answers.places,
        gaps_of=gaps_of,
        left=left or [],
        saved_at=max((answer.saved_at for answer in attempt.answers), default=None),
        status=status,
    )
