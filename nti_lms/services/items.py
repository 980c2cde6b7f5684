"""Item statistics of a quiz, by cohort: numbers of groups, never of a person.

What each answer was worth is read, never what it says. Each participant is counted once, by their
first attempt, in the latest cohort where they take part; five at a time, in the order in which they
submitted. Every number is of whole batches of five, so no two of them differ by fewer people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import Select, func, select

from nti_lms.curriculum import from_plain
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.domain.items import Item, analyse, guess, whole_batches
from nti_lms.domain.questions import Key, Question
from nti_lms.domain.roles import Role
from nti_lms.models import Answer, Attempt, Cohort, Membership, RevisionText
from nti_lms.services import library, quiz
from nti_lms.services.library import Published

Parts = Mapping[str, tuple[int | None, int | None]]  # hits of parts, by question


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort, and how many of its people are counted: 0 while fewer than five can be."""

    id: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Line:
    """A scored question, what guessing wins, and how it did; no `item` while nobody is counted."""

    question: Question
    guess: Fraction | None
    item: Item | None


@dataclass(frozen=True, slots=True)
class Report:
    """The groups that the reader may choose from, and the questions with the people counted."""

    groups: Sequence[Group]
    people: int
    lines: Sequence[Line]


def report(
    published: Published, block: str, cohort_ids: Iterable[int], *, chosen: int | None = None
) -> Report:
    """The statistics of a quiz over these cohorts, or the `chosen` one of them: four statements.

    Raises:
        NotFound: the lesson has no such quiz, or `chosen` is none of the cohorts.
    """
    ids = sorted(cohort_ids)
    if chosen is not None and chosen not in ids:
        raise NotFound
    asked = quiz.questions_of(library.read(published), block)
    scored = [one for one in asked if one.key.is_scored]
    counted = _counted(published, block, asked, ids)
    groups = [
        Group(cohort_id, name, len(counted.get(cohort_id, []))) for cohort_id, name in _names(ids)
    ]
    rows = [
        [_won(one.key, parts) for one in scored]
        for cohort_id, people in counted.items()
        if chosen in (None, cohort_id)
        for parts in people
    ]
    items = analyse(rows, [one.key.points for one in scored]) if rows and scored else None
    lines = [
        Line(one, guess(one.key), items[place] if items else None)
        for place, one in enumerate(scored)
    ]
    return Report(groups, len(rows), lines)


def _counted(
    published: Published, block: str, asked: Sequence[Question], cohort_ids: Sequence[int]
) -> dict[int, list[Parts]]:
    """What each person who is counted was worth, by cohort, in whole batches of five."""
    firsts = _firsts(published.lesson.id, block, cohort_ids)
    worth = _worth(firsts, [one.key.id for one in asked if one.key.is_scored])
    people: dict[int, list[Parts]] = {}
    rows = db.session.execute(firsts.order_by(Attempt.submitted_at, Attempt.id)).all()
    same = _same_quiz(published, block, asked, {row[1] for row in rows})
    for attempt_id, revision_id, cohort_id in rows:
        parts = worth.get(attempt_id, {})
        # An attempt of before parts were kept cannot be counted.
        is_kept = all(hits is not None for hits, _ in parts.values())
        if cohort_id is not None and revision_id in same and is_kept:
            people.setdefault(cohort_id, []).append(parts)
    return {key: found[: whole_batches(len(found))] for key, found in people.items()}


def _firsts(lesson_id: int, block: str, cohort_ids: Sequence[int]) -> Select[int, int, int | None]:
    """The first attempt of each participant, with the one cohort where they are counted.

    The cohort is the same whoever asks: cohorts that share people could be subtracted.
    """
    home = (
        select(Membership.user_id, func.max(Membership.cohort_id).label("cohort_id"))
        .where(Membership.role == Role.PARTICIPANT, Membership.cohort_id.is_not(None))
        .group_by(Membership.user_id)
        .subquery()
    )
    return (
        select(Attempt.id, Attempt.revision_id, home.c.cohort_id)
        .join(home, home.c.user_id == Attempt.user_id)
        .where(
            Attempt.lesson_id == lesson_id,
            Attempt.block == block,
            Attempt.number == 1,
            Attempt.submitted_at.is_not(None),
            home.c.cohort_id.in_(cohort_ids),
        )
    )


def _worth(
    firsts: Select[int, int, int | None], questions: Sequence[str]
) -> dict[int, dict[str, tuple[int | None, int | None]]]:
    query = select(Answer.attempt_id, Answer.question, Answer.hits, Answer.parts).where(
        Answer.attempt_id.in_(firsts.with_only_columns(Attempt.id)),
        Answer.question.in_(questions),
    )
    found: dict[int, dict[str, tuple[int | None, int | None]]] = {}
    for attempt_id, question, hits, parts in db.session.execute(query):
        found.setdefault(attempt_id, {})[question] = (hits, parts)
    return found


def _won(key: Key, parts: Parts) -> Fraction:
    hits, whole = parts.get(key.id, (0, 1))
    return Fraction((hits or 0) * key.points, whole or 1)


def _same_quiz(
    published: Published, block: str, asked: Sequence[Question], revision_ids: Iterable[int]
) -> set[int]:
    """The revisions whose quiz has the same keys as the published one, in one statement."""
    wanted, now = _keys(asked), published.revision.id
    query = select(RevisionText.revision_id, RevisionText.content).where(
        RevisionText.revision_id.in_(set(revision_ids) - {now}),
        RevisionText.language == published.text.language,
    )
    same = {now}
    for revision_id, content in db.session.execute(query):
        lesson = from_plain(content)
        if lesson.block(block) and _keys(quiz.questions_of(lesson, block)) == wanted:
            same.add(revision_id)
    return same


def _keys(asked: Sequence[Question]) -> list[Key]:
    """What decides a mark; the words around it may be mended without starting to count anew."""
    return [
        replace(one.key, feedback={}, model="", objective="") for one in asked if one.key.is_scored
    ]


def _names(cohort_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    query = select(Cohort.id, Cohort.name).where(Cohort.id.in_(cohort_ids)).order_by(Cohort.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]
