"""How a cohort stands: its participants one by one, and whether it is ready to meet again.

Names, counts and states; never a word that anyone wrote, and never an answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, union_all

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import (
    Cohort,
    Commitment,
    Event,
    LessonProgress,
    Membership,
    Organisation,
    Session,
    User,
)
from nti_lms.services.following import PER_PAGE
from nti_lms.services.outline import ModuleLine

UNSEEN_AFTER = timedelta(days=14)
# A commitment with its outcome report, and one from which none is awaited.
REPORTED = ("completed", "shared")
WITHOUT_REPORT = ("cancelled",)


@dataclass(frozen=True, slots=True)
class ParticipantLine:
    """A participant in the list of a cohort; `seen_at` is None for whoever never came in."""

    user_id: int
    name: str
    organisation: str
    read: int
    seen_at: datetime | None

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has seen them for two weeks."""
        return self.seen_at is None or clock.now() - self.seen_at >= UNSEEN_AFTER


@dataclass(frozen=True, slots=True)
class Participants:
    """One page of the participants; `page` counts from 1, `total` is of the whole cohort."""

    lines: Sequence[ParticipantLine]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PER_PAGE)

    @property
    def has_prev(self) -> bool:
        """Whether a page stands before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether a page follows."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The page after."""
        return self.page + 1


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A commitment of the cohort: title and state, and whether its report is missing."""

    title: str
    status: str
    organisation: str
    has_mentor: bool

    @property
    def is_report_missing(self) -> bool:
        """Whether the outcome report is awaited and not in."""
        return self.status not in (*REPORTED, *WITHOUT_REPORT)


def list_participants(cohort: Cohort, lesson_ids: Iterable[int], *, page: int = 1) -> Participants:
    """A page of the participants by name: two statements, however many they are."""
    query = (
        select(User.id, User.name, func.min(Organisation.name), func.count().over())
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.cohort_id == cohort.id, Membership.role == Role.PARTICIPANT)
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    rows = db.session.execute(query).all()
    told = _read_and_seen([row[0] for row in rows], lesson_ids)
    lines = [
        ParticipantLine(user_id, name, organisation or "", *told.get(user_id, (0, None)))
        for user_id, name, organisation, _total in rows
    ]
    return Participants(lines, page, rows[0][3] if rows else 0)


def count_participants(cohort: Cohort) -> int:
    """How many take part."""
    own = (Membership.cohort_id == cohort.id) & (Membership.role == Role.PARTICIPANT)
    return db.session.scalar(select(func.count(Membership.user_id.distinct())).where(own)) or 0


def count_finished(cohort: Cohort, modules: Sequence[ModuleLine]) -> dict[int, int]:
    """How many participants have read every lesson of each module, by module id."""
    module_of = {lesson.id: module.id for module in modules for lesson in module.lessons}
    needed = {module.id: len(module.lessons) for module in modules}
    query = select(LessonProgress.user_id, LessonProgress.lesson_id).where(
        LessonProgress.user_id.in_(_participants(cohort)),
        LessonProgress.read_at.is_not(None),
        LessonProgress.lesson_id.in_(list(module_of)),
    )
    read: dict[tuple[int, int], int] = {}
    for user_id, lesson_id in db.session.execute(query):
        place = (user_id, module_of[lesson_id])
        read[place] = read.get(place, 0) + 1
    finished = dict.fromkeys(needed, 0)
    for (_user_id, module_id), count in read.items():
        finished[module_id] += count >= needed[module_id]
    return finished


def list_unseen(cohort: Cohort) -> list[ParticipantLine]:
    """The participants whom nobody has seen for two weeks, by name."""
    seen = _seen(_participants(cohort)).subquery()
    since = clock.now() - UNSEEN_AFTER
    latest = select(seen.c.user_id, func.max(seen.c.at).label("at")).group_by(seen.c.user_id)
    last = latest.subquery()
    query = (
        select(User.id, User.name, func.min(Organisation.name), last.c.at)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(last, last.c.user_id == User.id)
        .where(
            Membership.cohort_id == cohort.id,
            Membership.role == Role.PARTICIPANT,
            (last.c.at.is_(None)) | (last.c.at <= since),
        )
        .group_by(User.id, User.name, last.c.at)
        .order_by(User.name, User.id)
    )
    rows = db.session.execute(query)
    return [ParticipantLine(key, name, sender or "", 0, at) for key, name, sender, at in rows]


def list_plans(cohort: Cohort) -> list[PlanLine]:
    """The commitments of the cohort by organisation: title and state, never their text."""
    query = (
        select(Commitment.title, Commitment.status, Organisation.name, Commitment.mentor_id)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .where(Commitment.cohort_id == cohort.id)
        .order_by(Organisation.name, Commitment.id)
    )
    rows = db.session.execute(query)
    return [PlanLine(title, status, name, bool(mentor)) for title, status, name, mentor in rows]


def _participants(cohort: Cohort) -> Select[int]:
    own = (Membership.cohort_id == cohort.id) & (Membership.role == Role.PARTICIPANT)
    return select(Membership.user_id).where(own)


def _seen(user_ids: Select[int] | list[int]) -> Select[int, datetime]:
    """Every trace of these people: signing in, a live session, a lesson open."""
    traces = union_all(
        select(Event.subject_id.label("user_id"), Event.at.label("at")).where(
            Event.kind == "signed-in", Event.subject_id.in_(user_ids)
        ),
        select(Session.user_id, Session.seen_at).where(Session.user_id.in_(user_ids)),
        select(LessonProgress.user_id, LessonProgress.seen_at).where(
            LessonProgress.user_id.in_(user_ids)
        ),
    ).subquery()
    return select(traces.c.user_id, traces.c.at)


def _read_and_seen(
    user_ids: list[int], lesson_ids: Iterable[int]
) -> dict[int, tuple[int, datetime | None]]:
    """How many of these lessons each has read, and when they were last seen."""
    seen = _seen(user_ids).subquery()
    is_read = (
        (LessonProgress.user_id == User.id)
        & LessonProgress.read_at.is_not(None)
        & LessonProgress.lesson_id.in_(list(lesson_ids))
    )
    read = select(func.count()).select_from(LessonProgress).where(is_read).scalar_subquery()
    query = (
        select(User.id, read, func.max(seen.c.at))
        .outerjoin(seen, seen.c.user_id == User.id)
        .where(User.id.in_(user_ids))
        .group_by(User.id)
    )
    return {user_id: (count, at) for user_id, count, at in db.session.execute(query)}
