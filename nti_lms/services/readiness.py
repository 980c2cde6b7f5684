"""How a cohort stands: its participants one by one, and whether it is ready to meet again.

Names, counts and states; never a word that anyone wrote, and never an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, union_all

from nti_lms import clock
from nti_lms.database import db
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
from nti_lms.services import participants
from nti_lms.services.commitments import NO_REPORT_AWAITED
from nti_lms.services.paging import PER_PAGE, Page, offset

UNSEEN_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A participant, and when they were last seen: None for whoever never came in."""

    user_id: int
    name: str
    organisation: str
    seen_at: datetime | None

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has seen them for two weeks."""
        return self.seen_at is None or clock.now() - self.seen_at >= UNSEEN_AFTER


@dataclass(frozen=True, slots=True)
class ParticipantLine(SeenLine):
    """The same, with how many lessons they have read."""

    read: int


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
        return self.status not in NO_REPORT_AWAITED


def list_participants(
    cohort: Cohort, lesson_ids: Iterable[int], *, page: int = 1
) -> Page[ParticipantLine]:
    """A page of the participants by name: two statements, however many they are."""
    query = participants.by_name(cohort.id).add_columns(func.count().over())
    rows = db.session.execute(query.limit(PER_PAGE).offset(offset(page))).all()
    told = _read_and_seen([row[0] for row in rows], lesson_ids)
    lines = []
    for user_id, name, organisation, _total in rows:
        read, seen_at = told.get(user_id, (0, None))
        lines.append(ParticipantLine(user_id, name, organisation or "", seen_at, read))
    return Page(lines, page, rows[0][3] if rows else 0)


def count_participants(cohort: Cohort) -> int:
    """How many take part."""
    own = participants.in_cohort(cohort.id)
    return db.session.scalar(select(func.count(Membership.user_id.distinct())).where(own)) or 0


def list_unseen(cohort: Cohort) -> list[SeenLine]:
    """The participants whom nobody has seen for two weeks, by name."""
    seen = _seen(participants.ids_of(cohort.id)).subquery()
    latest = select(seen.c.user_id, func.max(seen.c.at).label("at")).group_by(seen.c.user_id)
    last = latest.subquery()
    query = (
        participants.by_name(cohort.id)
        .add_columns(last.c.at)
        .outerjoin(last, last.c.user_id == User.id)
        .where(last.c.at.is_(None) | (last.c.at <= clock.now() - UNSEEN_AFTER))
        .group_by(last.c.at)
    )
    rows = db.session.execute(query)
    return [SeenLine(key, name, sender or "", at) for key, name, sender, at in rows]


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
