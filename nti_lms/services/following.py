"""How others come along: what each role may see of people, cohorts and commitments.

Never a word that anyone wrote, and never an answer: names, counts and states.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import (
    Cohort,
    Commitment,
    LessonProgress,
    Membership,
    Organisation,
    User,
)
from nti_lms.services import scope
from nti_lms.services.paging import PER_PAGE, Page, offset


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A participant in a list: who sends them, and how many lessons they have read."""

    user_id: int
    name: str
    organisation: str
    read: int


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort in counts: its participants, and how many of them have read each lesson, by id."""

    id: int
    name: str
    people: int
    read: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment in a list."""

    id: int
    title: str
    status: str
    organisation: str
    mentor_id: int | None


def list_people(reader: User, lesson_ids: Iterable[int], *, page: int = 1) -> Page[PersonLine]:
    """The participants whose progress `reader` may follow, by name, in one statement."""
    is_read = (
        (LessonProgress.user_id == User.id)
        & LessonProgress.read_at.is_not(None)
        & LessonProgress.lesson_id.in_(list(lesson_ids))
    )
    read = select(func.count()).select_from(LessonProgress).where(is_read).scalar_subquery()
    query = (
        select(User.id, User.name, Organisation.name, read, func.count().over())
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == Role.PARTICIPANT, User.id != reader.id, scope.follows(reader))
        .order_by(User.name, User.id, Membership.id)
        .limit(PER_PAGE)
        .offset(offset(page))
    )
    rows = db.session.execute(query).all()
    lines = [PersonLine(row[0], row[1], row[2] or "", row[3]) for row in rows]
    return Page(lines, page, rows[0][4] if rows else 0)


def count_cohorts(cohort_ids: Iterable[int]) -> list[CohortLine]:
    """These cohorts in counts, by name, in two statements."""
    ids = list(cohort_ids)
    of_cohort = (Membership.cohort_id == Cohort.id) & (Membership.role == Role.PARTICIPANT)
    people = (
        select(Cohort.id, Cohort.name, func.count(Membership.user_id.distinct()))
        .outerjoin(Membership, of_cohort)
        .where(Cohort.id.in_(ids))
        .group_by(Cohort.id, Cohort.name)
        .order_by(Cohort.name)
    )
    read = (
        select(
            Membership.cohort_id,
            LessonProgress.lesson_id,
            func.count(Membership.user_id.distinct()),
        )
        .join(LessonProgress, LessonProgress.user_id == Membership.user_id)
        .where(
            Membership.cohort_id.in_(ids),
            Membership.role == Role.PARTICIPANT,
            LessonProgress.read_at.is_not(None),
        )
        .group_by(Membership.cohort_id, LessonProgress.lesson_id)
    )
    counts: dict[int | None, dict[int, int]] = {}
    for cohort_id, lesson_id, count in db.session.execute(read):
        counts.setdefault(cohort_id, {})[lesson_id] = count
    rows = db.session.execute(people)
    return [CohortLine(key, name, total, counts.get(key, {})) for key, name, total in rows]


def list_accompanied(reader: User) -> list[CommitmentLine]:
    """The commitments that `reader` accompanies as mentor or answers for as representative."""
    return _commitments(or_(scope.mentors(reader), scope.represents(reader)))


def list_titles(cohort_ids: Iterable[int]) -> list[CommitmentLine]:
    """The commitments of these cohorts by title and state, for whoever facilitates them."""
    return _commitments(Commitment.cohort_id.in_(list(cohort_ids)))


def count_by_status(cohort_ids: Iterable[int]) -> dict[str, int]:
    """How many commitments of these cohorts stand in each state."""
    query = (
        select(Commitment.status, func.count())
        .where(Commitment.cohort_id.in_(list(cohort_ids)))
        .group_by(Commitment.status)
    )
    return dict(db.session.execute(query).all())


def _commitments(wanted: ColumnElement[bool]) -> list[CommitmentLine]:
    query = (
        select(
            Commitment.id,
            Commitment.title,
            Commitment.status,
            Organisation.name,
            Commitment.mentor_id,
        )
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .where(wanted)
        .order_by(Organisation.name, Commitment.id)
    )
    return [CommitmentLine(*row) for row in db.session.execute(query)]
