"""When something goes wrong: said kindly, in the reader's language, and never at the text's cost."""

import re

import pysqlite3.dbapi2 as sqlite_library
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from nti_lms import sqlite
from nti_lms.database import db
from nti_lms.models import Attempt, Entry, Receipt
from tests.conftest import IS_POSTGRES
from tests.factories import make_commitment

LESSON = "/lessons/sex-gender-norms"
WRITE = f"{LESSON}/reflections/house-norm"
TEXT = "Lo que escribí en el camino"
HTMX = {"HX-Request": "true"}
AUTOSAVE = {"X-Autosave": "1"}
SORRY = {
    "es": "Ahora no se pudo guardar",
    "en": "That could not be saved just now. Your text is still here; please try again.",
}


def entries():
    return db.session.scalar(select(func.count()).select_from(Entry))


@pytest.fixture
def locked(app, monkeypatch):
    """Another process holds the lock for writing, and nobody waits for long."""
    if IS_POSTGRES:
        pytest.skip("PostgreSQL locks rows; see the test of a lock that is waited for too long")
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "busy_timeout=50"))

    def lock():
        db.session.commit()
        db.engine.dispose()
        other = sqlite_library.connect(db.engine.url.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other

    held = []
    yield lambda: held.append(lock())
    for connection in held:
        connection.close()


@pytest.fixture
def refused(app):
    """The database refuses every COMMIT of a write from now on."""

    def refuse(connection):
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    yield lambda: event.listen(db.engine, "commit", refuse)
    if event.contains(db.engine, "commit", refuse):
        event.remove(db.engine, "commit", refuse)


# --- the database refuses ---


def test_a_locked_database_gives_the_text_back(browser, ada, locked):
    browser.sign_in(ada)
    locked()

    response = browser.post(WRITE, data={"text": TEXT, "revision": "0"})

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert TEXT in response.text
    assert "<h1" in response.text
    assert 'href="/journal"' in response.text  # the menu knows who asked
    assert entries() == 0


def test_a_locked_database_answers_htmx_with_a_notice(browser, ada, locked):
    browser.sign_in(ada)
    locked()

    response = browser.post(WRITE, data={"text": TEXT, "revision": "0"}, headers=HTMX)

    assert response.status_code == 503
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == (
        "#notices",
        "innerHTML",
    )
    assert 'class="notice' in response.text
    assert "<html" not in response.text


def test_a_locked_database_answers_an_autosave_in_json(browser, ada, locked):
    browser.sign_in(ada)
    browser.set_cookie("language", "en")
    locked()

    response = browser.post(WRITE, data={"text": TEXT, "revision": "0"}, headers=AUTOSAVE)

    assert (response.status_code, response.json) == (503, {"message": SORRY["en"]})


def test_a_locked_database_still_shows_the_lesson(browser, ada, locked):
    browser.sign_in(ada)
    locked()

    response = browser.get(LESSON)

    assert response.status_code == 200


def test_the_next_one_can_write_once_the_lock_is_gone(browser, ada, locked, monkeypatch):
    browser.sign_in(ada)
    locked()
    browser.post(WRITE, data={"text": TEXT, "revision": "0"})
    db.session.remove()
    monkeypatch.undo()

    other = [c for c in _open_connections() if c.in_transaction]
    for connection in other:
        connection.rollback()

    assert browser.post(WRITE, data={"text": TEXT, "revision": "0"}).status_code == 303
    assert entries() == 1


@pytest.mark.parametrize("headers", [{}, HTMX, AUTOSAVE], ids=["plain", "htmx", "autosave"])
def test_a_refused_commit_leaves_nothing_behind(browser, ada, cy, refused, headers):
    browser.sign_in(cy)
    other = browser.application.test_client()
    browser.sign_in(ada)
    data = {"text": TEXT, "revision": "0", "idempotency_key": "k1"}
    refused()

    response = browser.post(WRITE, data=data, headers=headers)

    assert response.status_code == 503
    _accept_again()
    other.sign_in(cy).post(WRITE, data={"text": "Otro texto", "revision": "0"})
    kept = db.session.scalars(select(Entry)).all()
    assert [entry.user_id for entry in kept] == [cy.id]
    assert db.session.scalars(select(Receipt)).all() == []


def test_a_refused_commit_gives_the_text_back(browser, ada, refused):
    browser.sign_in(ada)
    refused()

    response = browser.post(WRITE, data={"text": TEXT, "revision": "0"})

    assert TEXT in response.text
    assert 'href="/journal"' in response.text


# --- rules ---


def test_a_broken_rule_answers_a_page_htmx_a_notice_and_autosave_json(
    browser, ada, cohort, home
):
    commitment = make_commitment(ada, cohort=cohort, organisation=home, status="submitted")
    url = f"/commitments/{commitment.id}/sections/C2"
    data = {"body": TEXT, "revision": "0"}
    browser.sign_in(ada)

    plain, htmx, quiet = (browser.post(url, data=data, headers=h) for h in ({}, HTMX, AUTOSAVE))

    assert [one.status_code for one in (plain, htmx, quiet)] == [409, 409, 409]
    assert TEXT in plain.text
    assert htmx.headers["HX-Retarget"] == "#notices"
    assert set(quiet.json) == {"message"}


def test_a_secret_is_never_shown_again(browser, ada):
    data = {
        "passphrase": "frase muy secreta",
        "again": "frase muy secreta",
        "current": "frase muy secreta",
        "recovery_code": "frase muy secreta",
        "csrf_token": "frase muy secreta",
        "handle": "ada@example.org",
    }

    response = browser.post("/account/passphrase", data=data)

    assert response.status_code == 401
    assert "ada@example.org" in response.text
    assert "frase muy secreta" not in response.text


# --- what is not there ---


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "No encontramos"), ("en", "We could not find that page.")],
)
@pytest.mark.parametrize("path", ["/lessons/nothing", "/modules/m77", "/nothing/at/all"])
def test_a_page_that_is_not_there_says_so_in_both_languages(browser, ada, path, language, words):
    browser.sign_in(ada).set_cookie("language", language)

    response = browser.get(path)

    assert response.status_code == 404
    assert f'<html lang="{language}">' in response.text
    assert words in response.text
    assert 'href="/help"' in response.text


def test_a_visitor_finds_help_on_a_page_that_is_not_there(browser):
    response = browser.get("/nothing")

    assert response.status_code == 404
    assert 'href="/help"' in response.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_kindly(browser, ada, method):
    response = getattr(browser.sign_in(ada), method)("/journal")

    assert response.status_code == 405
    assert "<h1" in response.text


def test_a_form_that_is_too_large_is_refused(browser, ada):
    response = browser.sign_in(ada).post(WRITE, data={"text": "x" * 1_100_000, "revision": "0"})

    assert response.status_code == 413
    assert entries() == 0


def test_a_crash_says_so_without_its_innards(app, browser, ada, monkeypatch):
    def crash():
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr("nti_lms.web.public.library.register", lambda name: crash())

    response = browser.sign_in(ada).get("/help")

    assert response.status_code == 500
    assert "secret of the machine" not in response.text
    assert "Traceback" not in response.text
    assert "<h1" in response.text


# --- the same form twice ---


def test_the_same_form_twice_counts_once_and_leads_to_the_same_place(browser, ada):
    data = {"text": TEXT, "revision": "0", "idempotency_key": "k1"}
    browser.sign_in(ada)

    places = {browser.post(WRITE, data=data).location for _ in range(3)}

    assert places == {f"{LESSON}#house-norm"}
    assert entries() == 1


def test_the_same_form_twice_is_told_to_htmx_too(browser, ada):
    data = {"idempotency_key": "k1"}
    browser.sign_in(ada)

    answers = [
        browser.post(f"{LESSON}/quiz/check/start", data=data, headers=HTMX) for _ in range(2)
    ]

    assert {answer.headers["HX-Redirect"] for answer in answers} == {f"{LESSON}/quiz/check"}
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_the_same_key_with_other_words_is_refused_and_shows_them(browser, ada):
    browser.sign_in(ada).post(
        "/journal/pages", data={"text": "uno", "idempotency_key": "k1"}
    )

    response = browser.post("/journal/pages", data={"text": TEXT, "idempotency_key": "k1"})

    assert response.status_code == 422
    assert TEXT in response.text
    assert entries() == 1


def test_two_people_may_have_the_same_key(browser, ada, cy):
    data = {"text": TEXT, "idempotency_key": "k1"}

    codes = [browser.sign_in(user).post("/journal/pages", data=data).status_code for user in (ada, cy)]

    assert codes == [303, 303]
    assert entries() == 2


@pytest.mark.parametrize("key", ["k" * 200, "k\x00k", "ñ" * 100], ids=["long", "nul", "wide"])
def test_an_odd_key_is_a_key_like_any_other(browser, ada, key):
    data = {"text": TEXT, "idempotency_key": key}
    browser.sign_in(ada)

    codes = [browser.post("/journal/pages", data=data).status_code for _ in range(2)]

    assert codes == [303, 303]
    assert entries() == 1


def test_a_refused_form_can_be_sent_again_with_the_same_key(browser, ada, cohort, home):
    commitment = make_commitment(ada, cohort=cohort, organisation=home)
    url = f"/commitments/{commitment.id}/sections/C2"
    browser.sign_in(ada)

    wrong = browser.post(url, data={"body": "x" * 20_001, "idempotency_key": "k1"})
    right = browser.post(url, data={"body": "x", "idempotency_key": "k1"})

    assert (wrong.status_code, right.status_code) == (422, 303)


# --- who asks survives what happens ---


def test_the_page_of_a_clash_still_knows_who_asks(app, browser, ada, monkeypatch):
    """Two requests with one key pass the question together; the second is told the outcome."""
    data = {"text": TEXT, "idempotency_key": "k1"}
    browser.sign_in(ada).post("/journal/pages", data=data)
    asked = iter([None])
    from nti_lms.web import once

    told = once.told_before
    monkeypatch.setattr("nti_lms.web.guard.once.told_before", lambda: next(asked, told()) )

    response = browser.post("/journal/pages", data=data)

    assert (response.status_code, response.location) == (303, "/journal")
    assert entries() == 1
