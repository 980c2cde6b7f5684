"""Which modules are open to a participant today, by the rules of their cohorts."""

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import ModuleNotOpen
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule, opens_on
from nti_lms.models import Phase, Placement, User


def refuse_closed(user: User, module_id: int) -> None:
    """Let a participant in once one of their cohorts has opened the module; others always.

    One statement. Raises ModuleNotOpen.
    """
    cohorts = user.cohort_ids(Role.PARTICIPANT)
    if not cohorts or any(membership.role != Role.PARTICIPANT for membership in user.memberships):
        return
    phase = (Phase.cohort_id == Placement.cohort_id) & (Phase.code == Placement.phase)
    query = (
        select(Placement.rule, Placement.opens_on, Phase.starts_on)
        .outerjoin(Phase, phase)
        .where(Placement.cohort_id.in_(cohorts), Placement.module_id == module_id)
    )
    days = [
        opens_on(Rule(rule), day=day, phase=Days(starts_on))
        for rule, day, starts_on in db.session.execute(query)
    ]
    if len(days) == len(cohorts) and all(day and day > clock.today() for day in days):
        raise ModuleNotOpen
