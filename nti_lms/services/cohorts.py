"""Cohorts: founded with their two gatherings, their phases dated, their modules placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import schedule
from nti_lms.domain.errors import NameTaken, NotFound, OutOfOrder
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule
from nti_lms.models import (
    AgendaItem,
    Cohort,
    Installment,
    Membership,
    Module,
    Phase,
    Placement,
    User,
)
from nti_lms.services import audit


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is decided about a gathering."""

    days: Days
    mode: str
    place: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a module stands in a cohort, and when it opens there."""

    phase: str
    rule: Rule
    day: date | None


@dataclass(frozen=True, slots=True)
class Steps:
    """How far a cohort is set up: people invited, companions of theirs, sessions planned."""

    participants: int
    companions: int
    sessions: int

    @property
    def are_done(self) -> bool:
        """Whether there is some of each."""
        return all((self.participants, self.companions, self.sessions))


# --- reads ---


def list_cohorts(reader: User) -> Sequence[Cohort]:
    """Those whose plan `reader` may see, by name, with gatherings and phases: `may.see_plan`."""
    query = select(Cohort).order_by(Cohort.name)
    if not reader.has_role(Role.ADMINISTRATOR):
        query = query.where(Cohort.id.in_(reader.cohort_ids(Role.FACILITATOR, Role.MANAGER)))
    return db.session.scalars(query.options(*_WHOLE)).all()


def get_cohort(cohort_id: int) -> Cohort:
    """The cohort with its gatherings and phases. Raises NotFound."""
    query = select(Cohort).where(Cohort.id == cohort_id).options(*_WHOLE)
    cohort = db.session.scalars(query).one_or_none()
    if cohort is None:
        raise NotFound
    return cohort


_WHOLE = (selectinload(Cohort.installments), selectinload(Cohort.phases))


def find_installment(cohort: Cohort, number: int) -> Installment | None:
    """The first or second gathering, None while it has no days."""
    return next((one for one in cohort.installments if one.number == number), None)


def days_of(cohort: Cohort) -> dict[str, Days]:
    """The six phases by code; those without a row have no days."""
    known = {phase.code: Days(phase.starts_on, phase.ends_on) for phase in cohort.phases}
    return {code: known.get(code, Days()) for code in schedule.PHASES}


def openings(cohort: Cohort) -> dict[int, Opening]:
    """Every module by id: where it is placed, or where the curriculum would place it."""
    own = Placement.cohort_id == cohort.id
    query = select(Module.id, Module.phase, Placement).outerjoin(
        Placement, (Placement.module_id == Module.id) & own
    )
    return {
        module_id: Opening(placed.phase, Rule(placed.rule), placed.opens_on)
        if placed
        else Opening(phase, Rule.NOW, None)
        for module_id, phase, placed in db.session.execute(query)
    }


def steps(cohort: Cohort) -> Steps:
    """How far it is set up, in one statement."""
    there = select(func.count(Membership.user_id.distinct())).where(
        Membership.cohort_id == cohort.id
    )
    companions = there.where(Membership.role.in_([Role.FACILITATOR, Role.MENTOR]))
    sessions = (
        select(func.count())
        .select_from(AgendaItem)
        .join(Installment, Installment.id == AgendaItem.installment_id)
        .where(Installment.cohort_id == cohort.id, Installment.number == 1)
    )
    counts = [there.where(Membership.role == Role.PARTICIPANT), companions, sessions]
    return Steps(*db.session.execute(select(*(each.scalar_subquery() for each in counts))).one())


# --- writes ---


def found(name: str, first: Gathering, second: Gathering, *, founder: User) -> Cohort:
    """A new cohort with phases around its gatherings; a manager who founds it coordinates it.

    Raises:
        NameTaken: another cohort bears that name.
        OutOfOrder: the second gathering begins before the first has ended.
    """
    _refuse_taken(name, None)
    cohort = Cohort(name=name, created_at=clock.now())
    db.session.add(cohort)
    db.session.flush()
    if founder.has_role(Role.MANAGER):
        db.session.add(Membership(user_id=founder.id, role=Role.MANAGER, cohort_id=cohort.id))
    db.session.flush()
    db.session.expire(cohort)
    cohort = get_cohort(cohort.id)
    for number, gathering in ((1, first), (2, second)):
        plan_installment(cohort, number, gathering)
    date_phases(cohort, schedule.phases_around(first.days, second.days))
    place_modules(cohort, openings(cohort))
    audit.record("cohort-founded", actor_id=founder.id, cohort=cohort.id)
    return cohort


def change(cohort: Cohort, name: str, *, is_paused: bool, reason: str) -> None:
    """Rename, pause with a reason, or go on. Raises NameTaken."""
    _refuse_taken(name, cohort.id)
    cohort.name, cohort.is_paused = name, is_paused
    cohort.pause_reason = reason if is_paused else ""
    db.session.flush()


def plan_installment(cohort: Cohort, number: int, gathering: Gathering) -> None:
    """Set the days, the mode and the place of a gathering; its phase moves with it.

    Raises OutOfOrder when the second would begin before the first has ended.
    """
    _refuse_out_of_order(cohort, number, gathering.days)
    installment = find_installment(cohort, number)
    if installment is None:
        installment = Installment(cohort_id=cohort.id, number=number)
        cohort.installments.append(installment)
    before = Days(installment.starts_on, installment.ends_on)
    days = gathering.days
    installment.starts_on, installment.ends_on = _both(days)
    installment.mode, installment.place = gathering.mode, gathering.place
    code = schedule.PHASE_OF[number]
    if days_of(cohort)[code] == before:
        date_phases(cohort, {code: days})
    db.session.flush()


def date_phases(cohort: Cohort, phases: Mapping[str, Days]) -> None:
    """Set the days of these phases, by code."""
    known = {phase.code: phase for phase in cohort.phases}
    for code, days in phases.items():
        phase = known.get(code)
        if phase is None:
            phase = Phase(cohort_id=cohort.id, code=code)
            cohort.phases.append(phase)
        phase.starts_on, phase.ends_on = days.starts_on, days.ends_on
    db.session.flush()


def place_modules(cohort: Cohort, places: Mapping[int, Opening]) -> None:
    """Place these modules, by id, in phases with their opening rules."""
    own = select(Placement).where(Placement.cohort_id == cohort.id)
    known = {placed.module_id: placed for placed in db.session.scalars(own)}
    for module_id, opening in places.items():
        placed = known.get(module_id) or Placement(cohort_id=cohort.id, module_id=module_id)
        placed.phase, placed.rule = opening.phase, opening.rule
        placed.opens_on = opening.day if opening.rule == Rule.DAY else None
        db.session.add(placed)
    db.session.flush()


def open_modules(cohort: Cohort, rule: Rule) -> None:
    """Open every module by the same rule; each stays in its phase."""
    place_modules(
        cohort,
        {key: replace(found, rule=rule, day=None) for key, found in openings(cohort).items()},
    )


def _refuse_taken(name: str, cohort_id: int | None) -> None:
    same = select(Cohort.id).where(Cohort.name == name, Cohort.id != (cohort_id or 0))
    if db.session.scalar(same) is not None:
        raise NameTaken


def _refuse_out_of_order(cohort: Cohort, number: int, days: Days) -> None:
    other = find_installment(cohort, 3 - number)
    if other is None:
        return
    first, second = (days, _days(other)) if number == 1 else (_days(other), days)
    if not Days(first.ends_on, second.starts_on).is_in_order:
        raise OutOfOrder


def _days(installment: Installment) -> Days:
    return Days(installment.starts_on, installment.ends_on)


def _both(days: Days) -> tuple[date, date]:
    if days.starts_on is None or days.ends_on is None:
        raise ValueError("a gathering has a first and a last day")
    return days.starts_on, days.ends_on
