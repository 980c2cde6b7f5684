"""The people of a cohort, and the invitations that bring them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import Cohort, Credential, Membership, Organisation, User


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a list: their role here, their organisation, and whether they have come in."""

    user: User
    role: Role
    organisation: str
    has_come_in: bool


def list_cohorts(reader: User) -> Sequence[Cohort]:
    """The cohorts to which `reader` may invite somebody, by name: `may.grant_in`."""
    query = select(Cohort).order_by(Cohort.name)
    if not reader.has_role(Role.ADMINISTRATOR):
        query = query.where(Cohort.id.in_(reader.cohort_ids(Role.MANAGER)))
    return db.session.scalars(query).all()


def get_cohort(cohort_id: int) -> Cohort:
    """The cohort of that id. Raises NotFound."""
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def list_managers(cohort: Cohort) -> Sequence[User]:
    """Who coordinates a cohort, by name."""
    own = (Membership.cohort_id == cohort.id) & (Membership.role == Role.MANAGER)
    query = select(User).join(Membership, Membership.user_id == User.id).where(own)
    return db.session.scalars(query.order_by(User.name, User.id)).all()


def list_people(reader: User) -> Sequence[Line]:
    """Whom `reader` may see: the people of their cohorts; for an administrator, who runs them.

    One line for each role that they hold there; two statements, always.
    """
    query = (
        select(User, Membership.role, Organisation.name, Credential.user_id)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Credential, Credential.user_id == User.id)
        .options(selectinload(User.memberships))
        .order_by(User.name, User.id, Membership.role)
    )
    rows = db.session.execute(query.where(_sees(reader)))
    return [Line(user, Role(role), name or "", bool(came)) for user, role, name, came in rows]


def count_awaited(reader: User) -> int:
    """How many of those whom `reader` may see were invited and have not come in yet."""
    query = (
        select(func.count(Membership.user_id.distinct()))
        .outerjoin(Credential, Credential.user_id == Membership.user_id)
        .where(Credential.user_id.is_(None), _sees(reader))
    )
    return db.session.scalar(query) or 0


def _sees(reader: User) -> ColumnElement[bool]:
    """The memberships of the people of one's cohorts; for an administrator, of who runs them."""
    own = Membership.cohort_id.in_(reader.cohort_ids(Role.MANAGER))
    if reader.has_role(Role.ADMINISTRATOR):
        return or_(own, Membership.role.in_([Role.ADMINISTRATOR, Role.MANAGER]))
    return own


def get_person(user_id: int) -> User:
    """The person with their memberships. Raises NotFound."""
    query = select(User).where(User.id == user_id).options(joinedload(User.memberships))
    user = db.session.scalars(query).unique().first()
    if user is None:
        raise NotFound
    return user


def find_or_add_organisation(name: str) -> Organisation:
    """The organisation of that name, added when it is new."""
    found = db.session.scalar(select(Organisation).where(Organisation.name == name))
    organisation = found or Organisation(name=name)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def find_or_add_cohort(name: str, *, is_fictitious: bool = False) -> Cohort:
    """The cohort of that name, added when it is new."""
    found = db.session.scalar(select(Cohort).where(Cohort.name == name))
    cohort = found or Cohort(name=name, is_fictitious=is_fictitious, created_at=clock.now())
    db.session.add(cohort)
    db.session.flush()
    return cohort
