"""Home before, during, between and after the two gatherings."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import render_template_string

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain import schedule
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule
from nti_lms.models import Cohort, Installment, Membership
from nti_lms.services import certificates, cohorts, gatherings, library
from tests.conftest import keep
from tests.factories import make_commitment
from tests.web.reader import Page, words_only

DAY = timedelta(days=1)


@pytest.fixture
def first(cohort):
    return gathering(cohort, 1)


@pytest.fixture
def second(cohort):
    return gathering(cohort, 2)


@pytest.fixture
def dated(cohort, first, second):
    """The cohort with its phases and modules in place, as the product founds one."""
    with unit_of_work():
        whole = cohorts.get_cohort(cohort.id)
        days = (Days(one.starts_on, one.ends_on) for one in (first, second))
        cohorts.date_phases(whole, schedule.phases_around(*days))
        cohorts.place_modules(whole, cohorts.openings(whole))
    return whole


def gathering(cohort, number):
    own = (Installment.cohort_id == cohort.id) & (Installment.number == number)
    return db.session.query(Installment).where(own).one()


@pytest.fixture
def visit(browser):
    """The part of somebody's home about the gathering, on a day, as the words of its page."""

    def visit(user, today) -> str:
        noon = datetime(today.year, today.month, today.day, 16, tzinfo=UTC)  # noon in La Paz
        with time_machine.travel(noon, tick=False):
            page = browser.sign_in(user).get("/home")
        assert page.status_code == 200
        return next(part for part in page.text.split("<section") if "encuentro" in part)

    return visit


def written(app, day) -> str:
    """A day as pages write it."""
    with app.test_request_context(headers={"Accept-Language": "es"}):
        return render_template_string("{{ value|day }}", value=day)


@pytest.mark.parametrize(
    ("number", "shift", "heading", "more"),
    [
        (1, -2, "Antes del primer encuentro", "Faltan 2 días."),
        (1, -1, "Antes del primer encuentro", "Falta un día."),
        (1, 0, "El primer encuentro está en curso", "Hoy es el día 1 de 4."),
        (1, 3, "El primer encuentro está en curso", "Hoy es el día 4 de 4."),
        (1, 4, "Antes del segundo encuentro", "Faltan 86 días."),
        (2, 1, "El segundo encuentro está en curso", "Hoy es el día 2 de 4."),
        (2, 4, "Después del segundo encuentro", "Fue del "),
    ],
)
def test_home_knows_which_gathering_comes_next_or_is_on(
    visit, ada, first, second, number, shift, heading, more
):
    today = (first if number == 1 else second).starts_on + shift * DAY

    part = words_only(visit(ada, today))

    assert heading in part
    assert more in part


def test_home_names_days_mode_place_and_the_agenda_of_the_next_one(app, visit, ada, first, second):
    with unit_of_work():
        first.mode, first.place = "hybrid", "Casa Maqueta (ficticia)"

    before, between = visit(ada, first.starts_on - DAY), visit(ada, first.ends_on + DAY)

    assert written(app, first.starts_on) in before
    assert written(app, first.ends_on) in before
    assert "Casa Maqueta (ficticia)" in before
    assert "Híbrido" in before
    assert f'href="/installments/{first.id}/agenda"' in before
    assert "Casa Maqueta" not in between
    assert f'href="/installments/{second.id}/agenda"' in between


def test_the_day_changes_at_midnight_where_the_programme_is(browser, ada, first):
    day = first.starts_on
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock.PLACE)
    pages = []
    for moment in (midnight - timedelta(minutes=1), midnight):
        with time_machine.travel(moment.astimezone(UTC), tick=False):
            pages.append(browser.sign_in(ada).get("/home").text)

    assert ["está en curso" in page for page in pages] == [False, True]


def test_while_one_meets_home_leads_to_the_sessions_of_the_day(browser, visit, ada, first):
    today = first.starts_on + DAY

    part = visit(ada, today)

    address = f"/installments/{first.id}/agenda"
    assert f'href="{address}#{today.isoformat()}"' in part
    assert today.isoformat() in Page(browser.sign_in(ada).get(address).text).values("id")


def test_of_several_cohorts_the_first_gathering_not_ended_counts(visit, ada, first):
    other = keep(Cohort(name="Otra cohorte", is_fictitious=True, created_at=clock.now()))
    sooner = clock.today() + 5 * DAY
    days = {"starts_on": sooner, "ends_on": sooner, "mode": "virtual"}
    keep(Installment(cohort_id=other.id, number=1, **days))
    keep(Membership(user_id=ada.id, role=Role.PARTICIPANT, cohort_id=other.id))

    assert "Antes del primer encuentro" in visit(ada, sooner - DAY)
    assert "Antes del segundo encuentro" in visit(ada, sooner + DAY)


def test_a_second_gathering_without_days_says_so(visit, ada, first, second):
    with unit_of_work():
        db.session.delete(second)

    part = visit(ada, first.ends_on + DAY)

    assert "Antes del segundo encuentro" in part
    assert "Todavía no tiene fechas." in part


def test_before_the_first_gathering_later_modules_are_not_owed(visit, ada, dated, first):
    before = visit(ada, first.starts_on - DAY)
    between = visit(ada, first.ends_on + DAY)

    modules = {module.code: module.lessons[0].key for module in library.outline().taught}
    assert [f"/lessons/{modules[code]}" in before for code in ("m1", "m3")] == [True, True]
    assert not any(f"/lessons/{modules[code]}" in before for code in ("m5", "m9"))
    assert f"/lessons/{modules['m9']}" in between


def test_a_module_whose_doors_open_later_is_not_owed(visit, ada, dated, first):
    line = library.outline().module("m1")
    with unit_of_work():
        opening = cohorts.Opening("F1", Rule.DAY, first.starts_on)
        cohorts.place_modules(dated, {line.id: opening})

    pages = [visit(ada, day) for day in (first.starts_on - DAY, first.starts_on)]

    assert [f"/lessons/{line.lessons[0].key}" in page for page in pages] == [False, True]


def test_a_module_is_owed_where_the_cohort_has_placed_it(visit, ada, dated, first):
    line = library.outline().module("m5")
    with unit_of_work():
        cohorts.place_modules(dated, {line.id: cohorts.Opening("F0", Rule.NOW, None)})

    assert f"/lessons/{line.lessons[0].key}" in visit(ada, first.starts_on - 2 * DAY)


def test_what_is_owed_comes_with_its_day_and_the_least_urgent_last(
    app, visit, ada, dated, cohort, home, first, second
):
    make_commitment(ada, cohort=cohort, organisation=home)
    design = {phase.code: phase.ends_on for phase in dated.phases}["F2"]

    part = visit(ada, first.ends_on + DAY)

    eve = second.starts_on - DAY
    names = [written(app, day) for day in (design, eve)]
    found = re.findall(r"hasta el ([^<]+)</span>", part)
    assert set(found) == set(names)
    assert found == sorted(found, key=names.index)
    assert "Informe de resultados" in part


def test_after_both_home_tells_of_the_certificate(visit, browser, ada, di, cohort, first, second):
    after = second.ends_on + DAY
    without = visit(ada, after)
    with unit_of_work():
        gatherings.note_attendance(first, first.starts_on, {ada.id: "present"}, actor=di)
        (candidate,) = certificates.list_candidates(cohort, [])
        (issued,) = certificates.issue(cohort, [candidate], actor=di)
    holding = visit(ada, after)
    with unit_of_work():
        certificates.revoke(issued, "Otra persona", actor=di)

    assert "Sin emitir todavía" in without
    assert "Se puede descargar." in holding
    assert 'href="/certificates"' in holding
    assert "Sin emitir todavía" in visit(ada, after)
    assert "Certificado" not in visit(ada, second.ends_on)


def test_a_pause_is_told_with_its_reason(visit, ada, cohort, first):
    with unit_of_work():
        cohort.is_paused, cohort.pause_reason = True, "Bloqueo de caminos (ficticio)"

    assert "Bloqueo de caminos (ficticio)" in visit(ada, first.starts_on - DAY)


def test_staff_are_told_of_the_gathering_that_comes_next(visit, bo, cohort, first, second):
    days = [(first, -1), (first, 0), (first, 4), (second, 3), (second, 4)]
    told = [
        "El primer encuentro empieza el",
        "El primer encuentro está en curso hasta el",
        "El segundo encuentro empieza el",
        "El segundo encuentro está en curso hasta el",
    ]

    with pytest.raises(StopIteration):  # after both nothing on the page speaks of one
        visit(bo, days.pop()[0].starts_on + 4 * DAY)
    for (one, shift), words in zip(days, told, strict=True):
        part = visit(bo, one.starts_on + shift * DAY)
        assert words in words_only(part)
        assert cohort.name in part
