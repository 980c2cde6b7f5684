"""Which modules are open to a participant today, by the rules of their cohorts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

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


class Placed(NamedTuple):
    """A module in a phase of a cohort, with its opening rule and the first day of that phase."""

    cohort_id: int
    module_id: int
    phase: str
    rule: str
    opens_on: date | None
    starts_on: date | None


# Built once: every page of a lesson asks.
_PLACED = (
    select(
        Placement.cohort_id,
        Placement.module_id,
        Placement.phase,
        Placement.rule,
        Placement.opens_on,
        Phase.starts_on,
    )
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

    One statement, for those who are participants and nothing else.
    """
    return closed(user, placed(user)) if _waits(user) else {}


def placed(user: User) -> list[Placed]:
    """Where the modules stand in the cohorts where one takes part: one statement."""
    cohorts = {"cohorts": list(user.cohort_ids(Role.PARTICIPANT))}
    return [Placed(*row) for row in db.session.execute(_PLACED, cohorts)]


def closed(user: User, modules: Iterable[Placed]) -> dict[int, date]:
    """Those of `placed` that are still closed to somebody, with the day when each opens.

    A participant comes in once one of their cohorts has opened a module; whoever has another role
    always does.
    """
    if not _waits(user):
        return {}
    days: dict[int, list[date]] = defaultdict(list)
    for one in modules:
        opening = opens_on(Rule(one.rule), day=one.opens_on, phase=Days(one.starts_on))
        if opening and opening > clock.today():
            days[one.module_id].append(opening)
    cohorts = user.cohort_ids(Role.PARTICIPANT)
    return {module_id: min(each) for module_id, each in days.items() if len(each) == len(cohorts)}


def _waits(user: User) -> bool:
    roles = {membership.role for membership in user.memberships}
    return roles == {Role.PARTICIPANT} and bool(user.cohort_ids(Role.PARTICIPANT))
