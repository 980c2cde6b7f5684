"""What a person may see, as conditions on rows: one twin for each relation in `policy`.

Lists, counts, exports and books all ask here, so a row that a page would refuse is in none.
"""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from nti_lms.domain.roles import Role
from nti_lms.models import Authorship, Commitment, Membership, User


def writes(user: User) -> ColumnElement[bool]:
    """The commitments that this person writes, while they take part in its cohort."""
    return and_(
        Commitment.authorships.any(Authorship.user_id == user.id),
        Commitment.cohort_id.in_(user.cohort_ids(Role.PARTICIPANT)),
    )


def mentors(user: User) -> ColumnElement[bool]:
    """The commitments that this person accompanies, while they mentor in its cohort."""
    return and_(
        Commitment.mentor_id == user.id,
        Commitment.cohort_id.in_(user.cohort_ids(Role.MENTOR)),
    )


def represents(
    user: User, table: type[Commitment] | type[Membership] = Commitment
) -> ColumnElement[bool]:
    """The rows of organisations that this person answers for, in the cohort where they do."""
    own = [
        and_(
            table.organisation_id == membership.organisation_id,
            table.cohort_id == membership.cohort_id if membership.cohort_id else true(),
        )
        for membership in user.memberships
        if membership.role == Role.REPRESENTATIVE and membership.organisation_id is not None
    ]
    return or_(false(), *own)


def reads(user: User) -> ColumnElement[bool]:
    """The commitments of `may.read_commitment`."""
    manages = Commitment.cohort_id.in_(user.cohort_ids(Role.MANAGER))
    return or_(writes(user), mentors(user), represents(user), manages)


def follows(user: User) -> ColumnElement[bool]:
    """The memberships of participants whose progress `may.read_progress` lets this person see."""
    accompanied = (
        select(Authorship.user_id)
        .join(Commitment, Commitment.id == Authorship.commitment_id)
        .where(
            mentors(user),
            Authorship.user_id == Membership.user_id,
            Commitment.cohort_id == Membership.cohort_id,
        )
    )
    return or_(
        Membership.cohort_id.in_(user.cohort_ids(Role.FACILITATOR, Role.MANAGER)),
        represents(user, Membership),
        accompanied.exists(),
    )
