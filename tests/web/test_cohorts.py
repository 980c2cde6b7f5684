"""Cohorts: set up in the browser, moved without loss, paused with a reason."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.models import AgendaItem, Cohort, Installment, Membership, Module, Phase, Placement
from nti_lms.services import cohorts, library
from tests.conftest import keep

NEW = {
    "name": "Cohorte de Oruro",
    "first-starts_on": "2027-03-01",
    "first-ends_on": "2027-03-05",
    "first-mode": "in-person",
    "first-place": "Oruro",
    "second-starts_on": "2027-11-08",
    "second-ends_on": "2027-11-11",
    "second-mode": "virtual",
    "second-place": "",
}


def founded():
    return db.session.scalars(select(Cohort).where(Cohort.name == "Cohorte de Oruro")).one()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def phases(cohort):
    rows = db.session.scalars(select(Phase).where(Phase.cohort_id == cohort.id))
    return {row.code: (str(row.starts_on), str(row.ends_on)) for row in rows}


def installment(cohort, number):
    own = (Installment.cohort_id == cohort.id) & (Installment.number == number)
    return db.session.scalars(select(Installment).where(own)).one_or_none()


def test_a_cohort_stands_with_phases_and_modules_after_one_form(browser, di):
    response = browser.sign_in(di).post("/cohorts/new", data=NEW)

    cohort = founded()
    assert (response.status_code, response.location) == (303, f"/cohorts/{cohort.id}")
    assert phases(cohort) == {
        "F0": ("None", "2027-02-28"),
        "F1": ("2027-03-01", "2027-03-05"),
        "F2": ("2027-03-06", "2027-04-02"),
        "F3": ("2027-04-03", "2027-11-07"),
        "F4": ("2027-11-08", "2027-11-11"),
        "F5": ("2027-11-12", "None"),
    }
    assert installment(cohort, 2).mode == "virtual"
    placed = select(func.count()).where(Placement.cohort_id == cohort.id)
    assert db.session.scalar(placed) == count(Module)
    own = (Membership.cohort_id == cohort.id, Membership.user_id == di.id)
    assert db.session.scalars(select(Membership.role).where(*own)).all() == ["manager"]
    page = browser.get(response.location).text
    assert "Cohorte de Oruro" in page
    assert "Oruro" in page


def test_an_administrator_founds_a_cohort_for_others_to_coordinate(browser, root):
    response = browser.sign_in(root).post("/cohorts/new", data=NEW)

    cohort = founded()
    assert (response.status_code, response.location) == (303, f"/cohorts/{cohort.id}")
    assert len(phases(cohort)) == 6
    assert db.session.scalars(select(Membership.cohort_id)).all() == [None]
    page = browser.get(response.location).text
    assert "Nadie la coordina todavía." in page
    assert f'href="/people/invite?cohort={cohort.id}&amp;role=manager"' in page


def test_an_administrator_who_is_also_a_manager_coordinates_what_they_found(browser, root, cohort):
    keep(Membership(user_id=root.id, role="manager", cohort_id=cohort.id))

    browser.sign_in(root).post("/cohorts/new", data=NEW)

    assert db.session.scalar(select(Membership).where(Membership.cohort_id == founded().id))


def test_an_administrator_plans_a_cohort_and_sees_nothing_of_its_people(
    browser, root, ada, di, cohort
):
    page = browser.sign_in(root).get(f"/cohorts/{cohort.id}").text
    changed = browser.post(f"/cohorts/{cohort.id}/edit", data={"name": "Cohorte mayor"})

    assert changed.status_code == 303
    assert db.session.scalar(select(Cohort.name)) == "Cohorte mayor"
    assert "Coordinada por Di" in page
    assert f"/cohorts/{cohort.id}/installments/1" in page
    closed = ("participants", "readiness", "invitations", "mentors", "certificates", "calendar")
    for place in closed:
        assert f"/cohorts/{cohort.id}/{place}" not in page
        assert browser.get(f"/cohorts/{cohort.id}/{place}").status_code == 404
    assert "/agenda" not in page


def test_a_revoked_administrator_plans_nothing(browser, root, cohort):
    browser.sign_in(root)
    with unit_of_work():
        db.session.query(Membership).filter_by(user_id=root.id).delete()

    codes = [browser.get(url).status_code for url in ("/cohorts", f"/cohorts/{cohort.id}/phases")]
    assert codes == [403, 404]


def test_the_list_of_cohorts_agrees_with_the_rule(cast, cohort):
    another = keep(Cohort(name="Otra", created_at=clock.now()))

    for user in cast.values():
        listed = [one.id for one in cohorts.list_cohorts(user)]
        known = [one.id for one in (cohort, another) if may.see_plan(user, one)]
        assert sorted(listed) == sorted(known)


def test_sent_twice_it_stands_once(browser, di):
    form = {**NEW, "idempotency_key": "k"}

    first, second = (browser.sign_in(di).post("/cohorts/new", data=form) for _ in range(2))

    assert first.location == second.location
    assert founded()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "Dé un nombre"),
        ({"name": "   "}, "name", "Dé un nombre"),
        ({"name": "Cohorte de prueba"}, "name", "Ya hay otra con ese nombre"),
        ({"name": "x" * 121}, "name", "120"),
        ({"first-ends_on": "2027-02-27"}, "first-ends_on", "no puede ser anterior al primero"),
        (
            {"second-starts_on": "2027-03-04", "second-ends_on": "2027-03-08"},
            "second-starts_on",
            "antes de que termine",
        ),
        ({"first-starts_on": "31 de marzo"}, "first-starts_on", "2027-03-15"),
        ({"first-starts_on": "0001-01-01"}, "first-starts_on", "2027-03-15"),
        ({"second-mode": "telepathy"}, "second-mode-0", ""),
        ({"first-starts_on": ""}, "first-starts_on", "Elija el primer día"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(browser, di, changes, field, words):
    before = [count(table) for table in (Cohort, Installment, Phase, Placement, Membership)]

    response = browser.sign_in(di).post("/cohorts/new", data={**NEW, **changes})

    assert response.status_code == 422
    assert f'id="{field}"' in response.text
    assert words in response.text
    assert 'value="Oruro"' in response.text
    after = [count(table) for table in (Cohort, Installment, Phase, Placement, Membership)]
    assert after == before


def test_who_does_not_coordinate_founds_none(browser, cast):
    for name in ("Ada", "Bo", "Fa", "Re", "Ev"):
        assert browser.sign_in(cast[name]).post("/cohorts/new", data=NEW).status_code == 403, name


def test_a_facilitator_reads_the_cohort_and_changes_nothing(browser, fa, cohort):
    page = browser.sign_in(fa).get(f"/cohorts/{cohort.id}")

    assert page.status_code == 200
    assert f"/cohorts/{cohort.id}/edit" not in page.text
    for path in ("edit", "installments/1", "phases", "modules"):
        assert browser.post(f"/cohorts/{cohort.id}/{path}", data={}).status_code == 404, path


def test_a_pause_has_a_reason_which_everyone_who_follows_the_cohort_reads(browser, di, fa, cohort):
    url = f"/cohorts/{cohort.id}/edit"
    form = {"name": cohort.name, "is_paused": "y", "pause_reason": ""}

    refused = browser.sign_in(di).post(url, data=form)
    kept = browser.post(url, data={**form, "pause_reason": "Cuarentena"})

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert "Escriba por qué" in refused.text
    assert "Cuarentena" in browser.sign_in(fa).get(f"/cohorts/{cohort.id}").text
    browser.sign_in(di).post(url, data={"name": cohort.name, "pause_reason": "Cuarentena"})
    db.session.expire_all()
    again = db.session.get(Cohort, cohort.id)
    assert (again.is_paused, again.pause_reason) == (False, "")


def test_a_gathering_moves_its_phase_along_and_leaves_the_others(browser, di):
    browser.sign_in(di).post("/cohorts/new", data=NEW)
    cohort = founded()
    before = phases(cohort)
    form = {"starts_on": "2027-11-15", "ends_on": "2027-11-18", "mode": "hybrid", "place": "La Paz"}

    response = browser.post(f"/cohorts/{cohort.id}/installments/2", data=form)

    assert response.status_code == 303
    assert phases(cohort) == {**before, "F4": ("2027-11-15", "2027-11-18")}
    assert installment(cohort, 2).place == "La Paz"


@pytest.mark.parametrize(
    ("number", "days"), [(1, ("2027-11-01", "2027-11-09")), (2, ("2027-03-02", "2027-03-09"))]
)
def test_gatherings_stay_in_their_order(browser, di, number, days):
    browser.sign_in(di).post("/cohorts/new", data=NEW)
    cohort = founded()
    form = {"starts_on": days[0], "ends_on": days[1], "mode": "virtual"}

    response = browser.post(f"/cohorts/{cohort.id}/installments/{number}", data=form)

    assert response.status_code == 422
    assert "antes de que termine" in response.text
    assert (
        str(installment(cohort, number).starts_on)
        == NEW[f"{'first' if number == 1 else 'second'}-starts_on"]
    )


def test_there_is_no_third_gathering(browser, di, cohort):
    assert browser.sign_in(di).get(f"/cohorts/{cohort.id}/installments/3").status_code == 404


def test_phases_take_days_and_refuse_an_end_before_a_beginning(browser, di, cohort):
    url = f"/cohorts/{cohort.id}/phases"
    good = {"F2-starts_on": "2027-01-10", "F2-ends_on": "2027-02-10", "F3-starts_on": "2027-02-11"}

    kept = browser.sign_in(di).post(url, data=good)
    refused = browser.post(url, data={**good, "F2-ends_on": "2027-01-09"})

    assert (kept.status_code, refused.status_code) == (303, 422)
    assert 'href="#F2-ends_on"' in refused.text
    assert 'value="2027-01-09"' in refused.text
    assert phases(cohort)["F2"] == ("2027-01-10", "2027-02-10")
    assert phases(cohort)["F3"] == ("2027-02-11", "None")


def test_modules_take_a_phase_and_a_rule_and_a_day_where_the_rule_asks_one(browser, di, cohort):
    url, page = f"/cohorts/{cohort.id}/modules", browser.sign_in(di).get
    assert page(url).status_code == 200
    codes = db.session.scalars(select(Module.code)).all()
    form = {f"{code}-phase": "F3" for code in codes} | {f"{code}-rule": "phase" for code in codes}

    refused = browser.post(url, data={**form, "m2-rule": "day"})
    kept = browser.post(url, data={**form, "m2-rule": "day", "m2-day": "2027-05-02"})

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert "Elija el día" in refused.text
    query = select(Module.code, Placement.phase, Placement.rule, Placement.opens_on).join(
        Placement, Placement.module_id == Module.id
    )
    rows = {row[0]: (row[1], row[2], str(row[3])) for row in db.session.execute(query)}
    assert rows == dict.fromkeys(codes, ("F3", "phase", "None")) | {
        "m2": ("F3", "day", "2027-05-02")
    }


@pytest.mark.parametrize(("rule", "words"), [("phase", "Se abre con su fase"), ("now", "")])
def test_every_module_opens_by_one_button(browser, di, cohort, rule, words):
    url = f"/cohorts/{cohort.id}/modules"
    browser.sign_in(di).post(url, data={**placed(), "m2-rule": "day", "m2-day": "2027-05-02"})

    response = browser.post(f"{url}/open", data={"rule": rule})

    assert (response.status_code, response.location) == (303, url)
    own = select(Placement.rule, Placement.opens_on, Placement.phase).distinct()
    assert db.session.execute(own).all() == [(rule, None, "F3")]
    assert words in browser.get(f"/cohorts/{cohort.id}").text


@pytest.mark.parametrize("rule", ["day", "nonsense", ""])
def test_every_module_opens_by_no_other_rule(browser, di, cohort, rule):
    response = browser.sign_in(di).post(f"/cohorts/{cohort.id}/modules/open", data={"rule": rule})

    assert response.status_code == 422
    assert count(Placement) == 0


def placed():
    """The form of the modules, each in F3 and open."""
    codes = [module.code for module in library.outline().taught]
    return {f"{code}-{name}": value for code in codes for name, value in SOMEWHERE.items()}


SOMEWHERE = {"phase": "F3", "rule": "now"}


def test_a_gathering_of_a_mistyped_year_is_refused(browser, di):
    form = {**NEW, "second-ends_on": "2072-11-11"}

    response = browser.sign_in(di).post("/cohorts/new", data=form)

    assert response.status_code == 422
    assert "como máximo 30 días" in response.text
    assert 'value="2072-11-11"' in response.text
    assert count(Cohort) == 1


def test_the_cohort_says_what_is_still_to_be_set_up(browser, di, fa, cohort):
    url = f"/cohorts/{cohort.id}"
    before = browser.sign_in(di).get(url).text
    keep(Membership(user_id=di.id, role="participant", cohort_id=cohort.id))
    first = installment(cohort, 1)
    item = AgendaItem(
        installment_id=first.id,
        day=first.starts_on,
        start_minute=540,
        minutes=60,
        title="Apertura",
        leader="",
    )
    keep(item)

    assert "Para prepararla" in before
    assert before.count("Por hacer") == 2  # participants; the agenda
    assert "Para prepararla" not in browser.get(url).text
    assert "Para prepararla" not in browser.sign_in(fa).get(url).text


@pytest.mark.parametrize("others", [0, 3])
def test_the_pages_ask_a_constant_number_of_questions(browser, statements, di, cohort, others):
    browser.sign_in(di)
    for number in range(others):
        browser.post("/cohorts/new", data={**NEW, "name": f"Otra {number}"})
    url = f"/cohorts/{cohort.id}"
    browser.get(url)  # the outline of the curriculum is read once

    with statements() as index:
        browser.get("/cohorts")
    with statements() as show:
        browser.get(url)

    assert len(index) == 4  # who asks; the cohorts; their gatherings; their phases
    # and whether the outline still holds; the places of the modules; how far it is set up
    assert len(show) == 7


def test_the_phase_of_today_is_marked(browser, di, cohort):
    today = clock.today()
    for one in (installment(cohort, 1), installment(cohort, 2)):
        db.session.add(
            Phase(
                cohort_id=cohort.id,
                code="F1" if one.number == 1 else "F4",
                starts_on=today - timedelta(days=1) if one.number == 2 else one.starts_on,
                ends_on=today + timedelta(days=1) if one.number == 2 else one.ends_on,
            )
        )
    db.session.commit()

    page = browser.sign_in(di).get("/cohorts").text

    assert 'class="tag now">Segundo encuentro' in page


@pytest.mark.parametrize(
    ("rule", "days", "status"), [("day", 1, 409), ("day", 0, 200), ("now", 1, 200)]
)
@pytest.mark.parametrize(
    "url",
    [
        "/lessons/sex-gender-norms",
        "/lessons/sex-gender-norms/quiz/check",
        "/offline/es/lessons/sex-gender-norms",
        "/offline/es/lessons/sex-gender-norms/quiz/check",
        "/modules/m1/keep",
    ],
)
def test_a_module_opens_to_participants_on_its_day_and_to_others_at_once(
    browser, ada, fa, cohort, rule, days, status, url
):
    open_on(cohort, "m1", clock.today() + timedelta(days=days), rule=rule)

    assert browser.sign_in(ada).get(url).status_code == status
    assert browser.sign_in(fa).get(url).status_code == 200


def test_a_closed_module_says_when_it_opens_and_leads_nowhere(browser, ada, cohort):
    open_on(cohort, "m1", date(2027, 5, 2))
    browser.sign_in(ada)

    page, home = browser.get("/modules/m1").text, browser.get("/home").text

    assert "Este módulo se abre el 2 de mayo" in page
    assert "Se abre el 2 de mayo" in browser.get("/modules").text
    for lesson in library.outline().module("m1").lessons:
        assert f"/lessons/{lesson.key}" not in page + home


def test_home_never_says_that_everything_is_read_while_modules_wait(browser, ada, cohort):
    for module in library.outline().modules:
        open_on(cohort, module.code, date(2027, 5, 2))

    page = browser.sign_in(ada).get("/home").text

    assert "Ha leído todo lo que está abierto" in page
    assert "El siguiente módulo se abre el 2 de mayo" in page


@pytest.mark.parametrize(("who", "is_open"), [("ada", False), ("fa", True)])
def test_search_and_workbooks_pass_the_same_door(browser, request, cohort, who, is_open):
    open_on(cohort, "m1", date(2027, 5, 2))
    browser.sign_in(request.getfixturevalue(who))

    found = browser.get("/search?q=norma").text
    shelf = browser.get("/workbooks").text
    order = {"module": "m1", "language": "es", "edition": "participant", "paper": "a4"}
    ordered = browser.post("/workbooks", data=order)

    assert ("/lessons/sex-gender-norms" in found) is is_open
    assert "/glossary#term-" in found
    assert ('value="m1"' in shelf) is is_open
    assert 'value="m2"' in shelf
    assert ordered.status_code == (303 if is_open else 422)


def test_a_workbook_waits_with_its_module(browser, ada, cohort):
    order = {"module": "m1", "language": "es", "edition": "participant", "paper": "a4"}
    workbook = browser.sign_in(ada).post("/workbooks", data=order).location
    assert browser.get(workbook).status_code == 200

    open_on(cohort, "m1", date(2027, 5, 2))

    assert browser.get(workbook).status_code == 409
    assert browser.post("/workbooks/mine/m1").status_code == 409
    assert workbook not in browser.get("/workbooks").text


def open_on(cohort, code, opens_on, *, rule="day"):
    """Place a module in the first phase, to open on a day."""
    module = db.session.scalar(select(Module.id).where(Module.code == code))
    db.session.add(
        Placement(cohort_id=cohort.id, module_id=module, phase="F1", rule=rule, opens_on=opens_on)
    )
    db.session.commit()


def test_the_form_of_a_cohort_speaks_the_language_of_whoever_reads_it(browser, di):
    browser.sign_in(di)

    spoken = []
    for language in ("es", "en"):
        browser.set_cookie("language", language)
        spoken.append(browser.get("/cohorts/new").text)

    assert "<h2>Primer encuentro</h2>" in spoken[0]
    assert "<h2>First gathering</h2>" in spoken[1]
