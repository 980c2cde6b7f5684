"""The participants of a cohort: who they are, and which modules each has read whole."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import Lesson, LessonProgress, Membership, Organisation, User
from nti_lms.services.outline import ModuleLine

People = Select[int] | list[int]


def in_cohort(cohort_id: int) -> ColumnElement[bool]:
    """The memberships of those who take part in the cohort."""
    return (Membership.cohort_id == cohort_id) & (Membership.role == Role.PARTICIPANT)


def ids_of(cohort_id: int) -> Select[int]:
    """The people who take part in the cohort, by id."""
    return select(Membership.user_id).where(in_cohort(cohort_id))


def by_name(cohort_id: int) -> Select[int, str, str | None]:
    """Id, name and organisation of each participant, once, in the order of their names."""
    return (
        select(User.id, User.name, func.min(Organisation.name))
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(in_cohort(cohort_id))
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )


def count_whole(modules: Sequence[ModuleLine], people: People) -> dict[int, int]:
    """How many of these people have read every lesson of each module, by module id."""
    read = _read(modules, people)
    query = select(read.c.module_id, read.c.lessons, func.count()).group_by(
        read.c.module_id, read.c.lessons
    )
    counts = {(module_id, read): count for module_id, read, count in db.session.execute(query)}
    return {module.id: counts.get((module.id, len(module.lessons)), 0) for module in modules}


def whole_modules(modules: Sequence[ModuleLine], people: People) -> dict[int, list[ModuleLine]]:
    """The modules of which each of these people has read every lesson, in order, by user id."""
    read = _read(modules, people)
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for user_id, module_id, lessons in db.session.execute(select(read)):
        counts[user_id][module_id] = lessons
    whole = {
        user_id: [one for one in modules if found.get(one.id) == len(one.lessons)]
        for user_id, found in counts.items()
    }
    return {user_id: found for user_id, found in whole.items() if found}


def _read(modules: Collection[ModuleLine], people: People) -> Subquery:
    """How many lessons of each module each person has read, of those that are published."""
    published = [lesson.id for module in modules for lesson in module.lessons]
    return (
        select(
            LessonProgress.user_id,
            Lesson.module_id,
            func.count().label("lessons"),
        )
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(
            LessonProgress.user_id.in_(people),
            LessonProgress.read_at.is_not(None),
            LessonProgress.lesson_id.in_(published),
        )
        .group_by(LessonProgress.user_id, Lesson.module_id)
        .subquery()
    )
