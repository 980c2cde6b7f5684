"""What the home page says to each person: what comes next, what is owed, how others come along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.lists import format_list
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.curriculum import LOCALES
from nti_lms.curriculum import Lesson as LessonText
from nti_lms.domain import progress as rules
from nti_lms.domain.roles import Role
from nti_lms.models import LessonProgress, User
from nti_lms.services import ahead, authoring, following, journal, learn, library, opening, people
from nti_lms.services.following import CohortLine, CommitmentLine
from nti_lms.services.learn import Owed
from nti_lms.services.outline import LessonLine, ModuleLine, Outline
from nti_lms.web.filters import day, language
from nti_lms.web.plan import state_names

MOST_MODULES = 3
# What a participant's home calls the part about a gathering: its number, and whether it is on.
HEADINGS = {
    (1, False): _l("Before the first gathering"),
    (1, True): _l("The first gathering is on"),
    (2, False): _l("Before the second gathering"),
    (2, True): _l("The second gathering is on"),
    (None, False): _l("After the second gathering"),
}
OFF_THE_ROAD = {"paused", "cancelled"}
Found = Mapping[int, LessonProgress]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where somebody stopped in a lesson: at which block, under which title, and how much
    lies behind, as a percentage, and remains, in minutes."""

    block: str
    title: str
    percent: int
    minutes: int
    when: str


def greeting() -> str:
    """A greeting that fits the hour where the programme is, and the first name."""
    hour, name = clock.now().astimezone(clock.PLACE).hour, current_user.name.partition(" ")[0]
    words = _("Good evening, %(name)s.", name=name)
    if 5 <= hour < 12:
        words = _("Good morning, %(name)s.", name=name)
    elif 12 <= hour < 19:
        words = _("Good afternoon, %(name)s.", name=name)
    return str(words)


def when(moment: datetime) -> str:
    """«hoy», «el martes» within the week, else «el 12 de noviembre»."""
    that_day = moment.astimezone(clock.PLACE).date()
    if that_day == clock.today():
        return str(_("today"))
    is_this_week = clock.today() - that_day < timedelta(days=7)
    words = format_date(that_day, "EEEE") if is_this_week else day(that_day)
    return str(_("on %(day)s", day=words))


def stop_in(lesson: LessonLine, found: Found) -> Stop | None:
    """Where one stopped in a lesson under way; None for another."""
    progress = found.get(lesson.id)
    if progress is None or progress.read_at:
        return None
    text = library.read(library.get_published(lesson.key, language()))
    behind = rules.share_behind(learn.block_ids(text), progress.block)
    return Stop(
        block=progress.block,
        title=_title_at(text, progress.block),
        percent=behind,
        minutes=rules.minutes_left(lesson.minutes, behind),
        when=when(progress.seen_at),
    )


def cloth(outline: Outline, found: Found, awaited: Mapping[int, date]) -> list[dict[str, Any]]:
    """Each module with how many of its lessons are read, and the day when it opens, if it waits."""
    lines = []
    for module in outline.modules:
        if module.lessons:
            read = rules.count_read([lesson.id for lesson in module.lessons], found)
            percent = rules.percent(read, len(module.lessons))
            opens_on = awaited.get(module.id)
            line = {"module": module, "read": read, "percent": percent, "opens_on": opens_on}
            lines.append(line)
    return lines


def numbers(lessons: Sequence[LessonLine]) -> str:
    """«1.3 y 1.4»."""
    return format_list([lesson.number for lesson in lessons], locale=LOCALES[language()])


def road(status: str) -> tuple[list[str], int]:
    """The states that a commitment goes through, by name, and the place of this one from 0."""
    names = _state_names()
    steps = [state for state in names if state not in OFF_THE_ROAD]
    return [names[step] for step in steps], steps.index(status) if status in steps else 0


def for_participant(outline: Outline) -> dict[str, Any]:
    """What a participant finds: nine statements at the most."""
    found = learn.progress_of(current_user)
    modules = opening.placed(current_user)
    awaited = opening.closed(current_user, modules)
    open_now = outline.without(awaited)
    goal = learn.next_lesson(open_now, found)
    plan = learn.find_plan(current_user)
    standing = ahead.find_standing(current_user)
    cohort_id = standing.cohort.id if standing.cohort else None
    phases = {one.module_id: one.phase for one in modules if one.cohort_id == cohort_id}
    return {
        "goal": goal,
        "stop": stop_in(goal, found) if goal else None,
        "owed": _few(learn.owed(open_now, found, plan, standing.ahead, phases)),
        "standing": standing,
        "heading": HEADINGS[standing.ahead.number, standing.ahead.is_on],
        "gathering": standing.installment,
        "plan": plan,
        "road": road(plan.status) if plan else ([], 0),
        "cloth": cloth(outline, found, awaited),
        "opens_next": min(awaited.values(), default=None),
        "entries": journal.count_entries(current_user),
    }


def for_others(outline: Outline, page: int) -> dict[str, Any]:
    """What those who accompany, coordinate, facilitate or evaluate find, by their roles."""
    user: User = current_user
    lesson_ids = [lesson.id for lesson in outline.lessons()]
    counted = user.cohort_ids(Role.FACILITATOR, Role.MANAGER, Role.EVALUATOR)
    managed = user.cohort_ids(Role.MANAGER)
    facilitated = user.cohort_ids(Role.FACILITATOR)
    return {
        "people": following.list_people(user, lesson_ids, page=page)
        if may.follow_people(user)
        else None,
        "lessons": len(lesson_ids),
        "accompanied": following.list_accompanied(user) if may.accompany(user) else [],
        "titled": following.list_titles(facilitated) if facilitated else [],
        "cohorts": [_counted(line, outline) for line in following.count_cohorts(counted)]
        if counted
        else [],
        "by_status": following.count_by_status(managed) if managed else {},
        "state_names": _state_names() if managed or facilitated or may.accompany(user) else {},
    }


def to_do(commitments: Sequence[CommitmentLine], by_status: Mapping[str, int]) -> dict[str, Any]:
    """What waits for somebody who accompanies others, by their roles: counts and titles."""
    user: User = current_user
    return {
        "to_read": [
            line for line in commitments if line.status == "submitted" and line.mentor_id == user.id
        ],
        "to_decide": by_status.get("recommended", 0),
        "drafts": len(authoring.list_drafts()) if may.write_lessons(user) else 0,
        "awaited": people.count_awaited(user) if may.invite_people(user) else 0,
        "coming": ahead.find_next(user.cohort_ids(*Role)) if may.learn(user) else None,
        "today": clock.today(),
    }


def _few(tasks: Sequence[Owed]) -> list[Owed]:
    """The tasks of today: of the modules to read only the first ones; the cloth shows them all."""
    later = [task for task in tasks if task.kind == "read"][MOST_MODULES:]
    return [task for task in tasks if task not in later]


def _counted(cohort: CohortLine, outline: Outline) -> dict[str, Any]:
    """A cohort with, for each lesson, how many have read it: None where that must not be told."""
    is_whole = may.count_cohort(current_user, cohort.id)

    def told(lesson: LessonLine) -> int | None:
        count = cohort.read.get(lesson.id, 0)
        return count if is_whole else rules.shown(count, cohort.people)

    modules: list[tuple[ModuleLine, list[tuple[LessonLine, int | None]]]] = [
        (module, [(lesson, told(lesson)) for lesson in module.lessons])
        for module in outline.modules
        if module.lessons
    ]
    people = cohort.people if is_whole else rules.shown(cohort.people, cohort.people)
    return {
        "name": cohort.name,
        "people": people,
        "modules": modules,
        "is_coded": not is_whole,
    }


def _title_at(text: LessonText, block: str) -> str:
    """The title under which a block stands; empty before the first, or for a block that is gone."""
    title = ""
    for each in text.blocks:
        title = each.title or title
        if each.id == block:
            return title
    return ""


def _state_names() -> dict[str, str]:
    return state_names(library.register("plan"))
