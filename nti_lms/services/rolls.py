"""Inviting a whole list: first what would happen, row by row; then, if all is well, it does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from nti_lms import policy as may
from nti_lms.database import db
from nti_lms.domain import rolls
from nti_lms.domain.errors import ListHasFaults
from nti_lms.domain.rolls import SENT_BY_ORGANISATIONS, Row
from nti_lms.models import Cohort, Membership, Organisation, User
from nti_lms.services import accounts, people


@dataclass(frozen=True, slots=True)
class Line:
    """A row and what would come of it: `faults`, or somebody who is here already, or a new one."""

    row: Row
    faults: Sequence[str]
    is_here: bool

    @property
    def is_new(self) -> bool:
        """Whether this person would be invited."""
        return not self.faults and not self.is_here


def plan(rows: Sequence[Row], cohort: Cohort, *, sender: User) -> list[Line]:
    """What would come of each row, in order; three statements, however long the list."""
    known = _known([row.address for row in rows])
    names = dict(db.session.execute(select(Organisation.id, Organisation.name)).all())
    counts = Counter(row.address for row in rows if row.address)
    lines = []
    for row in rows:
        user = known.get(accounts.normal_handle(row.address))
        is_here = user is not None and _is_in(user, row, cohort, names)
        faults = rolls.faults_of(row)
        if row.role is not None and not may.grant(sender, row.role):
            faults.append("role-not-granted")
        if counts[row.address] > 1:
            faults.append("twice")
        if user is not None and not is_here:
            faults.append("taken")
        lines.append(Line(row, faults, is_here and not faults))
    return lines


def carry_out(lines: Sequence[Line], cohort: Cohort, *, sender: User) -> list[User]:
    """Invite those who are new; the ones who are here stay as they are.

    Raises:
        ListHasFaults: a row is faulty, so nobody is invited.
        HandleTaken: somebody took an address since the plan was made.
    """
    if any(line.faults for line in lines):
        raise ListHasFaults
    rows = [line.row for line in lines if line.is_new]
    sent = {row.organisation for row in rows if row.role in SENT_BY_ORGANISATIONS}
    organisations = {name: people.find_or_add_organisation(name).id for name in sorted(sent)}
    return [_invite(row, cohort, organisations, sender) for row in rows]


def _invite(row: Row, cohort: Cohort, organisations: Mapping[str, int], sender: User) -> User:
    if row.role is None or row.language is None:
        raise ListHasFaults
    membership = Membership(role=row.role, cohort_id=cohort.id)
    if row.role in SENT_BY_ORGANISATIONS:
        membership.organisation_id = organisations[row.organisation]
    return accounts.invite(
        row.name,
        row.email or row.handle,
        language=row.language,
        email=row.email or None,
        memberships=[membership],
        actor=sender,
    )


def _known(addresses: Sequence[str]) -> Mapping[str, User]:
    """Whoever signs in with one of these, by handle and by mail."""
    normal = {accounts.normal_handle(address) for address in addresses if address}
    query = (
        select(User)
        .where(or_(User.handle.in_(normal), User.email.in_(normal)))
        .options(selectinload(User.memberships))
    )
    found: dict[str, User] = {}
    for user in db.session.scalars(query):
        found[user.handle] = user
        if user.email:
            found[user.email] = user
    return found


def _is_in(user: User, row: Row, cohort: Cohort, names: Mapping[int, str]) -> bool:
    """Whether this person holds that role in the cohort already, for that organisation."""
    return any(
        membership.role == row.role
        and membership.cohort_id == cohort.id
        and (
            row.role not in SENT_BY_ORGANISATIONS
            or names.get(membership.organisation_id or 0) == row.organisation
        )
        for membership in user.memberships
    )
