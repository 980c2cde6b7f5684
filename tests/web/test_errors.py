"""When something goes wrong: a kind page, the typed text kept, the state unchanged."""

from contextlib import closing, contextmanager

import pytest
from pysqlite3 import dbapi2 as library
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from nti_lms import sqlite
from nti_lms.database import db
from nti_lms.models import Attempt, Entry, Receipt
from nti_lms.services import receipts
from tests.conftest import IS_POSTGRES, PASSPHRASE
from tests.factories import make_commitment

LESSON = "/lessons/sex-gender-norms"
WRITE = f"{LESSON}/reflections/house-norm"
TEXT = "Lo que escribí en el camino"
WORDS = {"text": TEXT, "revision": "0"}
HTMX = {"HX-Request": "true"}
AUTOSAVE = {"X-Autosave": "1"}
SORRY = "That could not be saved just now. Your text is still here; please try again."


def entries():
    return db.session.scalar(select(func.count()).select_from(Entry))


@pytest.fixture
def locked(app, monkeypatch):
    """While it lasts another process holds the lock for writing; nobody waits for long."""
    if IS_POSTGRES:
        pytest.skip("PostgreSQL has no lock around all writes")
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "busy_timeout=50"))

    @contextmanager
    def locked():
        db.session.commit()
        db.engine.dispose()  # so that connections are made with the short wait
        with closing(library.connect(db.engine.url.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    return locked


@pytest.fixture
def refused(app):
    """While it lasts the database refuses to commit what was written."""

    def note(connection, cursor, statement, *rest):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.info["wrote"] = True

    def refuse(connection):
        if connection.info.pop("wrote", False):
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    @contextmanager
    def refused():
        event.listen(db.engine, "before_cursor_execute", note)
        event.listen(db.engine, "commit", refuse)
        yield
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", refuse)

    return refused


# --- the database refuses ---


def test_a_locked_database_gives_the_text_back(browser, ada, locked):
    browser.sign_in(ada)

    with locked():
        response = browser.post(WRITE, data=WORDS)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert TEXT in response.text
    assert 'href="/journal"' in response.text  # the menu knows who asked
    assert entries() == 0


def test_a_locked_database_answers_htmx_with_a_notice(browser, ada, locked):
    browser.sign_in(ada)

    with locked():
        response = browser.post(WRITE, data=WORDS, headers=HTMX)

    assert response.status_code == 503
    assert response.headers["HX-Retarget"] == "#notices"
    assert response.headers["HX-Reswap"] == "innerHTML"
    assert 'class="notice' in response.text
    assert "<html" not in response.text


def test_a_locked_database_answers_an_autosave_in_json(browser, ada, locked):
    browser.sign_in(ada).set_cookie("language", "en")

    with locked():
        response = browser.post(WRITE, data=WORDS, headers=AUTOSAVE)

    assert (response.status_code, response.json) == (503, {"message": SORRY})


@pytest.mark.parametrize("url", [LESSON, "/home", "/journal", "/commitments", "/account/"])
def test_a_locked_database_can_still_be_read(browser, ada, locked, url):
    browser.sign_in(ada)

    with locked():
        response = browser.get(url)

    assert response.status_code == 200


def test_a_sign_in_that_cannot_be_kept_says_so(browser, ada, locked):
    data = {"handle": "ada@example.org", "passphrase": PASSPHRASE}

    with locked():
        response = browser.post("/sign-in", data=data)

    assert response.status_code == 503
    assert PASSPHRASE not in response.text
    assert "nti" not in {cookie.split("=")[0] for cookie in response.headers.getlist("Set-Cookie")}


def test_the_turn_is_handed_on_after_a_wait_in_vain(browser, ada, locked):
    browser.sign_in(ada)
    with locked():
        browser.post(WRITE, data=WORDS)

    response = browser.post(WRITE, data=WORDS)

    assert response.status_code == 303
    assert entries() == 1


@pytest.mark.parametrize("headers", [{}, HTMX, AUTOSAVE], ids=["plain", "htmx", "autosave"])
def test_a_refused_commit_leaves_nothing_for_the_next_writer(browser, ada, cy, refused, headers):
    browser.sign_in(ada)
    with refused():
        response = browser.post(WRITE, data={**WORDS, "idempotency_key": "k1"}, headers=headers)

    browser.sign_in(cy).post(WRITE, data=WORDS)

    assert response.status_code == 503
    assert db.session.scalars(select(Entry.user_id)).all() == [cy.id]
    assert db.session.scalars(select(Receipt)).all() == []


def test_a_refused_commit_gives_the_text_back(browser, ada, refused):
    browser.sign_in(ada)

    with refused():
        response = browser.post(WRITE, data=WORDS)

    assert response.status_code == 503
    assert TEXT in response.text
    assert 'href="/journal"' in response.text


def test_a_page_that_cannot_be_read_now_speaks_of_no_text(browser, ada):
    def refuse(connection, cursor, statement, *rest):
        raise OperationalError(statement, {}, Exception("server closed the connection"))

    browser.sign_in(ada).set_cookie("language", "en")
    event.listen(db.engine, "before_cursor_execute", refuse)
    response = browser.get("/journal")
    event.remove(db.engine, "before_cursor_execute", refuse)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "This page cannot be shown just now." in response.text
    assert SORRY not in response.text


# --- rules ---


def test_a_broken_rule_answers_a_page_htmx_a_notice_and_autosave_json(browser, ada, cohort, home):
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


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize("page", ["/attempts/{}", "/commitments/{}", "/journal/{}"])
def test_a_number_that_no_thing_has_is_not_found(browser, ada, page, number):
    assert browser.sign_in(ada).get(page.format(number)).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_kindly(browser, ada, method):
    response = getattr(browser.sign_in(ada), method)("/journal")

    assert response.status_code == 405
    assert "<h1" in response.text


def test_a_form_that_is_too_large_is_refused(browser, ada):
    response = browser.sign_in(ada).post(WRITE, data={"text": "x" * 1_100_000, "revision": "0"})

    assert response.status_code == 413
    assert entries() == 0


def test_a_file_that_is_too_large_to_be_read_at_all_is_refused_kindly(browser, di, cohort):
    """The more so in the browser of whoever sends it: a page in their language, not a bare 500."""
    url, kind = f"/cohorts/{cohort.id}/invitations", "multipart/form-data; boundary=x"

    response = browser.sign_in(di).post(url, data=b"x" * 2_100_000, content_type=kind)

    assert response.status_code == 413
    assert "elija un archivo más pequeño" in response.text
    assert "<h1" in response.text


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
    data = {**WORDS, "idempotency_key": "k1"}
    browser.sign_in(ada)

    places = {browser.post(WRITE, data=data).location for _ in range(3)}

    assert places == {f"{LESSON}#house-norm"}
    assert entries() == 1


@pytest.mark.parametrize("headers", [{}, AUTOSAVE], ids=["button", "quietly"])
@pytest.mark.parametrize("box", ["text", "body"])
def test_a_twin_that_is_kept_in_between_is_no_conflict(
    browser, ada, cohort, home, monkeypatch, box, headers
):
    """Two presses at once: the second one asks for a receipt before the first one is kept."""
    plan = make_commitment(ada, cohort=cohort, organisation=home)
    url = {"text": WRITE, "body": f"/commitments/{plan.id}/sections/C2"}[box]
    data = {box: TEXT, "revision": "0", "idempotency_key": "k1"}
    first = browser.sign_in(ada).post(url, data=data, headers=headers)
    find, asked = receipts.find_location, []

    def late(*what):
        asked.append(what)
        return find(*what) if len(asked) > (1 if headers else 2) else None

    monkeypatch.setattr(receipts, "find_location", late)
    second = browser.post(url, data=data, headers=headers)

    assert first.status_code in {200, 303}
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert (second.json or {}).get("revision") == (first.json or {}).get("revision")


def test_the_same_form_twice_is_told_to_htmx_too(browser, ada):
    data = {"idempotency_key": "k1"}
    browser.sign_in(ada)

    answers = [
        browser.post(f"{LESSON}/quiz/check/start", data=data, headers=HTMX) for _ in range(2)
    ]

    assert {answer.headers["HX-Redirect"] for answer in answers} == {f"{LESSON}/quiz/check"}
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_the_same_key_with_other_words_is_refused_and_shows_them(browser, ada):
    browser.sign_in(ada).post("/journal/pages", data={"text": "uno", "idempotency_key": "k1"})

    response = browser.post("/journal/pages", data={"text": TEXT, "idempotency_key": "k1"})

    assert response.status_code == 422
    assert TEXT in response.text
    assert entries() == 1


def test_two_people_may_have_the_same_key(browser, ada, cy):
    data = {"text": TEXT, "idempotency_key": "k1"}

    codes = [
        browser.sign_in(user).post("/journal/pages", data=data).status_code for user in (ada, cy)
    ]

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


def test_two_of_the_same_that_arrive_together_count_once(browser, ada, monkeypatch):
    """Both find no receipt, and only one can write it; the other is told the outcome."""
    data = {"text": TEXT, "idempotency_key": "k1"}
    browser.sign_in(ada).post("/journal/pages", data=data)
    find, blind = receipts.find_location, [None, None]
    monkeypatch.setattr(
        receipts, "find_location", lambda *args: blind.pop() if blind else find(*args)
    )

    response = browser.post("/journal/pages", data=data)

    assert blind == []
    assert (response.status_code, response.location) == (303, "/journal")
    assert entries() == 1
