"""What the people of a cohort took part in, as it is noted now."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.domain.participation import Participation, Presence, ReadModule
from nti_lms.models import Attendance, Cohort, Installment
from nti_lms.services import participants
from nti_lms.services.outline import ModuleLine
from nti_lms.services.participants import People

Gathered = dict[tuple[int, str], list[date]]


def of_people(
    cohort: Cohort, modules: Sequence[ModuleLine], user_ids: Collection[int] | None = None
) -> dict[int, Participation]:
    """What each of these took part in, by user id: two statements, however many they are.

    `user_ids` None means all who are participants now. Whoever took part in nothing is left out.
    """
    asked = participants.ids_of(cohort.id) if user_ids is None else list(user_ids)
    days, read = _days(cohort, asked), participants.whole_modules(modules, asked)
    return {
        user_id: Participation(
            tuple(Presence(*which, tuple(found)) for which, found in days.get(user_id, {}).items()),
            tuple(ReadModule(one.number, dict(one.titles)) for one in read.get(user_id, ())),
        )
        for user_id in days.keys() | read.keys()
    }


def _days(cohort: Cohort, user_ids: People) -> dict[int, Gathered]:
    """The days of presence by person and gathering, all in order."""
    query = (
        select(Attendance.user_id, Installment.number, Installment.mode, Attendance.day)
        .join(Installment, Installment.id == Attendance.installment_id)
        .where(
            Installment.cohort_id == cohort.id,
            Attendance.state == "present",
            Attendance.user_id.in_(user_ids),
        )
        .order_by(Installment.number, Attendance.day)
    )
    found: dict[int, Gathered] = defaultdict(dict)
    for user_id, number, mode, day in db.session.execute(query):
        found[user_id].setdefault((number, mode), []).append(day)
    return found


def count_noted_days(cohort: Cohort) -> int:
    """On how many days of its gatherings anybody was noted as present."""
    query = (
        select(func.count(Attendance.day.distinct()))
        .join(Installment, Installment.id == Attendance.installment_id)
        .where(Installment.cohort_id == cohort.id, Attendance.state == "present")
    )
    return db.session.scalar(query) or 0
