"""The gathering that comes next for a person, among all those of their cohorts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.ahead import Ahead
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days
from nti_lms.models import Certificate, Cohort, Installment, Phase, User


@dataclass(frozen=True, slots=True)
class Standing:
    """What lies ahead of a participant, in which of their cohorts, and at which gathering.

    `installment` comes next or is on; once both are over it is the last one, and None while its
    days are not set. `is_certified` tells of a certificate of that cohort that holds.
    """

    ahead: Ahead
    cohort: Cohort | None = None
    installment: Installment | None = None
    is_certified: bool = False


def find_standing(user: User) -> Standing:
    """Where a participant stands, in one statement."""
    holds = (
        (Certificate.cohort_id == Cohort.id)
        & (Certificate.user_id == user.id)
        & Certificate.revoked_at.is_(None)
    )
    query = (
        select(Cohort, Installment, Phase, select(Certificate.id).where(holds).exists())
        .outerjoin(Installment, Installment.cohort_id == Cohort.id)
        .outerjoin(Phase, Phase.cohort_id == Cohort.id)
        .where(Cohort.id.in_(user.cohort_ids(Role.PARTICIPANT)))
        .order_by(Cohort.id)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return Standing(Ahead(clock.today()))
    met = nearest(installment for _, installment, _, _ in rows if installment)
    own = [row for row in rows if met is None or row[0].id == met.cohort_id]
    cohort, _, _, is_certified = own[-1]
    phases = {phase.code: Days(phase.starts_on, phase.ends_on) for _, _, phase, _ in own if phase}
    number = _number(met)
    shown = met if met and number in (met.number, None) else None
    days = Days(shown.starts_on, shown.ends_on) if shown else Days()
    return Standing(Ahead(clock.today(), number, days, phases), cohort, shown, is_certified)


def find_next(cohort_ids: Collection[int]) -> tuple[Installment, Cohort] | None:
    """The first gathering of these cohorts that has not ended, with its cohort; None without."""
    query = (
        select(Installment, Cohort)
        .join(Cohort, Cohort.id == Installment.cohort_id)
        .where(Installment.cohort_id.in_(cohort_ids), Installment.ends_on >= clock.today())
        .order_by(Installment.starts_on, Installment.id)
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def nearest(installments: Iterable[Installment]) -> Installment | None:
    """The first of these that has not ended, else the last that has."""
    ordered = sorted(installments, key=lambda one: (one.starts_on, one.id))
    left = [one for one in ordered if one.ends_on >= clock.today()]
    return left[0] if left else ordered[-1] if ordered else None


def _number(met: Installment | None) -> int | None:
    """Which gathering lies ahead, given the nearest one; None after the second."""
    if met is None:
        return 1
    if met.ends_on >= clock.today():
        return met.number
    return 2 if met.number == 1 else None
