"""Coming in and going out."""

import re

import pytest
from sqlalchemy import select

from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Credential, Failure, KeyPair, Membership, Message, Session
from nti_lms.services import accounts, sessions, tickets
from tests.conftest import PASSPHRASE

SIGN_IN = {"handle": "ada@example.org", "passphrase": PASSPHRASE}
CHOICE = {"passphrase": "otra frase bien larga", "again": "otra frase bien larga"}


@pytest.fixture
def new_person(app, cohort, home):
    """Somebody who has been invited and has not come in yet."""
    with unit_of_work():
        return accounts.invite(
            "Nora",
            "nora.mamani",
            language="es",
            email=None,
            memberships=[
                Membership(role=Role.PARTICIPANT, cohort_id=cohort.id, organisation_id=home.id)
            ],
            actor=None,
        )


def ticket(user, purpose, *, is_on_paper=False):
    with unit_of_work():
        return tickets.issue(user, purpose, is_on_paper=is_on_paper)


def test_signing_in_opens_a_session_and_leads_home(browser, ada):
    response = browser.post("/sign-in", data=SIGN_IN)

    assert (response.status_code, response.location) == (303, "/home")
    session = db.session.scalars(select(Session)).one()
    assert session.user_id == ada.id
    assert session.sealed_keys is not None


def test_signing_in_leads_to_the_page_that_was_wanted(browser, ada):
    wanted = browser.get("/account/?x=1")

    response = browser.post("/sign-in", data={**SIGN_IN, "to": "/account/?x=1"})

    assert (wanted.status_code, wanted.location) == (303, "/sign-in?to=/account/?x%3D1")
    assert response.location == "/account/?x=1"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil", "/leave"])
def test_signing_in_leads_to_no_other_site(browser, ada, to):
    response = browser.post("/sign-in", data={**SIGN_IN, "to": to})

    assert response.location == "/"


@pytest.mark.parametrize("who", ["ada@example.org", "nobody@example.org"])
def test_a_wrong_sign_in_says_the_same_of_everybody(browser, ada, who):
    response = browser.post("/sign-in", data={"handle": who, "passphrase": "not the one at all"})

    assert response.status_code == 422
    assert who in response.text
    assert "not the one at all" not in response.text
    assert db.session.scalars(select(Session)).all() == []


def test_the_sixth_wrong_try_waits_and_the_wait_survives_the_refusals(browser, ada):
    wrong = {**SIGN_IN, "passphrase": "not the one at all"}
    codes = [browser.post("/sign-in", data=wrong).status_code for _ in range(6)]

    right = browser.post("/sign-in", data=SIGN_IN)

    assert codes == [422, 422, 422, 422, 422, 429]
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) >= 1
    assert len(db.session.scalars(select(Failure)).all()) == 3


def test_an_address_shared_by_many_lets_everybody_else_in(browser, ada, cy):
    for _ in range(6):
        browser.post("/sign-in", data={**SIGN_IN, "passphrase": "not the one at all"})

    response = browser.post("/sign-in", data={**SIGN_IN, "handle": "cy@example.org"})

    assert response.location == "/home"


def test_signing_out_ends_the_session_on_the_server(browser, ada):
    browser.sign_in(ada)

    response = browser.post("/sign-out")

    assert (response.status_code, response.location) == (303, "/")
    assert db.session.scalars(select(Session)).all() == []


def test_leaving_quickly_ends_the_session_with_a_plain_link(browser, ada):
    browser.sign_in(ada)

    response = browser.get("/leave")

    assert (response.status_code, response.location) == (303, "https://www.wikipedia.org/")
    assert db.session.scalars(select(Session)).all() == []


def test_an_old_token_opens_nothing(browser, ada):
    browser.sign_in(ada)
    browser.get("/leave")

    assert browser.get("/account/").status_code == 303


@pytest.mark.parametrize("is_on_paper", [False, True])
def test_an_invitation_lets_in_once(browser, new_person, is_on_paper):
    secret = ticket(new_person, "invitation", is_on_paper=is_on_paper)

    first = browser.post(f"/invitation/{secret}", data=CHOICE)
    second = browser.post(f"/invitation/{secret}", data=CHOICE)

    assert first.status_code == 200
    assert second.status_code == 410
    assert len(db.session.scalars(select(Credential)).all()) == 1


def test_an_accepted_invitation_shows_the_recovery_code_and_keeps_none(browser, new_person):
    secret = ticket(new_person, "invitation")

    response = browser.post(f"/invitation/{secret}", data=CHOICE)

    groups = re.findall(r"<span>([0-9A-HJKMNP-TV-Z]{4})</span>", response.text)
    assert len(groups) == 7
    pair = db.session.scalars(select(KeyPair)).one()
    assert pair.by_recovery_code is not None
    assert accounts.open_by_code(new_person, "-".join(groups), ring(browser)).keys() == {pair.id}


def test_a_paper_code_may_be_typed_loosely(browser, new_person):
    secret = ticket(new_person, "invitation", is_on_paper=True)

    typed = browser.post("/invitation", data={"code": secret.lower().replace("-", " ")})
    opened = browser.get(typed.location)

    assert opened.status_code == 200
    assert "nora.mamani" in opened.text


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"passphrase": "corta", "again": "corta"}, "passphrase-error"),
        ({"passphrase": "otra frase bien larga", "again": "distinta"}, "again-error"),
        ({"passphrase": "nora.mamani", "again": "nora.mamani"}, "passphrase-error"),
        ({"passphrase": "", "again": ""}, "passphrase-error"),
    ],
)
def test_a_weak_choice_is_refused_and_nothing_is_set(browser, new_person, choice, fault):
    secret = ticket(new_person, "invitation")

    response = browser.post(f"/invitation/{secret}", data=choice)

    assert response.status_code == 422
    assert f'id="{fault}"' in response.text
    assert db.session.scalars(select(Credential)).all() == []


def test_a_forgotten_passphrase_sends_one_mail_and_tells_nobody_else(browser, ada):
    known = browser.post("/forgotten", data={"handle": "ada@example.org"})
    unknown = browser.post("/forgotten", data={"handle": "nobody@example.org"})

    assert known.location == unknown.location == "/forgotten/sent"
    message = db.session.scalars(select(Message)).one()
    assert message.recipient == "ada@example.org"
    assert "/reset/" in message.body


def test_a_reset_without_the_code_leaves_older_entries_sealed_and_ends_sessions(browser, ada):
    browser.sign_in(ada)
    secret = ticket(ada, "reset")

    response = browser.post(f"/reset/{secret}", data=CHOICE)

    assert response.status_code == 200
    assert [pair.number for pair in accounts.list_key_pairs(ada)] == [2, 1]
    assert len(sessions.list_sessions(ada)) == 1


def test_a_reset_with_the_code_keeps_the_same_keys(app, browser, ada):
    with unit_of_work():
        proof = accounts.prove(ada, PASSPHRASE, app.extensions["keyring"])
        code = accounts.renew_recovery_code(proof, app.extensions["keyring"])
    secret = ticket(ada, "reset")

    response = browser.post(f"/reset/{secret}", data={**CHOICE, "recovery_code": code.lower()})

    assert (response.status_code, response.location) == (303, "/home")
    assert [pair.number for pair in accounts.list_key_pairs(ada)] == [1]
    again = accounts.prove(ada, CHOICE["passphrase"], app.extensions["keyring"])
    assert again.keys == proof.keys


def test_a_reset_with_a_wrong_code_changes_nothing(app, browser, ada):
    secret = ticket(ada, "reset")

    response = browser.post(
        f"/reset/{secret}", data={**CHOICE, "recovery_code": "K7QP-2MXD-9RTA-V3HC-AAAA-BBBB-CCCC"}
    )

    assert response.status_code == 422
    assert 'id="recovery_code-error"' in response.text
    assert accounts.prove(ada, PASSPHRASE, app.extensions["keyring"]) is not None
    assert browser.post(f"/reset/{secret}", data=CHOICE).status_code == 200


def ring(browser):
    return browser.application.extensions["keyring"]
