"""A participant's way: what they opened, where they stopped, what they marked as read."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import CompoundSelect, Select, func, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from nti_lms import clock
from nti_lms.curriculum import Lesson as LessonText
from nti_lms.database import apart, db
from nti_lms.domain import progress as rules
from nti_lms.domain.ahead import Ahead
from nti_lms.domain.progress import State
from nti_lms.models import (
    Commitment,
    Excerpt,
    LessonProgress,
    Organisation,
    Section,
    User,
)
from nti_lms.services import scope
from nti_lms.services.commitments import CODES, NO_REPORT_AWAITED
from nti_lms.services.outline import LessonLine, ModuleLine, Outline

SEEN_EVERY = timedelta(minutes=1)
WITH_COMMENTS = "mentor-feedback"
WRITABLE = ("draft", WITH_COMMENTS)
# The phases whose end is the day for a first draft, for the whole design, for the report.
BEGUN_IN, DESIGNED_IN, REPORTED_IN = "F1", "F2", "F3"

Found = Mapping[int, LessonProgress]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One's own commitment in a line; `begun` are the sections that hold something."""

    id: int
    title: str
    status: str
    organisation: str
    mentor: str
    begun: frozenset[str]


@dataclass(frozen=True, slots=True)
class Owed:
    """Something to do before the next gathering, and by when if a day is set.

    `kind`: "answer" a mentor, "continue" a lesson, "read" lessons of a module, "start" a
    commitment, "write" its empty sections, "report" what came of it. The rest is filled where it
    belongs.
    """

    kind: str
    lessons: tuple[LessonLine, ...] = ()
    codes: tuple[str, ...] = ()
    due_on: date | None = None

    @property
    def minutes(self) -> int:
        """What its lessons take, read alone."""
        return sum(lesson.minutes for lesson in self.lessons)


# --- reads ---


def find_progress(user: User, lesson_id: int) -> LessonProgress | None:
    """One's place in a lesson, None before it was opened."""
    return db.session.get(LessonProgress, (user.id, lesson_id))


def progress_of(user: User) -> dict[int, LessonProgress]:
    """One's place in each lesson that was opened, by lesson id."""
    query = select(LessonProgress).where(LessonProgress.user_id == user.id)
    return {row.lesson_id: row for row in db.session.scalars(query)}


def next_lesson(outline: Outline, found: Found) -> LessonLine | None:
    """The lesson to go on with; None when all are read."""
    lessons = {lesson.id: lesson for lesson in outline.lessons()}
    next_id = rules.next_lesson(list(lessons), found)
    return lessons[next_id] if next_id is not None else None


def block_ids(text: LessonText) -> list[str]:
    """The blocks that every reader of a lesson meets, in order."""
    return [block.id for block in text.blocks if block.kind != "facilitator"]


def find_plan(user: User) -> PlanLine | None:
    """The commitment that one writes, the latest if there are several, in one statement."""
    own = select(Commitment.id).where(scope.writes(user))
    begun = _begun(own).subquery()
    words = (Commitment.id, Commitment.title, Commitment.status, Organisation.name, User.name)
    query = (
        select(*words, begun.c.code)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .outerjoin(User, User.id == Commitment.mentor_id)
        .outerjoin(begun, begun.c.commitment_id == Commitment.id)
        .where(Commitment.id.in_(own))
        .order_by(Commitment.id.desc())
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    plan_id, title, status, organisation, mentor, _ = rows[0]
    codes = frozenset(row[5] for row in rows if row[0] == plan_id and row[5])
    return PlanLine(plan_id, title, status, organisation, mentor or "", codes)


def _begun(own: Select[int]) -> CompoundSelect[int, str]:
    """The sections of these commitments that hold a text, or a part brought from a journal."""
    return union_all(
        select(Section.commitment_id, Section.code).where(
            Section.commitment_id.in_(own), func.trim(Section.body) != ""
        ),
        select(Excerpt.commitment_id, Excerpt.code).where(Excerpt.commitment_id.in_(own)),
    )


def count_carried(user: User, lesson_ids: Sequence[int]) -> dict[str, int]:
    """How many parts one took from these lessons into a commitment, by section."""
    own = (Excerpt.author_id == user.id) & Excerpt.lesson_id.in_(lesson_ids)
    query = select(Excerpt.code, func.count()).where(own).group_by(Excerpt.code)
    return dict(db.session.execute(query).all())


def owed(
    outline: Outline,
    found: Found,
    plan: PlanLine | None,
    ahead: Ahead,
    phases: Mapping[int, str] | None = None,
) -> list[Owed]:
    """What a participant still has to do before the next gathering, the least urgent last.

    `phases` tells where the cohort has put a module, by its id, if not where the curriculum does.
    """
    tasks = []
    for module in outline.modules:
        phase = (phases or {}).get(module.id, module.phase)
        if ahead.owes(phase):
            tasks += _unread(module, found, ahead.due_on(phase))
    tasks += _unwritten(plan, ahead)
    return sorted(tasks, key=lambda task: (_RANKS.get(task.kind, 2), task.due_on or date.max))


_RANKS = {"answer": 0, "continue": 1}


def _unread(module: ModuleLine, found: Found, due_on: date | None) -> list[Owed]:
    by_state = {
        state: tuple(
            lesson for lesson in module.lessons if rules.state(found.get(lesson.id)) == state
        )
        for state in State
    }
    tasks = [Owed("continue", (lesson,), due_on=due_on) for lesson in by_state[State.NOW]]
    unread = by_state[State.TODO]
    return [*tasks, Owed("read", unread, due_on=due_on)] if unread else tasks


def _unwritten(plan: PlanLine | None, ahead: Ahead) -> list[Owed]:
    """What a commitment asks for: begun by the first gathering, designed after it, told about at
    the second.
    """
    if plan is None:
        return [Owed("start", due_on=ahead.due_on(BEGUN_IN))]
    tasks = []
    empty = tuple(code for code in CODES if code not in plan.begun)
    if plan.status == WITH_COMMENTS:
        tasks.append(Owed("answer", due_on=ahead.due_on(DESIGNED_IN)))
    if empty and plan.status in WRITABLE and ahead.owes(DESIGNED_IN):
        tasks.append(Owed("write", codes=empty, due_on=ahead.due_on(DESIGNED_IN)))
    if plan.status not in NO_REPORT_AWAITED and ahead.owes(REPORTED_IN):
        tasks.append(Owed("report", due_on=ahead.due_on(REPORTED_IN)))
    return tasks


# --- writes ---


def mark_read(user: User, lesson_id: int, *, is_read: bool) -> LessonProgress:
    """Mark a lesson as read, or not read after all."""
    progress = _find_or_open(db.session(), user.id, lesson_id)
    progress.read_at = clock.now() if is_read else None
    db.session.flush()
    return progress


def stop_at(user: User, lesson_id: int, block: str) -> None:
    """Keep the block where somebody left a lesson, or wrote in it: one statement."""
    place = {"block": block, "seen_at": clock.now()}
    opened = _opened(db.session(), user.id, lesson_id)
    keys = [LessonProgress.user_id, LessonProgress.lesson_id]
    db.session.execute(opened.on_conflict_do_update(index_elements=keys, set_=place).values(place))


def note_visit(user: User, lesson_id: int, known: LessonProgress | None) -> None:
    """Note that a lesson is open, at most once a minute, in a transaction of its own."""
    if known is None or clock.now() - known.seen_at >= SEEN_EVERY:
        with suppress(DBAPIError):  # a lesson is read all the same
            _note(user.id, lesson_id, None)


def note_place(user: User, lesson_id: int, block: str) -> None:
    """Note the block where somebody's eyes rested, in a transaction of its own."""
    _note(user.id, lesson_id, block)


def _note(user_id: int, lesson_id: int, block: str | None) -> None:
    with apart() as session:
        progress = _find_or_open(session, user_id, lesson_id)
        progress.seen_at = clock.now()
        if block is not None:
            progress.block = block


def _find_or_open(session: Session, user_id: int, lesson_id: int) -> LessonProgress:
    """The row, made when it is missing; two requests at once make one."""
    session.execute(_opened(session, user_id, lesson_id).on_conflict_do_nothing())
    return session.get_one(LessonProgress, (user_id, lesson_id))


def _opened(session: Session, user_id: int, lesson_id: int) -> sqlite.Insert | postgresql.Insert:
    """The row of a lesson that somebody opens now, to be put in."""
    now = clock.now()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(LessonProgress).values(
        user_id=user_id, lesson_id=lesson_id, block="", opened_at=now, seen_at=now
    )
