"""One's own account: sessions, passphrase, recovery sheet."""

import re

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.domain.errors import RecoveryCodeWrong
from nti_lms.models import Credential, Event, Failure, KeyPair, Session
from nti_lms.services import accounts, sessions
from tests.conftest import PASSPHRASE

NEW = "otra frase bien larga"
CHANGE = {"current": PASSPHRASE, "passphrase": NEW, "again": NEW}
WRITE = "/lessons/sex-gender-norms/reflections/house-norm"
GROUP = re.compile(r"<span>([0-9A-HJKMNP-TV-Z]{4})</span>")
PROOF = re.compile(r'name="proof" value="([^"]+)"')


@pytest.fixture
def ring(app):
    return app.extensions["keyring"]


def hashes(user):
    return {session.token_hash for session in sessions.list_sessions(user)}


def kinds(user):
    query = select(Event.kind).where(Event.subject_id == user.id).order_by(Event.id)
    return list(db.session.scalars(query))


def second_browser(browser, user):
    return browser.application.test_client().sign_in(user)


# --- sessions ---


def test_the_page_lists_my_sessions_and_marks_this_one(browser, ada):
    second_browser(browser, ada)

    page = browser.sign_in(ada).get("/account/").text

    assert page.count('/end"') == 1
    assert page.count('/end-others"') == 1


def test_the_page_never_holds_a_token(browser, ada):
    browser.sign_in(ada)

    assert browser.get_cookie("nti").value not in browser.get("/account/").text


def test_ending_a_session_ends_it_at_once(browser, ada):
    other = second_browser(browser, ada)
    (name,) = hashes(ada)

    response = browser.sign_in(ada).post(f"/account/sessions/{name.hex()}/end")

    assert (response.status_code, response.location) == (303, "/account/")
    assert other.get("/account/").status_code == 303
    assert browser.get("/account/").status_code == 200
    assert kinds(ada)[-1] == "session-ended"


@pytest.mark.parametrize("name", ["", "x", "0" * 64, "g" * 64, "A" * 64, "0" * 63])
def test_a_session_that_does_not_exist_is_not_found(browser, ada, name):
    assert browser.sign_in(ada).post(f"/account/sessions/{name}/end").status_code == 404


def test_nobody_ends_anothers_session(browser, cast):
    second_browser(browser, cast["Ada"])
    (name,) = hashes(cast["Ada"])
    others = [user for who, user in cast.items() if who != "Ada"]

    codes = {
        browser.sign_in(user).post(f"/account/sessions/{name.hex()}/end").status_code
        for user in others
    }

    assert codes == {404}
    assert hashes(cast["Ada"]) == {name}


def test_ending_the_others_leaves_this_one_and_those_of_other_people(browser, ada, cy):
    one, two = second_browser(browser, ada), second_browser(browser, cy)

    browser.sign_in(ada).post("/account/sessions/end-others")

    codes = [each.get("/account/").status_code for each in (browser, one, two)]
    assert codes == [200, 303, 200]


# --- passphrase ---


def test_changing_the_passphrase_keeps_the_journal_readable(browser, ada):
    browser.sign_in(ada).post(WRITE, data={"text": "Lo que escribí", "revision": "0"})

    response = browser.post("/account/passphrase", data=CHANGE)

    assert (response.status_code, response.location) == (303, "/account/")
    assert "Lo que escribí" in browser.get("/journal").text
    browser.get("/leave")
    browser.post("/sign-in", data={"handle": "ada@example.org", "passphrase": NEW})
    assert "Lo que escribí" in browser.get("/journal").text
    assert kinds(ada)[-2:] == ["passphrase-changed", "signed-in"]


def test_the_old_passphrase_no_longer_opens_and_the_recovery_code_still_does(browser, ada, ring):
    proof = accounts.prove(ada, PASSPHRASE, ring)
    code = accounts.renew_recovery_code(proof, ring)
    db.session.commit()

    browser.sign_in(ada).post("/account/passphrase", data=CHANGE)

    assert accounts.prove(ada, PASSPHRASE, ring) is None
    assert accounts.open_by_code(ada, code, ring) == proof.keys


def test_changing_the_passphrase_ends_the_other_sessions(browser, ada):
    other = second_browser(browser, ada)

    browser.sign_in(ada).post("/account/passphrase", data=CHANGE)

    assert [each.get("/account/").status_code for each in (browser, other)] == [200, 303]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current": ""}, "current"),
        ({"current": "not the one at all"}, "current"),
        ({"passphrase": "", "again": ""}, "passphrase"),
        ({"passphrase": "corta", "again": "corta"}, "passphrase"),
        ({"passphrase": "x" * 129, "again": "x" * 129}, "passphrase"),
        ({"passphrase": "a" * 20, "again": "a" * 20}, "passphrase"),
        ({"passphrase": "ada@example.org", "again": "ada@example.org"}, "passphrase"),
        ({"again": "distinta del todo"}, "again"),
    ],
)
def test_a_bad_change_names_the_field_and_changes_nothing(browser, ada, changes, field):
    before = db.session.scalars(select(Credential.verifier)).one()

    response = browser.sign_in(ada).post("/account/passphrase", data={**CHANGE, **changes})

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert NEW not in response.text
    assert PASSPHRASE not in response.text
    assert db.session.scalars(select(Credential.verifier)).one() == before


def test_guessing_the_present_passphrase_slows_down(browser, ada):
    wrong = {**CHANGE, "current": "not the one at all"}
    browser.sign_in(ada)
    for _ in range(5):
        browser.post("/account/passphrase", data=wrong)

    response = browser.post("/account/passphrase", data=CHANGE)

    assert response.status_code == 422
    assert db.session.scalars(select(Failure.count).order_by(Failure.count.desc())).first() == 5
    assert (
        browser.post(
            "/sign-in", data={"handle": "ada@example.org", "passphrase": PASSPHRASE}
        ).status_code
        == 429
    )


# --- recovery sheet ---


def test_a_new_sheet_shows_its_code_once_and_replaces_the_one_before(browser, ada, ring):
    old = accounts.renew_recovery_code(accounts.prove(ada, PASSPHRASE, ring), ring)
    db.session.commit()

    response = browser.sign_in(ada).post("/account/recovery-sheet", data={"passphrase": PASSPHRASE})

    code = "-".join(GROUP.findall(response.text))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert accounts.open_by_code(ada, code, ring) != {}
    with pytest.raises(RecoveryCodeWrong):
        accounts.open_by_code(ada, old, ring)
    assert code not in browser.get("/account/").text


@pytest.mark.parametrize("passphrase", ["", "not the one at all"])
def test_a_sheet_is_not_made_without_the_passphrase(browser, ada, passphrase):
    before = db.session.scalars(select(KeyPair.by_recovery_code)).one()

    response = browser.sign_in(ada).post("/account/recovery-sheet", data={"passphrase": passphrase})

    assert response.status_code == 422
    assert 'id="passphrase-error"' in response.text
    assert db.session.scalars(select(KeyPair.by_recovery_code)).one() == before


def test_the_last_four_characters_confirm_the_sheet(browser, ada):
    shown = browser.sign_in(ada).post("/account/recovery-sheet", data={"passphrase": PASSPHRASE})
    last, proof = GROUP.findall(shown.text)[-1], PROOF.search(shown.text)[1]

    browser.post(
        "/account/recovery-sheet/confirm", data={"last_four": last.lower(), "proof": proof}
    )

    assert db.session.scalars(select(KeyPair.code_confirmed_at)).one() is not None


@pytest.mark.parametrize("tampered", [True, False])
def test_other_characters_confirm_nothing(browser, ada, tampered):
    shown = browser.sign_in(ada).post("/account/recovery-sheet", data={"passphrase": PASSPHRASE})
    last, proof = GROUP.findall(shown.text)[-1], PROOF.search(shown.text)[1]
    data = (
        {"last_four": last, "proof": "x" + proof}
        if tampered
        else {
            "last_four": "0000" if last != "0000" else "1111",
            "proof": proof,
        }
    )

    response = browser.post("/account/recovery-sheet/confirm", data=data)

    assert response.status_code == 303
    assert db.session.scalars(select(KeyPair.code_confirmed_at)).one() is None


def test_the_proof_of_another_person_confirms_nothing(browser, ada, cy):
    shown = browser.sign_in(cy).post("/account/recovery-sheet", data={"passphrase": PASSPHRASE})
    last, proof = GROUP.findall(shown.text)[-1], PROOF.search(shown.text)[1]

    browser.sign_in(ada).post(
        "/account/recovery-sheet/confirm", data={"last_four": last, "proof": proof}
    )

    confirmed = db.session.scalars(select(KeyPair.code_confirmed_at)).all()
    assert confirmed == [None, None]


def test_a_journal_that_is_opened_does_not_bring_back_a_session_that_ended(
    browser, ada, monkeypatch
):
    """Argon2 takes its time; meanwhile somebody may have ended this session elsewhere."""
    browser.sign_in(ada, with_journal=False)
    prove = accounts.prove

    def end_and_prove(*args):
        for session in sessions.list_sessions(ada):
            db.session.delete(session)
        db.session.commit()
        return prove(*args)

    monkeypatch.setattr(accounts, "prove", end_and_prove)

    browser.post("/journal/open", data={"passphrase": PASSPHRASE})

    assert db.session.scalars(select(Session)).all() == []
