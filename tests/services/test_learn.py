"""Where one stands, what is owed, and what others may see of it."""

from dataclasses import replace
from datetime import date

import pytest

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import unit_of_work
from nti_lms.domain.ahead import Ahead
from nti_lms.domain.roles import Role
from nti_lms.models import Excerpt, LessonProgress, Membership, Section
from nti_lms.services import commitments, following, learn, library
from nti_lms.services.learn import PlanLine
from tests.conftest import keep, person
from tests.factories import make_commitment

PLAN = PlanLine(1, "", "draft", "Red Maqueta", "", frozenset())
NOW = Ahead(date(2026, 11, 25), 2)


@pytest.fixture
def outline(app):
    return library.outline()


@pytest.fixture
def ids(outline):
    return [lesson.id for lesson in outline.lessons()]


def begun(*lesson_ids):
    now = clock.now()
    return {
        n: LessonProgress(lesson_id=n, block="", opened_at=now, seen_at=now) for n in lesson_ids
    }


def kinds(tasks):
    return [task.kind for task in tasks]


def test_owed_begins_with_what_is_under_way_and_ends_with_the_commitment(outline):
    last = list(outline.lessons())[-1]

    tasks = learn.owed(outline, begun(last.id), PLAN, NOW)

    assert tasks[0] == learn.Owed("continue", (last,))
    assert set(kinds(tasks[1:-2])) == {"read"}
    assert tasks[-2:] == [learn.Owed("write", codes=commitments.CODES), learn.Owed("report")]


def test_owed_answers_the_mentor_before_all_else(outline):
    first = next(outline.lessons())
    plan = replace(PLAN, status="mentor-feedback")

    assert kinds(learn.owed(outline, begun(first.id), plan, NOW))[:2] == ["answer", "continue"]


def test_owed_asks_to_begin_a_commitment_that_is_not_there(outline):
    assert kinds(learn.owed(outline, {}, None, NOW))[-1] == "start"


def test_nothing_is_owed_when_all_is_done(outline, ids):
    found = begun(*ids)
    for progress in found.values():
        progress.read_at = clock.now()

    plan = replace(PLAN, status="completed", begun=frozenset(commitments.CODES))

    assert learn.owed(outline, found, plan, NOW) == []


def test_lessons_to_read_come_by_module_with_their_minutes(outline):
    read = [task for task in learn.owed(outline, {}, PLAN, NOW) if task.kind == "read"]

    modules = [module for module in outline.modules if module.lessons]
    assert [task.lessons for task in read] == [module.lessons for module in modules]
    assert [task.minutes for task in read] == [module.minutes for module in modules]


@pytest.mark.parametrize(
    ("number", "phases", "more"),
    [
        (1, {"F1"}, set()),
        (2, {"F1", "F2", "F3"}, {"write", "report"}),
        (None, {"F1", "F2", "F3"}, {"write", "report"}),
    ],
)
def test_what_is_owed_belongs_before_the_gathering_ahead(outline, number, phases, more):
    tasks = learn.owed(outline, {}, PLAN, replace(NOW, number=number))

    lessons = {lesson.id: module.phase for module in outline.modules for lesson in module.lessons}
    assert {lessons[task.lessons[0].id] for task in tasks if task.kind == "read"} == phases
    assert set(kinds(tasks)) - {"read"} == more


def test_a_module_is_owed_in_the_phase_where_the_cohort_has_put_it(outline):
    early = outline.module("m5")

    tasks = learn.owed(outline, {}, PLAN, replace(NOW, number=1), {early.id: "F0"})

    assert early.lessons in [task.lessons for task in tasks]


def test_a_plan_counts_sections_with_text_or_parts_brought_from_a_journal(
    ada, bo, cohort, home, statements
):
    plan = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo)
    now = clock.now()
    for code, body in (("C1", "Un cambio"), ("C2", "  ")):
        keep(Section(commitment_id=plan.id, code=code, body=body, revision=1, saved_at=now))
    for _ in range(2):
        keep(
            Excerpt(
                commitment_id=plan.id,
                code="C5",
                body="x",
                author_id=ada.id,
                block="b",
                copied_at=now,
            )
        )

    with statements() as seen:
        found = learn.find_plan(ada)

    assert len(seen) == 1
    assert found == PlanLine(plan.id, plan.title, "draft", home.name, bo.name, {"C1", "C5"})


def test_the_plan_of_another_is_not_mine(ada, cy, cohort, home):
    make_commitment(ada, cohort=cohort, organisation=home)

    assert learn.find_plan(cy) is None


def test_a_place_noted_before_the_lesson_was_opened_opens_it(ada, ids):
    learn.note_place(ada, ids[0], "sanction")

    found = learn.find_progress(ada, ids[0])
    assert (found.block, found.read_at) == ("sanction", None)


def test_parts_carried_are_counted_by_section_for_their_author(ada, cy, cohort, home, ids):
    plan = make_commitment(ada, cohort=cohort, organisation=home)
    for author, code, lesson_id in ((ada, "C2", ids[0]), (ada, "C2", ids[0]), (cy, "C5", ids[0])):
        keep(
            Excerpt(
                commitment_id=plan.id,
                code=code,
                body="x",
                author_id=author.id,
                lesson_id=lesson_id,
                block="b",
                copied_at=clock.now(),
            )
        )

    assert learn.count_carried(ada, ids[:1]) == {"C2": 2}
    assert learn.count_carried(ada, ids[1:]) == {}


# --- what others see ---


def test_the_list_of_people_agrees_with_the_rule(cast, ada, bo, cy, cohort, home, ids):
    plan = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo)
    plans = [commitments.get_commitment(plan.id)]
    participants = [p for p in cast.values() if p.has_role(Role.PARTICIPANT)]

    for reader in cast.values():
        listed = {line.user_id for line in following.list_people(reader, ids).lines}
        assert listed == {
            person.id
            for person in participants
            if person.id != reader.id and may.read_progress(reader, person, plans)
        }, reader.name


def test_people_of_another_cohort_are_not_listed(app, di, ada, ids, cohort):
    other = keep(type(cohort)(name="Otra cohorte", is_fictitious=True, created_at=clock.now()))
    person(app, "Lejos", Role.PARTICIPANT, other)

    assert [line.name for line in following.list_people(di, ids).lines] == ["Ada"]


def test_only_lessons_of_the_course_count_as_read(ada, di, ids):
    with unit_of_work():
        for lesson_id in ids[:3]:
            learn.mark_read(ada, lesson_id, is_read=True)
        learn.mark_read(ada, ids[3], is_read=False)

    (line,) = following.list_people(di, ids[:2]).lines

    assert (line.name, line.organisation, line.read) == ("Ada", "Red Maqueta", 2)


@pytest.mark.parametrize("count", [1, 3])
def test_people_and_cohorts_take_three_statements_however_many(
    app, statements, di, cohort, home, ids, count
):
    for number in range(count):
        other = person(app, f"P{number}", Role.PARTICIPANT, cohort, home)
        with unit_of_work():
            learn.mark_read(other, ids[0], is_read=True)

    with statements() as seen:
        people = following.list_people(di, ids)
        (line,) = following.count_cohorts([cohort.id])

    assert len(seen) == 3
    assert people.total == count
    assert (line.people, line.read) == (count, {ids[0]: count})


def test_a_person_for_two_organisations_counts_once_in_the_cohort(ada, cohort, elsewhere, ids):
    keep(
        Membership(
            user_id=ada.id,
            role=Role.PARTICIPANT,
            cohort_id=cohort.id,
            organisation_id=elsewhere.id,
        )
    )
    with unit_of_work():
        learn.mark_read(ada, ids[0], is_read=True)

    (line,) = following.count_cohorts([cohort.id])

    assert (line.people, line.read) == (1, {ids[0]: 1})


def test_the_commitments_one_accompanies_agree_with_the_rule(
    cast, ada, bo, cohort, home, elsewhere
):
    first = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo)
    second = make_commitment(cast["Cy"], cohort=cohort, organisation=elsewhere)
    whole = [commitments.get_commitment(plan.id) for plan in (first, second)]

    for reader in (cast["Bo"], cast["Re"], cast["Fa"], cast["Ev"], cast["Root"]):
        listed = {line.id for line in following.list_accompanied(reader)}
        assert listed == {plan.id for plan in whole if may.read_commitment(reader, plan)}


def test_commitments_are_counted_by_state_in_these_cohorts_alone(ada, cohort, home, elsewhere):
    make_commitment(ada, cohort=cohort, organisation=home)
    make_commitment(ada, cohort=cohort, organisation=elsewhere)

    assert following.count_by_status([cohort.id]) == {"draft": 2}
    assert following.count_by_status([]) == {}
