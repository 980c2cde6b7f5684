"""The journal: sealed from the first word, read by its author alone, lost by nobody."""

import json

import pytest
from sqlalchemy import select

from nti_lms.database import Base, db
from nti_lms.models import Entry, Excerpt, Session
from tests.conftest import PASSPHRASE

WRITE = "/lessons/sex-gender-norms/reflections/house-norm"
SECRET = "Que un hombre serio no pide permiso"
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def entry(browser, ada):
    browser.sign_in(ada).post(WRITE, data={"text": SECRET, "revision": "0"})
    return db.session.scalars(select(Entry)).one()


def one():
    return db.session.scalars(select(Entry)).one()


def test_writing_seals_and_comes_back_to_the_prompt(browser, ada):
    response = browser.sign_in(ada).post(WRITE, data={"text": SECRET, "revision": "0"})

    assert response.status_code == 303
    assert response.location == "/lessons/sex-gender-norms#house-norm"
    kept = one()
    assert (kept.user_id, kept.block, kept.revision) == (ada.id, "house-norm", 1)
    assert SECRET.encode() not in kept.envelope


def test_the_author_reads_it_and_nobody_else(browser, cast, entry):
    seen = {
        name: SECRET in browser.sign_in(user).get("/journal").text for name, user in cast.items()
    }

    assert seen == dict.fromkeys(cast, False) | {"Ada": True}


@pytest.mark.parametrize("path", ["", "/carry", "/erase"])
def test_another_persons_entry_is_as_if_it_were_not_there(browser, cast, entry, path):
    others = [user for name, user in cast.items() if name != "Ada"]

    codes = {
        browser.sign_in(user).get(f"/journal/entries/{entry.id}{path}").status_code
        for user in others
    }

    assert codes == {404}


def test_an_autosave_is_told_what_is_kept(browser, ada):
    response = browser.sign_in(ada).post(
        WRITE, data={"text": SECRET, "revision": "0"}, headers=AUTOSAVE
    )

    assert response.status_code == 200
    assert response.json["revision"] == 1
    assert response.json["saved_at"].startswith(("Guardado hoy", "Saved today"))


def test_a_repeated_autosave_counts_once(browser, ada):
    data = {"text": SECRET, "revision": "0", "idempotency_key": "k1"}
    browser.sign_in(ada)

    first, second = (browser.post(WRITE, data=data, headers=AUTOSAVE) for _ in range(2))

    assert first.json["revision"] == second.json["revision"] == 1
    assert one().revision == 1


def test_writing_goes_on_while_the_journal_is_closed(browser, ada):
    browser.sign_in(ada, with_journal=False)

    response = browser.post(WRITE, data={"text": SECRET, "revision": "0"})

    assert response.status_code == 303
    assert SECRET not in browser.get("/journal").text
    assert one().revision == 1


def test_the_passphrase_opens_it_again(browser, ada, entry):
    browser.sign_in(ada, with_journal=False)

    wrong = browser.post("/journal/open", data={"passphrase": "not the one at all"})
    right = browser.post("/journal/open", data={"passphrase": PASSPHRASE})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert SECRET in browser.get("/journal").text


def test_opening_it_puts_the_token_of_before_out_of_use(browser, ada, entry):
    browser.sign_in(ada, with_journal=False)
    before = browser.get_cookie("nti").value

    browser.post("/journal/open", data={"passphrase": PASSPHRASE})

    assert browser.get_cookie("nti").value != before
    browser.set_cookie("nti", before)
    assert browser.get("/journal").status_code == 303


def test_closing_it_takes_the_keys_away(browser, ada, entry):
    browser.post("/journal/close")

    assert db.session.scalars(select(Session.sealed_keys)).one() is None
    assert SECRET not in browser.get("/journal").text


def test_two_tabs_show_both_texts_and_let_the_person_choose(browser, ada, entry):
    other = {"text": "El otro texto", "revision": "0"}

    refused = browser.post(WRITE, data=other)
    chosen = browser.post(WRITE, data={**other, "instead_of": "1"})

    assert refused.status_code == 409
    assert SECRET in refused.text
    assert "El otro texto" in refused.text
    assert chosen.status_code == 303
    assert one().revision == 2


def test_a_quiet_conflict_brings_the_newer_text(browser, ada, entry):
    response = browser.post(WRITE, data={"text": "otro", "revision": "0"}, headers=AUTOSAVE)

    assert response.status_code == 409
    assert SECRET in response.json["conflict"]
    assert "<form" not in response.json["conflict"]
    assert one().revision == 1


def test_a_prompt_that_does_not_exist_is_not_written(browser, ada):
    response = browser.sign_in(ada).post(
        "/lessons/sex-gender-norms/reflections/nothing", data={"text": SECRET, "revision": "0"}
    )

    assert response.status_code == 404
    assert db.session.scalars(select(Entry)).all() == []


def test_a_text_that_is_too_long_is_refused_and_shown_again(browser, ada):
    response = browser.sign_in(ada).post(WRITE, data={"text": "ñ" * 110_000, "revision": "0"})

    assert response.status_code == 413
    assert "ñ" * 110_000 in response.text
    assert db.session.scalars(select(Entry)).all() == []


def test_a_visitor_keeps_what_was_typed(browser, ada):
    response = browser.post(WRITE, data={"text": SECRET, "revision": "0"})

    assert response.status_code == 401
    assert SECRET in response.text


def test_a_free_page_is_kept(browser, ada):
    browser.sign_in(ada).post("/journal/pages", data={"text": "Hoy hablé en la reunión"})

    assert "Hoy hablé en la reunión" in browser.get("/journal").text
    assert one().lesson_id is None


def test_the_export_holds_ones_own_words_and_is_not_cached(browser, ada, entry):
    response = browser.get("/journal/export")

    assert SECRET in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_erasing_asks_first_and_then_erases(browser, ada, entry):
    asked = browser.get("/journal/erase")
    browser.post("/journal/erase")

    assert asked.status_code == 200
    assert db.session.scalars(select(Entry)).all() == []


def test_a_part_goes_to_the_section_that_the_prompt_names(browser, ada, entry):
    form = browser.get(f"/journal/entries/{entry.id}/carry")
    response = browser.post(
        f"/journal/entries/{entry.id}/carry",
        data={"body": "Se espera que no pida permiso", "is_checked": "y", "code": "C2"},
    )

    assert SECRET in form.text
    excerpt = db.session.scalars(select(Excerpt)).one()
    assert response.location == f"/commitments/{excerpt.commitment_id}#c2"
    assert (excerpt.code, excerpt.body, excerpt.entry_id, excerpt.block) == (
        "C2",
        "Se espera que no pida permiso",
        entry.id,
        "house-norm",
    )
    shown = browser.get(response.location).text
    assert "Se espera que no pida permiso" in shown
    assert SECRET not in shown
    assert "Se espera que no pida permiso" in browser.get("/journal").text


def test_a_part_is_not_copied_unchecked(browser, ada, entry):
    response = browser.post(
        f"/journal/entries/{entry.id}/carry", data={"body": "Mi parte editada", "code": "C2"}
    )

    assert response.status_code == 422
    assert "Mi parte editada" in response.text
    assert db.session.scalars(select(Excerpt)).all() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_journal_asks_a_constant_number_of_questions(browser, ada, statements, count):
    browser.sign_in(ada)
    for number in range(count):
        browser.post("/journal/pages", data={"text": f"Página {number}"})
    browser.get("/journal")

    with statements() as seen:
        response = browser.get("/journal")

    assert response.text.count('id="page-') == count
    assert len(seen) == 5  # who asks; entries; the outline; the prompts as seen; what was taken


def test_nothing_written_is_readable_in_the_database(app, browser, ada, entry):
    rows = [
        json.dumps([str(value) for value in row])
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
    ]

    assert not [row for row in rows if SECRET in row]
