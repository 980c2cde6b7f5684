"""A gathering: its agenda for everyone of the cohort, attendance by day, a sheet to sign."""

import re

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import AgendaItem, Attendance, Installment
from tests.conftest import person


@pytest.fixture
def first(cohort):
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 1)
    return db.session.scalars(select(Installment).where(own)).one()


@pytest.fixture
def form(first):
    return {
        "day": first.starts_on.isoformat(),
        "starts": "09:30",
        "minutes": "90",
        "module": "0",
        "title": "Acuerdos del grupo",
        "leader": "Julián Q.",
    }


def items():
    return db.session.scalars(select(AgendaItem).order_by(AgendaItem.id)).all()


def test_a_session_is_planned_changed_and_taken_out(browser, fa, first, form):
    url = f"/installments/{first.id}/agenda"

    added = browser.sign_in(fa).post(f"{url}/new", data=form)
    page = browser.get(url).text
    (item,) = items()
    browser.post(f"{url}/{item.id}/edit", data={**form, "starts": "14:00", "minutes": "45"})

    assert added.status_code == 303
    assert "9:30–11:00" in page
    assert "Acuerdos del grupo" in page
    assert "Julián Q." in page
    assert "14:00–14:45" in browser.get(url).text
    browser.post(f"{url}/{item.id}/remove")
    assert items() == []


def test_sessions_follow_one_another(browser, di, first, form):
    url = f"/installments/{first.id}/agenda"
    last = first.ends_on.isoformat()

    added = browser.sign_in(di).post(f"{url}/new", data={**form, "day": last, "more": "yes"})
    page = browser.get(added.location).text

    assert added.location == f"{url}/new?day={last}&starts=660"
    assert 'value="11:00"' in page
    assert f'<option selected value="{last}">' in page
    assert f'{url}/new?day={last}&amp;starts=660"' in browser.get(url).text


@pytest.mark.parametrize("said", ["1440", "-1", "x", "²", "9" * 30])
def test_a_next_session_at_no_hour_begins_empty(browser, di, first, said):
    response = browser.sign_in(di).get(f"/installments/{first.id}/agenda/new?day=x&starts={said}")

    assert response.status_code == 200
    (field,) = re.findall(r'<input[^>]*name="starts"[^>]*>', response.text)
    assert 'value=""' in field


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts": "23:00", "minutes": "61"}, "termina el mismo día"),
        ({"starts": "25:00"}, "Escriba una hora"),
        ({"starts": ""}, "Escriba a qué hora"),
        ({"minutes": "0"}, "Entre 5 y 600"),
        ({"title": ""}, "elija un módulo"),
        ({"title": "x" * 201}, "200"),
        ({"day": "2001-01-01"}, ""),
        ({"module": "99999"}, ""),
    ],
)
def test_a_session_with_a_fault_is_refused_with_what_was_typed(
    browser, di, first, form, changes, words
):
    response = browser.sign_in(di).post(
        f"/installments/{first.id}/agenda/new", data={**form, **changes}
    )

    assert response.status_code == 422
    assert words in response.text
    assert "Julián Q." in response.text
    assert items() == []


def test_everyone_of_the_cohort_reads_the_agenda_and_only_two_roles_change_it(
    browser, cast, first, form
):
    url = f"/installments/{first.id}/agenda"
    for name in ("Ada", "Bo", "Re", "Ev"):
        page = browser.sign_in(cast[name]).get(url)
        assert page.status_code == 200, name
        assert "/agenda/new" not in page.text, name
        assert browser.post(f"{url}/new", data=form).status_code == 404, name
    assert browser.sign_in(cast["Root"]).get(url).status_code == 404


def test_a_session_of_another_gathering_is_not_there(browser, di, cohort, first, form):
    second = db.session.scalars(select(Installment).where(Installment.number == 2)).one()
    browser.sign_in(di).post(f"/installments/{first.id}/agenda/new", data=form)
    (item,) = items()

    url = f"/installments/{second.id}/agenda/{item.id}/remove"

    assert browser.post(url).status_code == 404
    assert len(items()) == 1


def test_attendance_is_noted_by_day_and_can_be_taken_back(browser, fa, ada, cy, first):
    url, day = f"/installments/{first.id}/attendance", first.ends_on.isoformat()
    form = {f"p{ada.id}-state": "present", f"p{cy.id}-state": "absent", "day": day}

    kept = browser.sign_in(fa).post(url, data=form)
    states = {row.user_id: (row.state, row.day) for row in db.session.scalars(select(Attendance))}
    page = browser.get(f"{url}?day={day}").text
    browser.post(url, data={**form, f"p{cy.id}-state": ""})

    assert kept.location == f"{url}?day={day}"
    assert states == {ada.id: ("present", first.ends_on), cy.id: ("absent", first.ends_on)}
    assert page.count(" selected ") == 2
    assert db.session.scalars(select(Attendance.user_id)).all() == [ada.id]


def test_those_of_whom_nothing_is_said_are_noted_as_present_by_one_button(
    browser, fa, ada, cy, first
):
    form = {f"p{ada.id}-state": "", f"p{cy.id}-state": "excused", "others": "present"}

    browser.sign_in(fa).post(f"/installments/{first.id}/attendance", data=form)

    states = {row.user_id: row.state for row in db.session.scalars(select(Attendance))}
    assert states == {ada.id: "present", cy.id: "excused"}


def test_a_day_that_is_none_of_the_gathering_and_a_foreign_state_change_nothing(
    browser, fa, ada, first
):
    url = f"/installments/{first.id}/attendance"
    mark = {f"p{ada.id}-state": "present"}
    browser.sign_in(fa)

    assert browser.post(url, data={**mark, "day": "2001-01-01"}).status_code == 404
    assert browser.post(url, data={f"p{ada.id}-state": "late"}).status_code == 422
    assert db.session.scalars(select(Attendance)).all() == []


@pytest.mark.parametrize("number", [1, 3])
def test_attendance_and_the_sheet_ask_a_constant_number_of_questions(
    app, browser, statements, di, cohort, home, first, number
):
    for place in range(number):
        person(app, f"P{place}", Role.PARTICIPANT, cohort, home)
    pages = [f"/installments/{first.id}/{name}" for name in ("attendance", "sheet", "agenda")]
    browser.sign_in(di)
    counts = []
    for url in pages:
        with statements() as seen:
            assert browser.get(url).status_code == 200
        counts.append(len(seen))

    assert counts == [4, 4, 4]  # who asks; the gathering; people or sessions; the cohort


def test_the_sheet_has_a_line_for_each_person_and_day(browser, fa, ada, cy, bo, first):
    page = browser.sign_in(fa).get(f"/installments/{first.id}/sheet").text

    assert page.count('<th scope="row">Ada</th>') == 4
    assert page.count('<th scope="row">Cy</th>') == 4
    assert '<th scope="row">Bo</th>' not in page
