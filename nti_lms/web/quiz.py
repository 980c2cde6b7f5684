"""Quizzes: answer, leave and come back, submit, see why."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.domain.errors import AttemptIsOver, NoAttemptLeft, TooSoon
from nti_lms.domain.questions import Question
from nti_lms.models import Attempt
from nti_lms.services import learn, library, opening, quiz
from nti_lms.services.library import Published
from nti_lms.services.outline import Outline
from nti_lms.web import answers, messages, once, sheets
from nti_lms.web.filters import language, moment
from nti_lms.web.guard import guard
from nti_lms.web.questions import ask, gaps_of, numbered_gaps, pointing
from nti_lms.web.respond import is_autosave, page, saved, see
from nti_lms.web.sheets import Choice, Sheet
from nti_lms.web.verdicts import verdicts

bp = Blueprint("quiz", __name__)


def _published(key: str, block: str) -> Published:
    """The lesson as it is published now, if it is open; what it holds is asked later."""
    return opening.get_published(current_user, key, language())


@bp.get("/lessons/<string:key>/quiz/<string:block>")
@guard(may.read_lesson, _published)
def show(published: Published) -> Response:
    """The open attempt, on the revision where it began; without one, a way to begin."""
    block = _block()
    attempt = quiz.find_open(current_user, published.lesson.id, block)
    if attempt is not None:
        seen = _seen(attempt, published)
        return _ask_page(attempt, *seen, sheets.lay_out(quiz.responses_of(attempt)))
    return _start_page(published, block)


@bp.post("/lessons/<string:key>/quiz/<string:block>/start")
@guard(may.read_lesson, _published)
def start(published: Published) -> Response:
    """Begin an attempt, or go on with the open one."""
    block = _block()
    try:
        quiz.start(current_user, published, block)
    except (NoAttemptLeft, TooSoon):
        database.drop()
        return _start_page(published, block, status=409)
    learn.stop_at(current_user, published.lesson.id, block)
    return see(".show", key=published.lesson.key, block=block)


@bp.post("/attempts/<int:attempt_id>/answers")
@guard(may.answer_attempt, quiz.hold_attempt)
def answer(attempt: Attempt) -> Response:
    """Save answers and go on later; quietly, while somebody answers."""
    published, asked = _seen(attempt)
    sheet = sheets.read(request.form, asked, quiz.responses_of(attempt))
    if not once.is_repeated():
        if sheet.merge.differing and attempt.submitted_at is None:
            return _conflict(attempt, published, asked, sheet)
        try:
            quiz.save(attempt, asked, sheet.merge.news)
        except AttemptIsOver as refusal:
            return _over_page(attempt, published, asked, refusal)
    if not is_autosave():
        learn.stop_at(current_user, attempt.lesson_id, attempt.block)
        flash(_("Your answers are saved. Submit them whenever you like."))
    words = _("Saved %(moment)s", moment=moment(clock.now()))
    return saved(words, sheet.after, back=_address(published, attempt))


@bp.post("/attempts/<int:attempt_id>/submit")
@guard(may.answer_attempt, quiz.hold_attempt)
def submit(attempt: Attempt) -> Response:
    """Submit; with questions left open it asks once whether that is meant."""
    if attempt.submitted_at is None:
        published, asked = _seen(attempt)
        sheet = sheets.read(request.form, asked, quiz.responses_of(attempt))
        if sheet.merge.differing:
            return _conflict(attempt, published, asked, sheet)
        faults = answers.faults(sheet.whole, asked)
        if faults and "anyway" not in request.form:
            return _ask_page(attempt, published, asked, sheet, faults=faults, status=422)
        quiz.submit(attempt, asked, sheet.whole)
        learn.stop_at(current_user, attempt.lesson_id, attempt.block)
    return see(".review", attempt_id=attempt.id)


@bp.get("/attempts/<int:attempt_id>")
@guard(may.read_attempt, quiz.get_attempt)
def review(attempt: Attempt) -> Response:
    """What was right and why; an attempt still open is answered first."""
    published, asked = _seen(attempt)
    if attempt.submitted_at is None:
        return see(".show", key=published.lesson.key, block=attempt.block)
    responses, outline = quiz.responses_of(attempt), published.outline
    return page(
        "quiz/review.html",
        **_place(published, attempt.block, outline),
        attempt=attempt,
        best=quiz.best_results(current_user, attempt.lesson_id)[attempt.lesson_id],
        verdicts=verdicts(
            library.read(published),
            asked,
            responses,
            quiz.mark(asked, responses).marks,
            seed=attempt.seed,
            point=pointing(published.lesson.key, outline),
        ),
        numbered_gaps=numbered_gaps,
        after=outline.neighbours(published.lesson.key)[1],
    )


def _block() -> str:
    return str((request.view_args or {})["block"])


def _seen(attempt: Attempt, now: Published | None = None) -> tuple[Published, tuple[Question, ...]]:
    """The lesson as it stood when the attempt began, and its questions, in this page's language."""
    is_same = now is not None and now.revision.id == attempt.revision_id
    published = now if now and is_same else library.get_revision(attempt.revision_id, language())
    return published, quiz.questions_of(library.read(published), attempt.block)


def _place(published: Published, block: str, outline: Outline) -> dict[str, Any]:
    """Where a page of a quiz stands: nothing of its questions."""
    found = library.read(published).block(block)
    return {
        "lesson": published.lesson,
        "module": outline.module_of(published.lesson.key),
        "block_id": block,
        "title": found.title if found else "",
    }


def _address(published: Published, attempt: Attempt) -> str:
    return url_for(".show", key=published.lesson.key, block=attempt.block)


def _start_page(published: Published, block: str, *, status: int = 200) -> Response:
    """What awaits, how often it may be answered, and the attempts before."""
    lesson = library.read(published)
    attempts = quiz.list_submitted(current_user, published.lesson.id, block)
    return page(
        "quiz/start.html",
        **_place(published, block, published.outline),
        count=len(quiz.questions_of(lesson, block)),
        terms=quiz.terms_of(lesson, block),
        turn=quiz.turn_after(attempts, published, block),
        attempts=attempts,
        status=status,
    )


def _ask_page(
    attempt: Attempt,
    published: Published,
    asked: tuple[Question, ...],
    sheet: Sheet,
    *,
    faults: dict[str, str] | None = None,
    choice: Choice | None = None,
    status: int = 200,
) -> Response:
    """The questions as asked: their keys stay behind."""
    outline = published.outline
    point = pointing(published.lesson.key, outline)
    return page(
        "quiz/show.html",
        **_place(published, attempt.block, outline),
        attempt=attempt,
        asked=[ask(one.asked, attempt.seed, point) for one in asked],
        responses=sheet.whole,
        seen=sheet.anew,
        choice=choice,
        places=answers.places,
        gaps_of=gaps_of,
        faults=faults or {},
        terms=quiz.terms_of(library.read(published), attempt.block),
        saved_at=max((answer.saved_at for answer in attempt.answers), default=None),
        status=status,
    )


def _conflict(
    attempt: Attempt, published: Published, asked: tuple[Question, ...], sheet: Sheet
) -> Response:
    """Other answers were kept since: nothing is written until the person has chosen."""
    database.drop()
    choice = sheet.choice(asked, request.path)
    if is_autosave():
        html = render_template("quiz/_newer.html", choice=choice)
        return make_response(jsonify(conflict=html), 409)
    return _ask_page(attempt, published, asked, sheet, choice=choice, status=409)


def _over_page(
    attempt: Attempt,
    published: Published,
    asked: tuple[Question, ...],
    refusal: AttemptIsOver,
) -> Response:
    """The attempt was submitted elsewhere: say so, and give back what was typed."""
    if is_autosave():
        raise refusal
    return page(
        "quiz/over.html",
        **_place(published, attempt.block, published.outline),
        attempt=attempt,
        message=messages.words(refusal),
        typed=answers.words_of(request.form, asked),
        status=409,
    )
