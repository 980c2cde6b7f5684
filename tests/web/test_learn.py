"""Home and modules through the front door."""

import re

import pytest

from nti_lms.database import unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import User
from nti_lms.services import learn, library
from tests.conftest import person
from tests.factories import make_commitment
from tests.web.reader import LESSON, Page, text_of


def mark_all_read(user: User) -> None:
    with unit_of_work():
        for lesson in library.outline().lessons():
            learn.mark_read(user, lesson.id, is_read=True)


# --- home ---


def test_home_begins_with_the_first_lesson(browser, ada):
    first = next(library.outline().lessons())

    page = browser.sign_in(ada).get("/home")

    assert Page(page.text).values("class").count("btn") == 1
    assert f'<a class="btn" href="/lessons/{first.key}">' in page.text


def test_home_goes_on_where_one_stopped(browser, ada, lesson):
    learn.note_place(ada, lesson.id, "sanction")

    page = browser.sign_in(ada).get("/home")

    assert f'<a class="btn" href="{LESSON}#sanction">' in page.text
    assert "La norma se reconoce por la sanción" in page.text


def test_home_leads_to_the_commitment_when_all_is_read(browser, ada):
    mark_all_read(ada)

    page = browser.sign_in(ada).get("/home")

    assert '<a class="btn" href="/commitments">' in page.text


def test_home_offers_the_empty_sections_of_the_commitment(browser, ada, cohort, home):
    plan = make_commitment(ada, cohort=cohort, organisation=home)

    page = browser.sign_in(ada).get("/home")

    assert f"/commitments/{plan.id}" in page.text
    assert "C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12" in page.text


def test_home_sends_a_visitor_to_the_door_and_back(browser):
    response = browser.get("/home")

    assert (response.status_code, response.location) == (303, "/sign-in?to=/home")


@pytest.mark.parametrize("count", [1, 4])
def test_home_of_a_participant_asks_nine_questions(browser, statements, ada, cohort, home, count):
    make_commitment(ada, cohort=cohort, organisation=home)
    for line in list(library.outline().lessons())[:count]:
        learn.note_place(ada, line.id, "")
    browser.sign_in(ada).get("/home")

    with statements() as seen:
        browser.get("/home")

    # who asks; outline; progress; what is open; commitment; installment; the lesson; the plan's
    # words; entries
    assert len(seen) == 9


@pytest.mark.parametrize("count", [1, 4])
def test_home_of_a_manager_asks_nine_questions(browser, app, statements, di, cohort, home, count):
    for number in range(count):
        other = person(app, f"P{number}", Role.PARTICIPANT, cohort, home)
        make_commitment(other, cohort=cohort, organisation=home)
    browser.sign_in(di).get("/home")

    with statements() as seen:
        browser.get("/home")

    # who asks; outline; people; cohorts and their reading; commitments; the plan's words;
    # who has not come in; the second gathering
    assert len(seen) == 9


@pytest.mark.parametrize(
    ("name", "names"),
    [("Bo", {"Ada"}), ("Di", {"Ada", "Cy"}), ("Re", {"Ada"}), ("Fa", set()), ("Ev", set())],
)
def test_home_names_only_those_whom_one_follows(browser, cast, ada, bo, cohort, home, name, names):
    make_commitment(ada, cohort=cohort, organisation=home, mentor=bo)

    page = browser.sign_in(cast[name]).get("/home")

    rows = re.findall(r'<tr><th scope="row">(\w+)</th>', page.text)
    assert set(rows) == names


def test_home_never_names_people_to_an_administrator(browser, root, ada):
    page = browser.sign_in(root).get("/home")

    assert page.status_code == 200
    assert "Ada" not in page.text


def test_home_shows_an_evaluator_no_count_under_five(browser, app, ev, fa, cohort, lesson):
    for number in range(6):
        other = person(app, f"P{number}", Role.PARTICIPANT, cohort)
        with unit_of_work():
            learn.mark_read(other, lesson.id, is_read=number < 4)
    line = re.compile(rf"{re.escape(lesson.titles['es'])}</span>\s*<(b|span)[^>]*>([^<]*)<")

    seen = {user.name: line.search(browser.sign_in(user).get("/home").text) for user in (ev, fa)}

    assert [seen["Ev"][1], seen["Fa"][1]] == ["span", "b"]
    assert seen["Fa"][2] == "4"


def test_home_shows_an_evaluator_a_count_that_lets_nobody_be_recognised(
    browser, app, ev, cohort, lesson
):
    for number in range(10):
        other = person(app, f"P{number}", Role.PARTICIPANT, cohort)
        with unit_of_work():
            learn.mark_read(other, lesson.id, is_read=number < 5)

    page = browser.sign_in(ev).get("/home")

    assert re.search(rf"{re.escape(lesson.titles['es'])}</span>\s*<b>5</b>", page.text)


@pytest.mark.parametrize("page", ["0", "-1", "x", "١", "9" * 30])
def test_a_page_that_cannot_be_is_the_first(browser, di, ada, page):
    answer = browser.sign_in(di).get("/home", query_string={"page": page})

    assert answer.status_code == 200
    assert '<th scope="row">Ada</th>' in answer.text


def test_a_long_list_of_people_comes_in_pages(browser, app, di, cohort):
    for number in range(31):
        person(app, f"Persona {number:02}", Role.PARTICIPANT, cohort)

    first = browser.sign_in(di).get("/home").text
    second = browser.get("/home?page=2").text

    names = [re.findall(r"Persona \d\d", page) for page in (first, second)]
    assert [len(found) for found in names] == [30, 1]
    assert 'href="/home?page=2"' in first


# --- modules ---


def test_modules_show_how_much_is_woven(browser, ada):
    module = library.outline().module("m1")
    with unit_of_work():
        learn.mark_read(ada, module.lessons[0].id, is_read=True)

    page = browser.sign_in(ada).get("/modules")

    woven = [css for css in Page(page.text).values("class") if css.startswith("weft")]
    expected = round(100 / len(module.lessons) / 5) * 5
    assert woven[0] == f"weft woven-{expected}"
    assert woven[1:] == ["weft woven-0"] * (len(woven) - 1)


def test_a_module_goes_on_where_one_stopped(browser, ada, lesson):
    learn.note_place(ada, lesson.id, "sanction")

    page = browser.sign_in(ada).get("/modules/m1")

    assert f'<a class="btn" href="{LESSON}#sanction">' in page.text
    behind = 100 * 2 / len(learn.block_ids(text_of(lesson.key)))  # two blocks lie before it
    woven = [css for css in Page(page.text).values("class") if css.startswith("is-now")]
    assert woven == [f"is-now woven-{round(behind / 5) * 5}"]


def test_a_module_that_is_not_there_is_a_kind_404(browser, ada):
    response = browser.sign_in(ada).get("/modules/m77")

    assert response.status_code == 404
    assert Page(response.text).count("h1") == 1


@pytest.mark.parametrize("count", [1, 4])
def test_a_module_asks_nine_questions(browser, statements, ada, count):
    for line in library.outline().module("m1").lessons[:count]:
        learn.note_place(ada, line.id, "")
    browser.sign_in(ada).get("/modules/m1")

    with statements() as seen:
        browser.get("/modules/m1")

    # who asks; outline (to find it, and its neighbours); progress; the lesson; is it open;
    # results; the plan's words; what was carried
    assert len(seen) == 9
