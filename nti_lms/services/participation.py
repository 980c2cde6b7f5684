"""What the people of a cohort took part in, as it is noted now."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, func, select

from nti_lms.database import db
from nti_lms.domain.participation import Participation, Presence, ReadModule
from nti_lms.domain.roles import Role
from nti_lms.models import Attendance, Cohort, Installment, LessonProgress, Membership
from nti_lms.services.outline import ModuleLine

Gathered = dict[tuple[int, str], list[date]]


def of_people(
    cohort: Cohort, modules: Sequence[ModuleLine], user_ids: Collection[int] | None = None
) -> dict[int, Participation]:
    """What each of these took part in, by user id: two statements, however many they are.

    `user_ids` None means all who are participants now. Whoever took part in nothing is left out.
    """
    asked = _participants(cohort) if user_ids is None else list(user_ids)
    days, read = _days(cohort, asked), _read(modules, asked)
    return {
        user_id: Participation(
            tuple(Presence(*which, tuple(found)) for which, found in days[user_id].items()),
            tuple(ReadModule(one.number, dict(one.titles)) for one in read[user_id]),
        )
        for user_id in days.keys() | read.keys()
    }


def _participants(cohort: Cohort) -> Select[int]:
    own = (Membership.cohort_id == cohort.id) & (Membership.role == Role.PARTICIPANT)
    return select(Membership.user_id).where(own)


def _days(cohort: Cohort, user_ids: Select[int] | list[int]) -> dict[int, Gathered]:
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


def _read(
    modules: Sequence[ModuleLine], user_ids: Select[int] | list[int]
) -> dict[int, list[ModuleLine]]:
    """The modules of which each person has read every lesson, in order."""
    module_of = {lesson.id: module.id for module in modules for lesson in module.lessons}
    query = select(LessonProgress.user_id, LessonProgress.lesson_id).where(
        LessonProgress.user_id.in_(user_ids),
        LessonProgress.read_at.is_not(None),
        LessonProgress.lesson_id.in_(list(module_of)),
    )
    counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for user_id, lesson_id in db.session.execute(query):
        counts[user_id][module_of[lesson_id]] += 1
    found: dict[int, list[ModuleLine]] = defaultdict(list)
    for user_id, count in counts.items():
        whole = [one for one in modules if one.lessons and count[one.id] == len(one.lessons)]
        if whole:
            found[user_id] = whole
    return found


def count_noted_days(cohort: Cohort) -> int:
    """On how many days of its gatherings anybody was noted as present."""
    query = (
        select(func.count(Attendance.day.distinct()))
        .join(Installment, Installment.id == Attendance.installment_id)
        .where(Installment.cohort_id == cohort.id, Attendance.state == "present")
    )
    return db.session.scalar(query) or 0
