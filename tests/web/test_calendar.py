"""Calendars: a cohort's as a file, one's own at a secret address; neutral, and ended at once."""

import json
import logging
import re
import time
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from nti_lms import clock, logs
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import NotKept
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days
from nti_lms.models import (
    AgendaItem,
    CalendarFeed,
    Cohort,
    Event,
    Installment,
    Membership,
    Message,
    Module,
    User,
)
from nti_lms.services import accounts, calendar, cohorts, gatherings
from nti_lms.web import paces
from tests.conftest import keep

ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/calendar/([\w-]{43})\.ics)")
TELLING = "Masculinidad y poder en la casa"
ABROAD = "Cohorte de masculinidades"


@pytest.fixture
def first(cohort):
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 1)
    return db.session.scalars(select(Installment).where(own)).one()


@pytest.fixture
def second(cohort):
    """In person, with a session on a module and one of its own on its first morning."""
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 2)
    second = db.session.scalars(select(Installment).where(own)).one()
    module = db.session.scalars(select(Module).where(Module.number == 3)).one()
    with unit_of_work():
        second.mode, second.place = "in-person", "Casa Maqueta, La Paz"
        for start, title, module_id in ((570, TELLING, None), (660, TELLING, module.id)):
            planned = gatherings.Session(second.starts_on, start, 60, title, module_id, "Julián Q.")
            gatherings.plan_session(second, planned, None)
    return second


@pytest.fixture
def designed(cohort):
    """The day on which the design of the commitments ends."""
    day = clock.today() + timedelta(days=20)
    with unit_of_work():
        days = {"F1": Days(day, day), "F2": Days(None, day), "F3": Days(day, None)}
        cohorts.date_phases(cohorts.get_cohort(cohort.id), days)
    return day


def read(response):
    """The events of an answer by what they are called."""
    assert (response.status_code, response.content_type) == (200, "text/calendar; charset=utf-8")
    found = icalendar.Calendar.from_ical(response.data)
    assert [fault for one in found.walk() for fault in one.errors] == []
    return found.events


def words(events):
    return sorted(str(one["SUMMARY"]) for one in events)


def make(browser, user):
    """The path of a fresh address, as the page shows it."""
    page = browser.sign_in(user).post("/account/calendar")
    assert page.status_code == 200
    return ADDRESS.search(page.text)[1]


@pytest.fixture
def stranger(app):
    """A calendar app: it never signs in."""
    return app.test_client()


# --- the file of a cohort ---


def test_the_file_tells_gatherings_sessions_and_ends_of_phases(
    browser, ada, cohort, second, designed
):
    response = browser.sign_in(ada).get(f"/cohorts/{cohort.id}/calendar")

    assert response.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert words(read(response)) == [
        "Curso · Módulo 3",
        "Curso · Primer encuentro",
        "Curso · Segundo encuentro",
        "Curso · Sesión",
        "Curso · Último día: Diseño del compromiso",
    ]


def test_each_event_tells_when_where_and_how(browser, ada, cohort, second, designed):
    events = read(browser.sign_in(ada).get(f"/cohorts/{cohort.id}/calendar"))
    one = {str(event["SUMMARY"]): event for event in events}
    meets, session = one["Curso · Segundo encuentro"], one["Curso · Sesión"]
    ends = one["Curso · Último día: Diseño del compromiso"]
    agenda = f"http://127.0.0.1:8000/installments/{second.id}/agenda"
    day = second.starts_on

    assert meets.start == day
    assert meets.end == second.ends_on + timedelta(days=1)
    assert (meets["LOCATION"], meets["URL"]) == ("Casa Maqueta, La Paz", agenda)
    assert str(meets["DESCRIPTION"]) == f"Presencial\n{agenda}"
    half_past_nine = datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)
    assert [session.start, session.end] == [half_past_nine, half_past_nine + timedelta(hours=1)]
    assert [ends.start, ends["TRANSP"]] == [designed, "TRANSPARENT"]


@pytest.mark.parametrize("name", ["Ada", "Bo", "Cy", "Di", "Fa", "Re", "Ev", "Root"])
def test_whoever_reads_the_agenda_and_nobody_else_has_the_file(browser, cast, cohort, first, name):
    status = browser.sign_in(cast[name]).get(f"/cohorts/{cohort.id}/calendar").status_code

    assert status == browser.get(f"/installments/{first.id}/agenda").status_code
    user = accounts.find_user(cast[name].id)
    assert (status == 200) == may.see_calendar(user, cohort) == (name != "Root")


def test_a_cohort_that_is_not_there_has_no_file(browser, ada):
    assert browser.sign_in(ada).get("/cohorts/4711/calendar").status_code == 404


def test_a_paused_cohort_says_that_days_may_change_and_not_why(browser, ada, cohort, second):
    with unit_of_work():
        cohorts.change(cohort, cohort.name, is_paused=True, reason="Un motivo que se lee dentro")

    response = browser.sign_in(ada).get(f"/cohorts/{cohort.id}/calendar")

    assert {str(one["STATUS"]) for one in read(response)} == {"TENTATIVE"}
    assert all("En pausa" in one["DESCRIPTION"] for one in read(response))
    assert "motivo" not in response.text


def test_a_change_keeps_the_name_of_an_event_and_counts(browser, di, cohort, second):
    url, browser = f"/cohorts/{cohort.id}/calendar", browser.sign_in(di)
    before = {str(one["UID"]): one for one in read(browser.get(url))}
    form = {
        "starts_on": (second.starts_on + timedelta(days=7)).isoformat(),
        "ends_on": (second.ends_on + timedelta(days=7)).isoformat(),
        "mode": "hybrid",
        "place": "Otra casa",
    }

    browser.post(f"/cohorts/{cohort.id}/installments/2", data=form)
    after = {str(one["UID"]): one for one in read(browser.get(url))}

    assert after.keys() == before.keys()
    changed = {uid for uid in after if after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]}
    moved = {uid for uid in after if after[uid].get("LOCATION") != before[uid].get("LOCATION")}
    assert changed == moved
    assert len(changed) == 3  # the gathering, and its two sessions by their place


def test_a_session_and_a_phase_count_their_own_changes(browser, di, cohort, second, designed):
    url, browser = f"/cohorts/{cohort.id}/calendar", browser.sign_in(di)
    before = {str(one["UID"]): int(one["SEQUENCE"]) for one in read(browser.get(url))}
    item = db.session.scalars(select(AgendaItem).order_by(AgendaItem.id)).first()
    session = {"day": second.starts_on, "starts": "16:00", "minutes": "30", "module": "0"}
    days = {"F2-ends_on": designed + timedelta(days=1), "F3-starts_on": designed}

    browser.post(f"/installments/{second.id}/agenda/{item.id}/edit", data={**session, "title": "x"})
    browser.post(f"/cohorts/{cohort.id}/phases", data=days)

    after = {str(one["UID"]): one for one in read(browser.get(url))}
    changed = [one for uid, one in after.items() if int(one["SEQUENCE"]) == before[uid] + 1]
    assert words(changed) == ["Curso · Sesión", "Curso · Último día: Diseño del compromiso"]
    assert len([uid for uid in after if int(after[uid]["SEQUENCE"]) == before[uid]]) == 3


def test_what_is_saved_without_a_change_counts_no_change(browser, di, cohort, second):
    url, browser = f"/cohorts/{cohort.id}/calendar", browser.sign_in(di)
    before = [one["SEQUENCE"] for one in read(browser.get(url))]
    form = {"starts_on": second.starts_on, "ends_on": second.ends_on, "mode": second.mode}

    browser.post(f"/cohorts/{cohort.id}/installments/2", data={**form, "place": second.place})

    assert [one["SEQUENCE"] for one in read(browser.get(url))] == before


# --- an address of one's own ---


def test_the_address_is_shown_once_and_only_its_hash_is_kept(browser, ada):
    secret = make(browser, ada).split("/")[-1].removesuffix(".ics")
    page = browser.get("/account/calendar").text

    (feed,) = db.session.scalars(select(CalendarFeed))
    assert feed.user_id == ada.id
    assert secret not in page
    assert "Dirección creada" in page
    assert secret.encode() not in feed.token_hash
    kinds = db.session.scalars(select(Event.kind).where(Event.subject_id == ada.id)).all()
    assert kinds[-1] == "calendar-made"


def test_the_owner_is_told_by_mail_without_the_address(browser, ada):
    secret = make(browser, ada).split("/")[-1].removesuffix(".ics")

    body = db.session.scalars(select(Message.body)).all()[-1]

    assert "Se creó una dirección nueva para el calendario" in body
    assert secret not in body


def test_an_app_reads_it_without_signing_in(browser, stranger, ada, second):
    address = make(browser, ada)

    response = stranger.get(address)

    assert words(read(response)) == [
        "Curso · Módulo 3",
        "Curso · Primer encuentro",
        "Curso · Segundo encuentro",
        "Curso · Sesión",
    ]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers
    assert stranger.head(address).status_code == 200


def test_what_was_over_long_ago_is_left_out(browser, stranger, ada, cohort, first):
    """Of the last thirty days it stays; the file of the cohort holds everything."""
    address = make(browser, ada)
    with unit_of_work():
        first.starts_on = first.ends_on = clock.today() - timedelta(days=30)
    recent = words(read(stranger.get(address)))
    with unit_of_work():
        first.starts_on = first.ends_on = clock.today() - timedelta(days=31)

    assert recent == ["Curso · Primer encuentro", "Curso · Segundo encuentro"]
    assert words(read(stranger.get(address))) == ["Curso · Segundo encuentro"]
    whole = browser.sign_in(ada).get(f"/cohorts/{cohort.id}/calendar")
    assert words(read(whole)) == recent


def test_it_speaks_its_owners_language_whatever_the_app_prefers(browser, stranger, ada):
    address = make(browser, ada)
    with unit_of_work():
        db.session.merge(ada).language = "en"

    found = read(stranger.get(address, headers={"Accept-Language": "es"}))

    assert "Course · Second gathering" in words(found)
    assert str(found[0]["DESCRIPTION"]).startswith("Online\n")


def test_neither_tells_what_the_course_is_of_nor_a_name(
    browser, stranger, ada, fa, cohort, second, designed
):
    titles = [
        title for texts in db.session.scalars(select(Module.titles)) for title in texts.values()
    ]
    with unit_of_work():
        db.session.merge(cohort).name = ABROAD
    feed, file = make(browser, ada), f"/cohorts/{cohort.id}/calendar"

    for text in (stranger.get(feed).text, browser.get(file).text):
        unfolded = text.replace("\r\n ", "")
        told = [*titles, TELLING, ABROAD, "Julián", "Ada", "Fa", "ada@example.org", "VALARM"]
        assert [word for word in told if re.search(rf"\b{re.escape(word)}\b", unfolded)] == []


def test_a_new_address_ends_the_old_one(browser, stranger, ada):
    old = make(browser, ada)
    new = make(browser, ada)

    assert old != new
    assert (stranger.get(old).status_code, stranger.get(new).status_code) == (404, 200)
    assert len(db.session.scalars(select(CalendarFeed)).all()) == 1


def test_an_ended_address_is_as_if_it_had_never_been(browser, stranger, ada):
    address = make(browser, ada)

    response = browser.post("/account/calendar/stop")
    ended, unknown = stranger.get(address), stranger.get(f"/calendar/{'x' * 43}.ics")

    assert (response.status_code, response.location) == (303, "/account/calendar")
    assert "ya no vale" in browser.get("/account/calendar").text
    assert (ended.status_code, unknown.status_code) == (404, 404)
    assert without_number(ended.text) == without_number(unknown.text)
    kinds = db.session.scalars(select(Event.kind).where(Event.subject_id == ada.id)).all()
    assert kinds.count("calendar-stopped") == 1


def without_number(page):
    """A page but for what differs each time."""
    return re.sub(r"/calendar/[\w-]+|value=\"[^\"]+\"", "", page)


def test_ending_twice_is_ending_once(browser, ada):
    make(browser, ada)

    codes = [browser.post("/account/calendar/stop").status_code for _ in range(2)]

    kinds = db.session.scalars(select(Event.kind).where(Event.subject_id == ada.id)).all()
    assert codes == [303, 303]
    assert kinds.count("calendar-stopped") == 1


def test_nobody_ends_or_makes_the_address_of_another(browser, stranger, ada, cy):
    address = make(browser, ada)

    browser.sign_in(cy).post("/account/calendar/stop", data={"user_id": ada.id})
    make(browser, cy)
    assert stranger.post("/account/calendar/stop").status_code == 401
    assert stranger.post("/account/calendar").status_code == 401

    assert stranger.get(address).status_code == 200


@pytest.mark.parametrize("secret", ["", "x", "..", "%00", "ñ", "x" * 5000])
def test_whatever_is_no_address_is_not_found(stranger, secret):
    assert stranger.get(f"/calendar/{secret}.ics").status_code == 404


def test_who_leaves_a_cohort_takes_its_days_out_of_the_calendar_at_once(
    browser, stranger, ada, second
):
    address = make(browser, ada)
    before = read(stranger.get(address))
    with unit_of_work():
        db.session.execute(delete(Membership).where(Membership.user_id == ada.id))

    after = read(stranger.get(address))

    assert before
    assert after == []  # an app takes out what it had; at a 404 it would keep it
    assert browser.post("/account/calendar").status_code == 403
    assert "no pertenece a ninguna cohorte" in browser.get("/account/calendar").text
    browser.post("/account/calendar/stop")
    assert stranger.get(address).status_code == 404


def test_who_is_gone_has_no_calendar(browser, stranger, ada):
    address = make(browser, ada)
    with unit_of_work():
        db.session.execute(delete(User).where(User.id == ada.id))

    assert stranger.get(address).status_code == 404


def test_only_the_cohorts_of_its_owner_stand_in_it(browser, stranger, cast, cohort):
    abroad = keep(Cohort(name=ABROAD, created_at=clock.now()))
    day = clock.today() + timedelta(days=9)
    keep(
        Installment(
            cohort_id=abroad.id, number=1, starts_on=day, ends_on=day, mode="virtual", place="Lejos"
        )
    )
    with unit_of_work():
        fa = Membership(user_id=cast["Fa"].id, role=Role.FACILITATOR, cohort_id=abroad.id)
        db.session.add(fa)

    for name in ("Ada", "Bo", "Cy", "Di", "Fa", "Re", "Ev"):
        found = read(stranger.get(make(browser, cast[name])))
        user = accounts.find_user(cast[name].id)
        seen = [one for one in (cohort, abroad) if may.see_calendar(user, one)]
        listed = calendar.list_occasions([one.id for one in seen])
        assert {str(one["UID"]) for one in found} == {str(one.uid) for one in listed}, name
        assert ("Lejos" in [one.get("LOCATION") for one in found]) == (name == "Fa")


def test_a_second_address_of_one_person_cannot_be(browser, ada):
    make(browser, ada)

    with pytest.raises(NotKept) as refused:
        keep(CalendarFeed(token_hash=b"x", user_id=ada.id, created_at=clock.now()))
    assert isinstance(refused.value.__cause__, IntegrityError)


# --- what is asked of the site, and what it says of it ---


def test_the_secret_is_in_no_line_of_the_log(browser, stranger, ada, monkeypatch):
    said, address = [], make(browser, ada)

    class Keep(logging.Handler):
        def emit(self, record):
            said.append(logs.Lines().format(record))

    handler, root = Keep(), logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("nti_lms").setLevel(logging.DEBUG)
    try:
        stranger.get(address)
        browser.post("/account/calendar/stop")
        stranger.get(address)
        monkeypatch.setattr(calendar, "get_owner", lambda secret: {}[secret])
        assert stranger.get(address).status_code == 500
    finally:
        root.removeHandler(handler)
        logging.getLogger("nti_lms").setLevel(logging.NOTSET)

    assert [json.loads(line).get("view") for line in said] == ["calendar.feed"] * 3
    assert address.split("/")[-1].removesuffix(".ics") not in "".join(said)


def test_an_address_that_asks_without_end_is_told_to_wait(app, browser, stranger, ada):
    address = make(browser, ada)
    turns = app.extensions["turns"]
    while not turns.take("127.0.0.1", paces.CALENDARS, time.monotonic() + 60):
        pass

    response = stranger.get(address)
    elsewhere = stranger.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_a_calendar_asks_four_questions_however_much_stands_in_it(
    browser, stranger, statements, ada, second, designed, number
):
    for place in range(number):
        keep(
            AgendaItem(
                installment_id=second.id,
                day=second.starts_on,
                start_minute=60 * place,
                minutes=30,
                title=f"Sesión {place}",
                leader="",
            )
        )
    address = make(browser, ada)

    with statements() as seen:
        assert len(read(stranger.get(address))) == 5 + number

    assert len(seen) == 4  # whose it is; gatherings; sessions; phases


def test_it_travels_compressed(browser, stranger, ada, second, designed):
    address = make(browser, ada)

    response = stranger.get(address, headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < len(stranger.get(address).data) / 2


def test_pages_that_show_days_lead_to_the_calendar(browser, ada, di, cohort, second):
    file = f'href="/cohorts/{cohort.id}/calendar"'

    agenda = browser.sign_in(ada).get(f"/installments/{second.id}/agenda").text
    home = browser.get("/home").text

    assert file in agenda
    assert 'href="/account/calendar"' in agenda
    assert f'href="/installments/{second.id}/agenda"' in home
    assert 'href="/account/calendar"' in browser.get("/account/").text
    assert file in browser.sign_in(di).get(f"/cohorts/{cohort.id}").text
