"""Too fast is refused kindly, for one person alone; a classroom behind one address comes in."""

import time

import pytest
from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import Entry, Session
from nti_lms.web import paces
from tests.conftest import PASSPHRASE, person

TEXT = "Lo que quiero recordar de hoy"


AHEAD = 60  # seconds that a slow machine may take between using up and asking


def use_up(app, user, pace):
    """Somebody has taken all turns of that pace, and those of the next minute."""
    turns = app.extensions["turns"]
    while not turns.take(user.id, pace, time.monotonic() + AHEAD):
        pass


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_who_saves_too_fast_keeps_the_text_and_is_told_in_their_language(app, browser, ada):
    use_up(app, ada, paces.WRITES)

    response = browser.sign_in(ada).post("/journal/pages", data={"text": TEXT})

    assert response.status_code == 429
    assert TEXT in response.text
    assert "Hubo demasiados intentos" in response.text
    assert count(Entry) == 0


def test_an_autosave_is_told_to_come_again(app, browser, ada):
    use_up(app, ada, paces.WRITES)

    response = browser.sign_in(ada).post(
        "/lessons/sex-gender-norms/reflections/house-norm",
        data={"text": TEXT, "revision": "0"},
        headers={"X-Autosave": "1"},
    )

    assert response.status_code == 429
    assert "Hubo demasiados intentos" in response.json["message"]


def test_others_are_not_slowed_and_reading_goes_on(app, browser, ada, cy):
    use_up(app, ada, paces.WRITES)

    assert browser.sign_in(ada).get("/journal").status_code == 200
    assert browser.sign_in(cy).post("/journal/pages", data={"text": TEXT}).status_code == 303


@pytest.mark.parametrize(
    ("name", "method", "url", "pace"),
    [
        ("Ada", "POST", "/workbooks/mine/m1", paces.BOOKS),
        ("Ada", "POST", "/workbooks", paces.ORDERS),
        ("Ada", "GET", "/journal/export", paces.EXPORTS),
        ("Fa", "POST", "/authoring/agreements", paces.LESSONS),
        ("Di", "POST", "/people/invite", paces.LETTERS),
    ],
)
def test_what_is_costly_has_a_pace_of_its_own(app, browser, cast, name, method, url, pace):
    browser.sign_in(cast[name])
    use_up(app, cast[name], pace)

    response = browser.open(url, method=method)

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= pace.seconds + AHEAD


def test_a_classroom_of_forty_comes_in_from_one_address(app, browser, cohort, home):
    """Each of them mistypes once or twice before."""
    people = [person(app, f"P{n}", Role.PARTICIPANT, cohort, home) for n in range(40)]
    before, codes = count(Session), []

    for number, user in enumerate(people):
        browser.delete_cookie("nti")
        wrong = [f"no es esta {n}" for n in range(1 + number % 2)]
        for passphrase in [*wrong, PASSPHRASE]:
            form = {"handle": user.handle, "passphrase": passphrase}
            codes.append(browser.post("/sign-in", data=form).status_code)

    assert codes.count(303) == 40
    assert codes.count(422) == 60
    assert count(Session) == before + 40
