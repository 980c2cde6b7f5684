"""Item statistics of quizzes, by cohort: numbers of groups, never of a person.

Who is counted, and why no two numbers differ by fewer people than five: see `counting`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.domain.items import Doubt, Item, analyse, doubts, guess
from nti_lms.domain.questions import Question
from nti_lms.models import Cohort
from nti_lms.services import counting, library
from nti_lms.services.counting import People, Quiz
from nti_lms.services.library import Published
from nti_lms.services.outline import LessonLine, ModuleLine


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort, and how many of its people are counted: 0 while fewer than five can be."""

    id: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Line:
    """A scored question by its number, what guessing wins, how it did, why it deserves a look."""

    number: int
    question: Question
    guess: Fraction | None
    item: Item
    doubts: Collection[Doubt]


@dataclass(frozen=True, slots=True)
class Report:
    """A quiz: the groups that the reader may choose from, and how its questions did with them.

    No lines while nobody is counted.
    """

    title: str
    groups: Sequence[Group]
    people: int
    lines: Sequence[Line]

    @property
    def mean(self) -> Fraction | None:
        """The points won of those offered, on average, in per cent; None while nobody counts."""
        offered = [line.question.key.points for line in self.lines]
        won = [line.item.facility * line.question.key.points for line in self.lines]
        return sum(won, Fraction(0)) / sum(offered) if won else None

    @property
    def to_see(self) -> Sequence[Line]:
        """The questions that deserve a look."""
        return [line for line in self.lines if line.doubts]


@dataclass(frozen=True, slots=True)
class Entry:
    """A quiz of the index, and its lesson."""

    lesson: LessonLine
    block: str
    report: Report


@dataclass(frozen=True, slots=True)
class Index:
    """The quizzes of each module, and the groups that the reader may choose from, by id."""

    groups: Sequence[tuple[int, str]]
    modules: Sequence[tuple[ModuleLine, Sequence[Entry]]]


def report(
    published: Published, block: str, cohort_ids: Iterable[int], *, chosen: int | None = None
) -> Report:
    """The statistics of a quiz over these cohorts, or the `chosen` one of them.

    Four statements at the most, however many people there are; see `counting`.

    Raises:
        NotFound: the lesson has no such quiz, or `chosen` is none of the cohorts.
    """
    ids, revision = _allowed(cohort_ids, chosen), published.revision
    found = counting.quizzes_in([(revision.id, revision.digest)])
    quiz = next((one for one in found if one.block == block), None)
    if quiz is None:
        raise NotFound
    people = counting.count([quiz], ids).get(quiz.place, {})
    return _report(quiz, published.text.language, people, _names(ids), chosen)


def index(language: str, cohort_ids: Iterable[int], *, chosen: int | None = None) -> Index:
    """Every quiz that is published, in the order of the curriculum, over these cohorts.

    Six statements at the most, however many quizzes and people there are; each quiz has the
    numbers of its `report`. Raises NotFound when `chosen` is none of the cohorts.
    """
    ids, published = _allowed(cohort_ids, chosen), library.list_published(language)
    revisions = [(each.revision.id, each.revision.digest) for each in published]
    quizzes = counting.quizzes_in(revisions)
    counted, names = counting.count(quizzes, ids), _names(ids)
    entries: dict[int, list[tuple[str, Report]]] = {}
    for quiz in quizzes:
        told = _report(quiz, language, counted.get(quiz.place, {}), names, chosen)
        entries.setdefault(quiz.lesson_id, []).append((quiz.block, told))
    modules = [
        (
            module,
            [Entry(line, *each) for line in module.lessons for each in entries.get(line.id, ())],
        )
        for module in (published[0].outline.taught if published else ())
    ]
    return Index(names, [(module, lines) for module, lines in modules if lines])


def _report(
    quiz: Quiz,
    language: str,
    people: People,
    names: Sequence[tuple[int, str]],
    chosen: int | None,
) -> Report:
    scored = quiz.scored(language)
    rows = [
        [counting.won(one.key, parts) for one in scored]
        for cohort_id, counted in people.items()
        if chosen in (None, cohort_id)
        for parts in counted
    ]
    items = analyse(rows, [one.key.points for one in scored]) if rows and scored else ()
    return Report(
        title=quiz.titles[language],
        groups=[Group(key, name, len(people.get(key, ()))) for key, name in names],
        people=len(rows),
        lines=[_line(n, scored[n - 1], item) for n, item in enumerate(items, start=1)],
    )


def _line(number: int, question: Question, item: Item) -> Line:
    chance = guess(question.key)
    return Line(number, question, chance, item, doubts(item, chance))


def _allowed(cohort_ids: Iterable[int], chosen: int | None) -> list[int]:
    ids = sorted(cohort_ids)
    if chosen is not None and chosen not in ids:
        raise NotFound
    return ids


def _names(cohort_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    query = select(Cohort.id, Cohort.name).where(Cohort.id.in_(cohort_ids)).order_by(Cohort.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]
