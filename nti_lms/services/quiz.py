"""Attempts at a quiz: begun on a revision, saved as one answers, submitted once.

An order may be unfinished for a while: it is answered as a mapping from entries to places ("1" is
the first), and kept beside the row of entries that it comes to once each has a place of its own.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import selectinload

from nti_lms import clock
from nti_lms.curriculum import Block, Lesson, questions, terms
from nti_lms.database import db
from nti_lms.domain.attempts import Terms, Turn, next_turn
from nti_lms.domain.errors import AttemptIsOver, NoAttemptLeft, NotFound, TooSoon, UnknownOption
from nti_lms.domain.grading import Mark, grade
from nti_lms.domain.questions import ORDER, Key, Question, Response
from nti_lms.models import Answer, Attempt, User
from nti_lms.services import library, receipts
from nti_lms.services.library import Published

Responses = Mapping[str, Response]  # by question


@dataclass(frozen=True, slots=True)
class Score:
    """The marks by question, and what they come to."""

    marks: Mapping[str, Mark]

    @property
    def points(self) -> Fraction:
        """The points won, exactly."""
        return sum((mark.won for mark in self.marks.values()), Fraction(0))

    @property
    def parts(self) -> int:
        """Into how many parts a point is cut, so that those won are a whole number of them."""
        return lcm(*(mark.share.denominator for mark in self.marks.values()))

    @property
    def offered(self) -> int:
        """The points that could be won."""
        return sum(mark.offered for mark in self.marks.values())


# --- reads ---


def best_results(user: User, lesson_id: int | None = None) -> dict[int, tuple[Fraction, int]]:
    """One's best result, points won of those offered, by lesson: one statement."""
    query = select(Attempt.lesson_id, Attempt.won, Attempt.parts, Attempt.offered).where(
        Attempt.user_id == user.id, Attempt.submitted_at.is_not(None)
    )
    if lesson_id is not None:
        query = query.where(Attempt.lesson_id == lesson_id)
    best: dict[int, tuple[Fraction, int]] = {}
    for lesson, parts_won, parts, whole in db.session.execute(query):
        won, offered = Fraction(parts_won or 0, parts), whole or 0
        # Attempts at different revisions may offer different points: compare shares, exactly.
        if lesson not in best or won * best[lesson][1] > best[lesson][0] * offered:
            best[lesson] = (won, offered)
    return best


def find_open(user: User, lesson_id: int, block: str) -> Attempt | None:
    """One's open attempt with its answers, or None."""
    place = (Attempt.lesson_id == lesson_id) & (Attempt.block == block)
    query = (
        select(Attempt)
        .where(Attempt.user_id == user.id, place, Attempt.submitted_at.is_(None))
        .options(selectinload(Attempt.answers))
    )
    return db.session.scalars(query).first()


def list_submitted(user: User, lesson_id: int, block: str) -> Sequence[Attempt]:
    """One's submitted attempts at a quiz, the latest first."""
    place = (Attempt.lesson_id == lesson_id) & (Attempt.block == block)
    query = select(Attempt).where(
        Attempt.user_id == user.id, place, Attempt.submitted_at.is_not(None)
    )
    return db.session.scalars(query.order_by(Attempt.number.desc())).all()


def get_attempt(attempt_id: int) -> Attempt:
    """The attempt with its answers. Raises NotFound."""
    return _one(_select(attempt_id))


def hold_attempt(attempt_id: int) -> Attempt:
    """The attempt with its answers, for whoever will write: others wait. Raises NotFound."""
    return _one(_select(attempt_id).with_for_update())


def questions_of(lesson: Lesson, block: str) -> tuple[Question, ...]:
    """The questions of a lesson's quiz. Raises NotFound when it has no such quiz."""
    return questions(_quiz(lesson, block))


def terms_of(lesson: Lesson, block: str) -> Terms:
    """How often a lesson's quiz may be answered. Raises NotFound when it has no such quiz."""
    return terms(_quiz(lesson, block))


def turn_after(submitted: Sequence[Attempt], published: Published, block: str) -> Turn:
    """Whether another attempt may begin, by the terms of the quiz as it is published now."""
    allowed = terms_of(library.read(published), block)
    moments = [attempt.submitted_at for attempt in submitted if attempt.submitted_at]
    return next_turn(allowed, moments, clock.now())


def responses_of(attempt: Attempt) -> dict[str, Response]:
    """What has been answered so far; an order with the places that were given."""
    return {
        answer.question: answer.response.get("places", answer.response["is"])
        for answer in attempt.answers
    }


def mark(asked: Sequence[Question], responses: Responses) -> Score:
    """Grade all answers. Raises UnknownOption for an answer that no page of ours could send."""
    marks = {
        one.key.id: grade(one.key, _settle(one.key, responses.get(one.key.id, ""))) for one in asked
    }
    return Score(marks)


# --- writes ---


def start(user: User, published: Published, block: str) -> Attempt:
    """The open attempt, or a fresh one on the revision that is published now.

    Raises:
        NoAttemptLeft: the author allows no more.
        TooSoon: the author asks for a wait between attempts.
    """
    receipts.take_turn(user)
    attempt = find_open(user, published.lesson.id, block)
    if attempt is not None:
        return attempt
    submitted = list_submitted(user, published.lesson.id, block)
    _refuse_out_of_turn(turn_after(submitted, published, block))
    attempt = Attempt(
        user_id=user.id,
        lesson_id=published.lesson.id,
        revision_id=published.revision.id,
        block=block,
        number=submitted[0].number + 1 if submitted else 1,
        seed=secrets.randbelow(2**31),
        started_at=clock.now(),
        answers=[],
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def save(attempt: Attempt, asked: Sequence[Question], responses: Responses) -> None:
    """Keep answers of an open attempt, which the caller holds; questions not named stay.

    Raises:
        AttemptIsOver: it has been submitted.
        UnknownOption: an answer does not fit its question; nothing is kept.
    """
    if attempt.submitted_at is not None:
        raise AttemptIsOver
    mark(asked, responses)
    _put(attempt, asked, responses)
    db.session.flush()


def submit(attempt: Attempt, asked: Sequence[Question], responses: Responses) -> bool:
    """Keep the last answers and close the attempt with its score; whether this call closed it.

    Submitted twice, by two tabs or a nervous thumb, it counts once: the second call changes
    nothing and is no error. Raises UnknownOption, with nothing changed.
    """
    score = mark(asked, {**responses_of(attempt), **responses})
    closed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(
            submitted_at=clock.now(),
            won=int(score.points * score.parts),
            parts=score.parts,
            offered=score.offered,
        )
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    _put(attempt, asked, responses)
    put_marks(attempt, score)
    db.session.flush()
    db.session.expire(attempt, ["submitted_at", "won", "parts", "offered"])
    return True


def put_marks(attempt: Attempt, score: Score) -> None:
    """Keep what each answer was worth, for whoever counts without reading answers."""
    for answer in attempt.answers:
        mark = score.marks.get(answer.question)
        if mark is not None and mark.offered:
            answer.hits, answer.parts = mark.share.numerator, mark.share.denominator


def _refuse_out_of_turn(turn: Turn) -> None:
    if turn.left == 0:
        raise NoAttemptLeft
    if turn.opens_at is not None:
        raise TooSoon


def _put(attempt: Attempt, asked: Sequence[Question], responses: Responses) -> None:
    kept = {answer.question: answer for answer in attempt.answers}
    now = clock.now()
    for key in (one.key for one in asked if one.key.id in responses):
        response, answer = _kept(key, responses[key.id]), kept.get(key.id)
        if answer is None and responses[key.id]:
            attempt.answers.append(Answer(question=key.id, response=response, saved_at=now))
        elif answer is not None and answer.response != response:
            answer.response, answer.saved_at = response, now


def _kept(key: Key, response: Response) -> dict[str, Any]:
    if key.kind == ORDER and isinstance(response, dict):
        return {"is": _settle(key, response), "places": response}
    return {"is": response}


def _settle(key: Key, response: Response) -> Response:
    """An order by places as its row of entries, empty until each has a place of its own."""
    if key.kind != ORDER or not isinstance(response, dict):
        return response
    places = [str(place) for place in range(1, len(key.options) + 1)]
    if not response.keys() <= set(key.options) or not set(response.values()) <= set(places):
        raise UnknownOption(response)
    entries = {place: entry for entry, place in response.items()}
    return [entries[place] for place in places] if len(entries) == len(places) else []


def _quiz(lesson: Lesson, block: str) -> Block:
    found = lesson.block(block)
    if found is None or found.kind != "quiz":
        raise NotFound
    return found


def _select(attempt_id: int) -> Select[Attempt]:
    return (
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .options(selectinload(Attempt.answers))
        .execution_options(populate_existing=True)
    )


def _one(query: Select[Attempt]) -> Attempt:
    attempt = db.session.scalars(query).first()
    if attempt is None:
        raise NotFound
    return attempt
