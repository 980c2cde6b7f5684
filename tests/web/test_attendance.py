"""On which days one's own attendance was noted; never that of others."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.schedule import Days
from nti_lms.models import Installment, Membership
from nti_lms.services import accounts, attendance, gatherings
from tests.web.reader import words_only

DAY = timedelta(days=1)


@pytest.fixture
def first(cohort):
    return db.session.scalars(select(Installment).where(Installment.number == 1)).one()


@pytest.fixture
def second(cohort):
    return db.session.scalars(select(Installment).where(Installment.number == 2)).one()


@pytest.fixture
def note(fa):
    def note(installment, day, states):
        with unit_of_work():
            numbered = {who.id: state for who, state in states.items()}
            gatherings.note_attendance(installment, day, numbered, actor=fa)

    return note


def own_part(page: str) -> str:
    """What a page says of one's attendance."""
    parts = [part for part in page.split("<section") if "Mi asistencia" in part]
    return " ".join(words_only(part) for part in parts)


PAGES = ("/installments/{}/agenda", "/certificates")


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_their_own_days_and_nobody_elses(browser, ada, cy, first, note, address):
    note(first, first.starts_on, {ada: "present", cy: "absent"})
    note(first, first.ends_on, {ada: "excused", cy: "present"})

    parts = [own_part(browser.sign_in(who).get(address.format(first.id)).text) for who in (ada, cy)]

    words = ("Presente", "Ausente", "Con permiso", "Sin anotar")
    assert [[part.count(word) for word in words] for part in parts] == [[1, 0, 1, 2], [1, 1, 0, 2]]
    assert [name in part for part, name in zip(parts, ("Cy", "Ada"), strict=True)] == [False] * 2


@pytest.mark.parametrize("address", PAGES)
def test_days_to_come_are_not_listed(browser, ada, second, address):
    assert own_part(browser.sign_in(ada).get(address.format(second.id)).text).count("anotar") == (
        0 if "agenda" in address else 4
    )


def test_it_is_said_who_else_reads_it_and_that_is_so(browser, cast, ada, first, note):
    note(first, first.starts_on, {ada: "present"})

    part = own_part(browser.sign_in(ada).get(f"/installments/{first.id}/agenda").text)

    assert "quienes facilitan su cohorte, la coordinación del programa" in part
    people = {name: accounts.find_user(user.id) for name, user in cast.items()}
    readers = {name for name, who in people.items() if may.read_attendance(who, ada, first)}
    runners = {name for name, who in people.items() if may.run_installment(who, first)}
    assert readers == {"Ada", "Fa", "Di"}
    assert runners == readers - {"Ada"}


@pytest.mark.parametrize("name", ["Bo", "Re", "Ev", "Fa", "Di"])
def test_whoever_does_not_take_part_has_no_such_list(browser, cast, ada, first, note, name):
    note(first, first.starts_on, {ada: "present"})
    browser.sign_in(cast[name])

    for address in PAGES:
        assert "Mi asistencia" not in browser.get(address.format(first.id)).text
    assert "#attendance" not in browser.get("/account/").text


def test_what_was_noted_stays_visible_to_its_owner_after_leaving(browser, ada, first, note):
    note(first, first.starts_on, {ada: "present"})
    with unit_of_work():
        db.session.execute(delete(Membership).where(Membership.user_id == ada.id))

    part = own_part(browser.sign_in(ada).get("/certificates").text)

    assert "Presente" in part
    assert browser.get(f"/installments/{first.id}/agenda").status_code == 404


def test_a_day_noted_and_then_moved_away_is_still_told(ada, first, note):
    note(first, first.starts_on, {ada: "present"})
    gone = first.starts_on
    with unit_of_work():
        first.starts_on = gone + DAY

    (attended,) = attendance.at_all(ada)

    days = Days(first.starts_on, first.ends_on).each()
    assert attended.days == {gone: "present", **dict.fromkeys(days)}


@pytest.mark.parametrize("count", [1, 4])
def test_it_asks_one_question_however_many_days(statements, ada, first, note, count):
    for shift in range(count):
        note(first, first.starts_on + shift * DAY, {ada: "present"})
    assert first.ends_on < clock.today()

    with statements() as seen:
        attendance.at_all(ada)
        attendance.at_gathering(ada, first)

    assert len(seen) == 2
