"""Mentors: who accompanies which commitment of a cohort."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import Cohort, Commitment, Membership, Organisation, User
from nti_lms.services import audit


def list_mentors(cohort: Cohort) -> Sequence[User]:
    """Those who mentor in the cohort, by name."""
    is_mentor = (Membership.cohort_id == cohort.id) & (Membership.role == Role.MENTOR)
    query = select(User).where(User.memberships.any(is_mentor)).order_by(User.name, User.id)
    return db.session.scalars(query).all()


def list_commitments(cohort: Cohort) -> Sequence[Commitment]:
    """The commitments of the cohort with their organisations, by organisation."""
    query = (
        select(Commitment)
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .where(Commitment.cohort_id == cohort.id)
        .options(joinedload(Commitment.organisation))
        .order_by(Organisation.name, Commitment.id)
    )
    return db.session.scalars(query).all()


def assign(
    cohort: Cohort, mentor_ids: Mapping[Commitment, int | None], *, actor: User
) -> list[Commitment]:
    """Let each commitment be accompanied by that mentor, or by nobody; those that changed.

    Raises NotFound for somebody who is no mentor of the cohort.
    """
    known = {mentor.id for mentor in list_mentors(cohort)}
    changed = [plan for plan, mentor in mentor_ids.items() if plan.mentor_id != mentor]
    for plan in changed:
        mentor = mentor_ids[plan]
        if mentor is not None and mentor not in known:
            raise NotFound
        plan.mentor_id = mentor
        audit.record("mentor-assigned", actor_id=actor.id, subject_id=mentor, commitment=plan.id)
    db.session.flush()
    return changed
