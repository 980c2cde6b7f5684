"""The participants of a cohort and whether it is ready: counts and states, never words."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Lesson, LessonProgress, Membership, Module, User
from tests.conftest import keep
from tests.factories import make_commitment

NOW = clock.now()


def add(cohort, number, organisation):
    with unit_of_work():
        for place in range(number):
            user = User(name=f"P{place:04}", handle=f"p{place}", created_at=NOW)
            db.session.add(user)
            db.session.flush()
            db.session.add(
                Membership(
                    user_id=user.id,
                    role=Role.PARTICIPANT,
                    cohort_id=cohort.id,
                    organisation_id=organisation.id,
                )
            )


def read(user, lesson_id, *, days_ago=0):
    at = NOW - timedelta(days=days_ago)
    row = LessonProgress(
        user_id=user.id, lesson_id=lesson_id, block="", opened_at=at, seen_at=at, read_at=at
    )
    return keep(row)


def lessons(code):
    query = select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.code == code)
    return db.session.scalars(query).all()


def line(text, name):
    """The row of the table, or the item of the list, with that name."""
    return re.search(rf"<(tr|li)>(?:(?!</\1>).)*{name}(?:(?!</\1>).)*</\1>", text, re.S)[0]


def test_each_participant_stands_with_what_they_read_and_when_they_were_seen(
    browser, di, ada, cy, cohort
):
    read(ada, lessons("m1")[0], days_ago=13)
    read(cy, lessons("m1")[0], days_ago=14)

    page = browser.sign_in(di).get(f"/cohorts/{cohort.id}/participants").text

    assert "1 de " in line(page, "Ada")
    assert "tag owed" not in line(page, "Ada")
    assert "tag owed" in line(page, "Cy")
    assert ">Di<" not in page.split("<main")[1].split("</main>")[0]


def test_a_person_with_two_memberships_stands_once(browser, di, ada, cohort, elsewhere):
    keep(
        Membership(
            user_id=ada.id,
            role=Role.PARTICIPANT,
            cohort_id=cohort.id,
            organisation_id=elsewhere.id,
        )
    )

    page = browser.sign_in(di).get(f"/cohorts/{cohort.id}/participants").text

    assert page.count('<th scope="row">Ada</th>') == 1


@pytest.mark.parametrize("number", [1, 65])
def test_the_list_has_pages_and_asks_the_same_of_each(
    browser, statements, di, cohort, home, number
):
    add(cohort, number, home)
    url = f"/cohorts/{cohort.id}/participants"
    browser.sign_in(di).get(url)

    with statements() as seen:
        first = browser.get(url)
    last = browser.get(f"{url}?page={-(-number // 30)}")

    assert first.text.count('<th scope="row">P') == min(number, 30)
    assert last.text.count('<th scope="row">P') == (number - 1) % 30 + 1
    assert len(seen) == 7  # who asks; the cohort, gatherings, phases; the outline; two of people


def test_a_page_that_is_none_is_the_first(browser, di, ada, cohort):
    url = f"/cohorts/{cohort.id}/participants"
    browser.sign_in(di)

    assert [browser.get(f"{url}?page={odd}").status_code for odd in ("0", "x", "-1", "²")] == [
        200
    ] * 4


def test_readiness_counts_modules_states_reports_and_who_was_not_seen(
    browser, fa, ada, cy, bo, cohort, home, elsewhere
):
    for lesson_id in lessons("m1"):
        read(ada, lesson_id)
    read(cy, lessons("m1")[0], days_ago=15)
    plan = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo, title="Permisos")
    make_commitment(cy, cohort=cohort, organisation=elsewhere, title="Aulas", status="completed")
    browser.sign_in(ada).post(
        f"/commitments/{plan.id}/sections/C2", data={"body": "palabra-secreta", "revision": "0"}
    )

    page = browser.sign_in(fa).get(f"/cohorts/{cohort.id}/readiness").text

    assert "2 participantes" in page
    assert "Falta un informe" in page
    assert "1 de 2" in line(page, "Punto de partida")
    assert "Falta el informe" in line(page, "Permisos")
    assert "Sin mentoría" in line(page, "Aulas")
    unseen = page[page.index("Sin verse desde hace 14") :]
    assert "Cy" in unseen
    assert "Ada" not in unseen
    assert "palabra-secreta" not in page


def test_whoever_never_came_in_is_not_seen(browser, di, cohort, home):
    add(cohort, 1, home)

    page = browser.sign_in(di).get(f"/cohorts/{cohort.id}/readiness").text

    assert "Nunca" in line(page, "P0000")


@pytest.mark.parametrize("number", [1, 40])
def test_readiness_asks_a_constant_number_of_questions(
    browser, statements, di, cohort, home, number
):
    add(cohort, number, home)
    url = f"/cohorts/{cohort.id}/readiness"
    browser.sign_in(di).get(url)

    with statements() as seen:
        browser.get(url)

    assert len(seen) == 10  # as the list; people, modules, plans, unseen; the names of states


def test_others_find_no_such_pages_and_a_role_lost_shuts_them(browser, cast, cohort):
    pages = [f"/cohorts/{cohort.id}/{page}" for page in ("participants", "readiness")]
    for name in ("Ada", "Bo", "Re", "Ev", "Root"):
        browser.sign_in(cast[name])
        assert [browser.get(url).status_code for url in pages] == [404, 404], name
    browser.sign_in(cast["Fa"])
    assert [browser.get(url).status_code for url in pages] == [200, 200]
    own = Membership.user_id == cast["Fa"].id
    with unit_of_work():
        db.session.execute(update(Membership).where(own).values(role=Role.EVALUATOR))
    assert [browser.get(url).status_code for url in pages] == [404, 404]
