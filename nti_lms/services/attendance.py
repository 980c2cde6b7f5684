"""What was noted of one person's days at the gatherings: never of anybody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days
from nti_lms.models import Attendance, Cohort, Installment, User


@dataclass(frozen=True, slots=True)
class Attended:
    """A gathering of somebody, and what was noted on each of its days up to today.

    A day on which nobody has noted anything has None.
    """

    installment: Installment
    cohort_name: str
    days: Mapping[date, str | None]


def at_gathering(person: User, installment: Installment) -> Attended | None:
    """What was noted of `person` there, in one statement; None before its first day."""
    found = _list(person, Installment.id == installment.id)
    return found[0] if found else None


def at_all(person: User) -> list[Attended]:
    """Every gathering so far where `person` takes part, or was noted once: one statement."""
    takes_part = Installment.cohort_id.in_(person.cohort_ids(Role.PARTICIPANT))
    return _list(person, takes_part | Attendance.user_id.is_not(None))


def _list(person: User, wanted: ColumnElement[bool]) -> list[Attended]:
    own = (Attendance.installment_id == Installment.id) & (Attendance.user_id == person.id)
    query = (
        select(Installment, Cohort.name, Attendance.day, Attendance.state)
        .join(Cohort, Cohort.id == Installment.cohort_id)
        .outerjoin(Attendance, own)
        .where(wanted, Installment.starts_on <= clock.today())
        .order_by(Installment.starts_on, Installment.id, Attendance.day)
    )
    rows = db.session.execute(query)
    return [
        Attended(one, name, _so_far(one) | {row[2]: row[3] for row in lines if row[2]})
        for (one, name), lines in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def _so_far(installment: Installment) -> dict[date, str | None]:
    days = Days(installment.starts_on, installment.ends_on).each()
    return {day: None for day in days if day <= clock.today()}
