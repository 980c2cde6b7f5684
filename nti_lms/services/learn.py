"""A participant's way: what they opened, where they stopped, what they marked as read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from nti_lms import clock
from nti_lms.database import apart, db
from nti_lms.domain.roles import Role
from nti_lms.models import (
    Authorship,
    Cohort,
    Commitment,
    Installment,
    LessonProgress,
    Membership,
    Organisation,
    User,
)

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """How many lessons a participant has read."""

    user_id: int
    name: str
    organisation: str
    read: int


# --- reads ---


def find_progress(user: User, lesson_id: int) -> LessonProgress | None:
    """One's place in a lesson, None before it was opened."""
    return db.session.get(LessonProgress, (user.id, lesson_id))


def progress_of(user: User) -> dict[int, LessonProgress]:
    """One's place in each lesson that was opened, by lesson id."""
    query = select(LessonProgress).where(LessonProgress.user_id == user.id)
    return {row.lesson_id: row for row in db.session.scalars(query)}


def find_installment(user: User, number: int) -> Installment | None:
    """The first or second installment of the cohort where one takes part; the latest cohort's."""
    ids = user.cohort_ids(*Role)
    query = (
        select(Installment)
        .where(Installment.cohort_id.in_(ids), Installment.number == number)
        .order_by(Installment.starts_on.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def days_until(day: date) -> int:
    """Whole days from today; negative once it has passed."""
    return (day - clock.today()).days


def list_participants(reader: User) -> Sequence[PersonProgress]:
    """Participants whose progress `reader` may see, with what they have read: one statement.

    Managers and facilitators see their cohorts, mentors those whose commitments they accompany,
    representatives the people of their organisation.
    """
    read = func.count(LessonProgress.read_at)
    mentored = (
        select(Authorship.user_id)
        .join(Commitment, Commitment.id == Authorship.commitment_id)
        .where(Commitment.mentor_id == reader.id)
    )
    query = (
        select(User.id, User.name, Organisation.name, read)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(LessonProgress, LessonProgress.user_id == User.id)
        .where(
            Membership.role == Role.PARTICIPANT,
            Membership.cohort_id.in_(reader.cohort_ids(Role.MANAGER, Role.FACILITATOR))
            | Membership.organisation_id.in_(reader.organisation_ids(Role.REPRESENTATIVE))
            | User.id.in_(mentored),
        )
        .group_by(User.id, User.name, Organisation.name)
        .order_by(User.name, User.id)
    )
    return [
        PersonProgress(user_id, name, organisation or "", count)
        for user_id, name, organisation, count in db.session.execute(query)
    ]


def list_cohorts(user: User) -> Sequence[Cohort]:
    """The cohorts where one has a role, by name."""
    ids = user.cohort_ids(*Role)
    return db.session.scalars(select(Cohort).where(Cohort.id.in_(ids)).order_by(Cohort.name)).all()


# --- writes ---


def mark_read(user: User, lesson_id: int, *, is_read: bool) -> None:
    """Mark a lesson as read, or not read after all."""
    progress = _find_or_open(db.session(), user.id, lesson_id)
    progress.read_at = clock.now() if is_read else None
    db.session.flush()


def note_visit(user: User, lesson_id: int, known: LessonProgress | None) -> None:
    """Note that a lesson is open, at most once a minute, in a transaction of its own."""
    if known is None or clock.now() - known.seen_at >= SEEN_EVERY:
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
    now = clock.now()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(LessonProgress)
        .values(user_id=user_id, lesson_id=lesson_id, block="", opened_at=now, seen_at=now)
        .on_conflict_do_nothing()
    )
    return session.get_one(LessonProgress, (user_id, lesson_id))
