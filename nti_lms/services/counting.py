"""Who is counted in the statistics of quizzes, and what each of their answers was worth.

What an answer was worth is read, never what it says. Each participant is counted once in a quiz, by
their first attempt, in the latest cohort where they take part; five at a time, in the order in
which they submitted. Every number is of whole batches of five, so no two of them differ by fewer
people; whoever asks, and in whichever language, the same people are counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from sqlalchemy import Select, func, select

from nti_lms.curriculum import from_plain, questions
from nti_lms.database import db
from nti_lms.domain.items import whole_batches
from nti_lms.domain.questions import Key, Question
from nti_lms.domain.roles import Role
from nti_lms.models import Answer, Attempt, Membership, Revision, RevisionText

Place = tuple[int, str]  # the id of a lesson, and the block of its quiz
Parts = Mapping[str, tuple[int | None, int | None]]  # hits of parts, by question
People = Mapping[int, Sequence[Parts]]  # those who are counted, by cohort
Firsts = Select[int, int, str, int, str, int | None]


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz of a revision, by language: its titles, and its questions in order."""

    lesson_id: int
    revision_id: int
    block: str
    titles: Mapping[str, str]
    questions: Mapping[str, Sequence[Question]]

    @property
    def place(self) -> Place:
        """Where it stands, whatever the revision."""
        return self.lesson_id, self.block

    @property
    def keys(self) -> Mapping[str, Sequence[Key]]:
        """What decides a mark; the words around it may be mended without counting anew."""
        return {
            language: [
                replace(one.key, feedback={}, model="", objective="")
                for one in self.scored(language)
            ]
            for language in self.questions
        }

    def scored(self, language: str) -> list[Question]:
        """The questions in which points can be won."""
        return [one for one in self.questions[language] if one.key.is_scored]


def won(key: Key, parts: Parts) -> Fraction:
    """The points that somebody won in a question; none where nothing was answered."""
    hits, whole = parts.get(key.id, (0, 1))
    return Fraction((hits or 0) * key.points, whole or 1)


def quizzes_in(revisions: Iterable[tuple[int, str]]) -> Sequence[Quiz]:
    """The quizzes of these revisions, which are given with their digests.

    One statement; none when a process was asked the same before.
    """
    return _quizzes_in(tuple(sorted(revisions)))


def count(quizzes: Sequence[Quiz], cohort_ids: Iterable[int]) -> dict[Place, People]:
    """What each person who is counted was worth in these quizzes, as they are published now.

    Two statements, and a third when there are attempts at other revisions of them. A quiz where
    nobody is counted is left out.
    """
    by_place = {quiz.place: quiz for quiz in quizzes}
    firsts = _firsts(by_place, cohort_ids)
    rows = db.session.execute(firsts.order_by(Attempt.submitted_at, Attempt.id)).all()
    worth = _worth(firsts)
    same = _same(by_place, {(row[3], row[4]) for row in rows})
    found: dict[Place, dict[int, list[Parts]]] = {}
    for attempt_id, lesson_id, block, revision_id, _digest, cohort_id in rows:
        parts = worth.get(attempt_id, {})
        if (revision_id, block) in same and _is_kept(by_place[lesson_id, block], parts):
            found.setdefault((lesson_id, block), {}).setdefault(cohort_id or 0, []).append(parts)
    return {place: _whole(people) for place, people in found.items()}


def _whole(people: Mapping[int, Sequence[Parts]]) -> People:
    batches = {key: found[: whole_batches(len(found))] for key, found in people.items()}
    return {key: found for key, found in batches.items() if found}


def _is_kept(quiz: Quiz, parts: Parts) -> bool:
    """Whether it is known what each scored answer was worth."""
    some = next(iter(quiz.questions))
    return all(parts[one.key.id][0] is not None for one in quiz.scored(some) if one.key.id in parts)


def _firsts(places: Iterable[Place], cohort_ids: Iterable[int]) -> Firsts:
    """The first attempt of each participant, with the one cohort where they are counted.

    The cohort is the same whoever asks: cohorts that share people could be subtracted.
    """
    home = (
        select(Membership.user_id, func.max(Membership.cohort_id).label("cohort_id"))
        .where(Membership.role == Role.PARTICIPANT, Membership.cohort_id.is_not(None))
        .group_by(Membership.user_id)
        .subquery()
    )
    place = (Attempt.lesson_id, Attempt.block, Attempt.revision_id, Revision.digest)
    return (
        select(Attempt.id, *place, home.c.cohort_id)
        .join(home, home.c.user_id == Attempt.user_id)
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(
            Attempt.lesson_id.in_({lesson_id for lesson_id, _block in places}),
            Attempt.number == 1,
            Attempt.submitted_at.is_not(None),
            home.c.cohort_id.in_(cohort_ids),
        )
    )


def _worth(firsts: Firsts) -> dict[int, Parts]:
    query = select(Answer.attempt_id, Answer.question, Answer.hits, Answer.parts).where(
        Answer.attempt_id.in_(firsts.with_only_columns(Attempt.id))
    )
    found: dict[int, dict[str, tuple[int | None, int | None]]] = {}
    for attempt_id, question, hits, parts in db.session.execute(query):
        found.setdefault(attempt_id, {})[question] = (hits, parts)
    return dict(found)


def _same(
    by_place: Mapping[Place, Quiz], attempted: Iterable[tuple[int, str]]
) -> set[tuple[int, str]]:
    """The revisions, with the block, whose quiz has the same keys as the published one.

    In every language: whoever reads the numbers in another one must find the same people counted.
    """
    now = {quiz.revision_id for quiz in by_place.values()}
    older = [each for each in attempted if each[0] not in now]
    same = [
        quiz
        for quiz in (quizzes_in(older) if older else ())
        if quiz.place in by_place and quiz.keys == by_place[quiz.place].keys
    ]
    return {(quiz.revision_id, quiz.block) for quiz in [*by_place.values(), *same]}


@lru_cache(maxsize=16)
def _quizzes_in(revisions: tuple[tuple[int, str], ...]) -> Sequence[Quiz]:
    query = (
        select(Revision.lesson_id, Revision.id, RevisionText.content)
        .join(RevisionText, RevisionText.revision_id == Revision.id)
        .where(Revision.id.in_([revision_id for revision_id, _digest in revisions]))
    )
    found: dict[Place, Quiz] = {}
    for lesson_id, revision_id, content in db.session.execute(query):
        lesson = from_plain(content)
        for block in (block for block in lesson.blocks if block.kind == "quiz"):
            place = (revision_id, block.id)
            quiz = found.setdefault(place, Quiz(lesson_id, *place, {}, {}))
            titles = {**quiz.titles, lesson.language: block.title}
            texts = {**quiz.questions, lesson.language: questions(block)}
            found[place] = replace(quiz, titles=titles, questions=texts)
    return list(found.values())
