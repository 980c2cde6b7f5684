"""Which modules are open to a participant today, by the rules of their cohorts."""

from collections import defaultdict
from datetime import date

from sqlalchemy import bindparam, select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import ModuleNotOpen
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule, opens_on
from nti_lms.models import Phase, Placement, User
from nti_lms.services import library
from nti_lms.services.library import Published
from nti_lms.services.outline import Outline

# Built once: every page of a lesson asks.
_PLACED = (
    select(Placement.module_id, Placement.rule, Placement.opens_on, Phase.starts_on)
    .outerjoin(Phase, (Phase.cohort_id == Placement.cohort_id) & (Phase.code == Placement.phase))
    .where(Placement.cohort_id.in_(bindparam("cohorts", expanding=True)))
)


def get_published(user: User, key: str, language: str) -> Published:
    """A published lesson whose module is open to them. Raises NotFound, ModuleNotOpen."""
    published = library.get_published(key, language)
    refuse_closed(user, published.lesson.module_id)
    return published


def outline(user: User) -> Outline:
    """The outline of what is open to them."""
    return library.outline().without(awaited(user))


def refuse_closed(user: User, module_id: int) -> None:
    """Raises ModuleNotOpen for a module that still waits for them."""
    if module_id in awaited(user):
        raise ModuleNotOpen


def awaited(user: User) -> dict[int, date]:
    """The modules still closed to somebody, with the day when each opens, by module id.

    A participant comes in once one of their cohorts has opened a module; whoever has another role
    always does. One statement, for participants alone.
    """
    cohorts = user.cohort_ids(Role.PARTICIPANT)
    if not cohorts or any(membership.role != Role.PARTICIPANT for membership in user.memberships):
        return {}
    days: dict[int, list[date]] = defaultdict(list)
    for module_id, rule, day, starts_on in db.session.execute(_PLACED, {"cohorts": list(cohorts)}):
        opening = opens_on(Rule(rule), day=day, phase=Days(starts_on))
        if opening and opening > clock.today():
            days[module_id].append(opening)
    return {module_id: min(each) for module_id, each in days.items() if len(each) == len(cohorts)}
