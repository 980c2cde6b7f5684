"""Organisations that take part: founded, renamed, and offered where somebody is invited."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from nti_lms.database import db
from nti_lms.domain.errors import NameTaken, NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import Membership, Organisation, User
from nti_lms.services import audit


def list_all() -> Sequence[tuple[Organisation, int]]:
    """Every organisation by name, with how many people it sends or who answer for it."""
    people = func.count(Membership.user_id.distinct())
    query = (
        select(Organisation, people)
        .outerjoin(Membership, Membership.organisation_id == Organisation.id)
        .group_by(Organisation.id)
        .order_by(Organisation.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_names(reader: User) -> Sequence[str]:
    """Those that `reader` may be offered: of their cohorts, and those that send nobody yet.

    Which organisations are in another's cohorts is not told.
    """
    own = Membership.organisation_id == Organisation.id
    query = select(Organisation.name).order_by(Organisation.name)
    if not reader.has_role(Role.ADMINISTRATOR):
        there = own & Membership.cohort_id.in_(reader.cohort_ids(Role.MANAGER))
        query = query.where(
            or_(
                ~select(Membership.id).where(own).exists(),
                select(Membership.id).where(there).exists(),
            )
        )
    return db.session.scalars(query).all()


def get(organisation_id: int) -> Organisation:
    """The organisation of that id. Raises NotFound."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


def found(name: str, *, founder: User) -> Organisation:
    """A new organisation. Raises NameTaken."""
    organisation = Organisation()
    name_it(organisation, name)
    audit.record("organisation-founded", actor_id=founder.id, organisation=organisation.id)
    return organisation


def name_it(organisation: Organisation, name: str) -> None:
    """Give it a name that no other one bears. Raises NameTaken."""
    same = select(Organisation.id).where(Organisation.name == name)
    if db.session.scalar(same.where(Organisation.id != (organisation.id or 0))) is not None:
        raise NameTaken
    organisation.name = name
    db.session.add(organisation)
    db.session.flush()
