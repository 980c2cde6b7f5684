"""The second step: set up, asked for at the door, required of staff."""

import re
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Authenticator, BackupCode, Event, Message, Session
from nti_lms.services import second_step, tickets
from tests.conftest import PASSPHRASE

PROOF = {"passphrase": PASSPHRASE}
CODE = re.compile(r"<li>((?:[0-9A-HJKMNP-TV-Z]{4}-?){4})</li>")
NEW = "frase nueva bien larga"
SHOW = "/sign-in/second-step"
PAGE = "/account/second-step"
BEGIN = f"{PAGE}/app"
CONFIRM = f"{PAGE}/app/confirm"


def ring(browser):
    return browser.application.extensions["keyring"]


def code_of(browser, user, *, later=0):
    """What the app shows, that many steps from now."""
    secret = second_step.find_new_secret(user, ring(browser)) or _secret(browser, user)
    totp = pyotp.TOTP(secret)
    return totp.generate_otp(totp.timecode(clock.now()) + later)


def _secret(browser, user):
    app = db.session.scalars(select(Authenticator).where(Authenticator.user_id == user.id)).one()
    context = f"authenticator.sealed_secret:{user.id}".encode()
    return ring(browser).unwrap(app.sealed_secret, context).decode()


def set_up(browser, user):
    """An app for that person; the codes for paper."""
    browser.sign_in(user).post(BEGIN, data=PROOF)
    shown = browser.post(CONFIRM, data={"code": code_of(browser, user)})
    return CODE.findall(shown.text)


def come(browser, user, to=""):
    """Handle and passphrase at the door, from another browser."""
    data = {"handle": user.handle, "passphrase": PASSPHRASE, "to": to}
    other = browser.application.test_client()
    return other, other.post("/sign-in", data=data)


def kinds(user):
    query = select(Event.kind).where(Event.subject_id == user.id).order_by(Event.id)
    return list(db.session.scalars(query))


def means(user):
    return second_step.get_means(user)


# --- set up ---


def test_an_app_counts_once_its_first_code_is_typed(browser, ada):
    browser.sign_in(ada).post(BEGIN, data=PROOF)
    before = means(ada).is_set

    browser.post(CONFIRM, data={"code": code_of(browser, ada)})

    assert (before, means(ada).is_set) == (False, True)
    assert "second-step-app" in kinds(ada)


def test_the_secret_is_shown_until_it_is_confirmed_and_never_again(browser, ada):
    browser.sign_in(ada).post(BEGIN, data=PROOF)
    secret = _secret(browser, ada)
    before = browser.get(CONFIRM).text.replace("</span> <span>", "")

    browser.post(CONFIRM, data={"code": code_of(browser, ada)})

    assert secret in before
    assert "<svg" in before
    assert browser.get(CONFIRM).location == "/account/second-step"


def test_the_secret_is_kept_sealed(browser, ada):
    browser.sign_in(ada).post(BEGIN, data=PROOF)

    app = db.session.scalars(select(Authenticator)).one()

    assert _secret(browser, ada).encode() not in app.sealed_secret


def test_a_wrong_first_code_changes_nothing(browser, ada):
    browser.sign_in(ada).post(BEGIN, data=PROOF)

    response = browser.post(CONFIRM, data={"code": code_of(browser, ada, later=9)})

    assert response.status_code == 422
    assert not means(ada).is_set


@pytest.mark.parametrize("path", [BEGIN, f"{PAGE}/codes", f"{PAGE}/forget"])
def test_nothing_is_changed_without_the_passphrase(browser, ada, path):
    codes = set_up(browser, ada)
    before = (means(ada), db.session.scalar(select(func.count()).select_from(BackupCode)))

    responses = [browser.post(path, data={"passphrase": typed}) for typed in ("", "otra cosa")]

    assert [response.status_code for response in responses] == [422, 422]
    assert (means(ada), len(codes)) == before


def test_setting_up_gives_codes_a_new_token_and_ends_other_sessions(browser, ada):
    other = browser.application.test_client().sign_in(ada)
    browser.sign_in(ada)
    token = browser.get_cookie("nti").value
    browser.post(BEGIN, data=PROOF)

    shown = browser.post(CONFIRM, data={"code": code_of(browser, ada)})

    assert len(CODE.findall(shown.text)) == 8
    assert browser.get_cookie("nti").value != token
    assert [each.get("/account/").status_code for each in (browser, other)] == [200, 303]
    browser.set_cookie("nti", token)
    assert browser.get("/account/").status_code == 303


def test_the_journal_stays_open_under_the_new_token(browser, ada):
    set_up(browser, ada)

    assert db.session.scalars(select(Session)).one().sealed_keys is not None


def test_another_phone_takes_the_place_of_the_first(browser, ada):
    set_up(browser, ada)
    old = _secret(browser, ada)
    browser.post(BEGIN, data=PROOF)
    new = second_step.find_new_secret(ada, ring(browser))

    browser.post(CONFIRM, data={"code": code_of(browser, ada)})

    assert old != new == _secret(browser, ada)


def test_each_change_is_told_by_mail(browser, ada):
    set_up(browser, ada)
    browser.post("/account/second-step/codes", data=PROOF)
    browser.post("/account/second-step/forget", data=PROOF)

    mail = db.session.scalars(select(Message).order_by(Message.id)).all()

    assert [message.recipient for message in mail] == ["ada@example.org"] * 3
    assert len({message.body for message in mail}) == 3


def test_turned_off_it_is_not_asked_for(browser, ada):
    set_up(browser, ada)

    browser.post("/account/second-step/forget", data=PROOF)

    _other, response = come(browser, ada)
    assert response.location == "/home"
    assert (means(ada).is_set, means(ada).codes_left) == (False, 0)


# --- at the door ---


def test_the_passphrase_alone_signs_nobody_in(browser, ada):
    set_up(browser, ada)

    other, response = come(browser, ada, to="/account/")

    assert response.location == f"{SHOW}?to=/account/"
    assert other.get("/home").location == f"{SHOW}?to=/home"
    assert other.post("/journal/close").status_code == 303
    assert other.get("/account/").status_code == 303


def test_a_code_of_the_app_leads_to_the_page_that_was_wanted(browser, ada):
    set_up(browser, ada)
    other, _ = come(browser, ada)
    token = other.get_cookie("nti").value

    data = {"code": code_of(browser, ada, later=1), "to": "/account/"}
    response = other.post(SHOW, data=data)

    assert response.location == "/account/"
    assert other.get("/account/").status_code == 200
    assert other.get_cookie("nti").value != token


def test_a_code_works_once(browser, ada):
    set_up(browser, ada)
    code = code_of(browser, ada, later=1)
    come(browser, ada)[0].post(SHOW, data={"code": code})

    second = come(browser, ada)[0].post(SHOW, data={"code": code})

    assert second.status_code == 422


def test_a_backup_code_works_once_however_it_is_typed(browser, ada):
    code = set_up(browser, ada)[0]
    first, _ = come(browser, ada)
    second, _ = come(browser, ada)

    typed = code.lower().replace("-", " ")
    answers = [other.post(SHOW, data={"code": typed}).status_code for other in (first, second)]

    assert answers == [303, 422]
    assert means(ada).codes_left == 7
    assert "backup-code-used" in kinds(ada)


def test_new_backup_codes_put_the_old_ones_out_of_use(browser, ada):
    old = set_up(browser, ada)[0]
    new = CODE.findall(browser.post("/account/second-step/codes", data=PROOF).text)

    answers = [
        come(browser, ada)[0].post(SHOW, data={"code": code}).status_code for code in (old, new[0])
    ]

    assert answers == [422, 303]


def test_the_code_of_another_person_lets_nobody_in(browser, ada, cy):
    codes = set_up(browser, cy)
    set_up(browser, ada)

    other, _ = come(browser, ada)

    assert other.post(SHOW, data={"code": codes[0]}).status_code == 422
    assert other.post(SHOW, data={"code": code_of(browser, cy, later=1)}).status_code == 422
    assert means(cy).codes_left == 8


@pytest.mark.parametrize("code", ["", "x", "123456", "É" * 30, "0" * 500])
def test_a_bad_code_is_refused_kindly(browser, ada, code):
    set_up(browser, ada)
    other, _ = come(browser, ada)

    response = other.post(SHOW, data={"code": code})

    assert response.status_code == 422
    assert 'role="alert"' in response.text


def test_guessing_is_slowed_and_the_right_code_works_after_the_wait(browser, ada, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    codes = set_up(browser, ada)
    other, _ = come(browser, ada)
    for _number in range(6):
        other.post(SHOW, data={"code": "000000"})

    at_once = other.post(SHOW, data={"code": codes[0]})
    time_machine.shift(5)
    later = other.post(SHOW, data={"code": codes[0]})

    assert (at_once.status_code, later.status_code) == (422, 303)


def test_waiting_too_long_begins_at_the_door_again(browser, ada, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    codes = set_up(browser, ada)
    other, _ = come(browser, ada)

    time_machine.shift(601)

    assert other.post(SHOW, data={"code": codes[0]}).status_code == 401
    assert other.get(SHOW).location.startswith("/sign-in?")
    assert means(ada).codes_left == 8


def test_a_visitor_finds_no_second_step(browser, ada):
    assert browser.get(SHOW).location == f"/sign-in?to={SHOW}"
    assert browser.post(SHOW, data={"code": "123456"}).status_code == 401


def test_leaving_at_once_ends_a_session_that_waits(browser, ada):
    set_up(browser, ada)
    other, _ = come(browser, ada)

    other.get("/leave")

    assert db.session.scalars(select(Session)).one().second_step == "shown"


def test_a_forgotten_passphrase_does_not_pass_by_the_second_step(browser, ada):
    set_up(browser, ada)
    with unit_of_work():
        secret = tickets.issue(ada, "reset", is_on_paper=False)
    other = browser.application.test_client()

    other.post(f"/reset/{secret}", data={"passphrase": NEW, "again": NEW})

    assert other.get("/home").location == f"{SHOW}?to=/home"


# --- required of staff ---


def without_second_step(browser, user):
    browser.sign_in(user)
    with unit_of_work():
        session = db.session.scalars(select(Session).where(Session.user_id == user.id)).one()
        session.second_step = "none"
    return browser


def test_whose_role_asks_for_it_sets_it_up_before_all_else(browser, cast):
    led = {
        name: without_second_step(browser, user).get("/home").location
        for name, user in cast.items()
    }

    assert {name for name, to in led.items() if to == PAGE} == {"Bo", "Di", "Fa", "Ev", "Root"}
    assert {name for name, to in led.items() if to is None} == {"Ada", "Cy", "Re"}


def test_a_write_of_theirs_waits_too(browser, di):
    without_second_step(browser, di)

    assert browser.post("/account/sessions/end-others").location == "/account/second-step"
    piece = browser.post("/account/sessions/end-others", headers={"HX-Request": "true"})
    assert piece.headers["HX-Redirect"] == "/account/second-step"


def test_once_set_up_their_pages_open(browser, di):
    without_second_step(browser, di).post(BEGIN, data=PROOF)

    browser.post(CONFIRM, data={"code": code_of(browser, di)})

    assert browser.get("/people/").status_code == 200


def test_where_it_is_optional_they_are_let_in(browser, di, monkeypatch):
    extensions = browser.application.extensions
    optional = replace(extensions["settings"], is_second_step_required=False)
    monkeypatch.setitem(extensions, "settings", optional)

    assert without_second_step(browser, di).get("/people/").status_code == 200


def test_a_new_key_ring_opens_the_secret_of_an_app(browser, app, ada):
    set_up(browser, ada)
    code = code_of(browser, ada, later=1)

    rotated = app.test_cli_runner().invoke(args=["keys", "rotate"])

    assert rotated.exit_code == 0
    assert come(browser, ada)[0].post(SHOW, data={"code": code}).status_code == 303


# --- lost ---


def test_whoever_runs_the_machine_can_forget_it(browser, app, ada):
    set_up(browser, ada)

    done = app.test_cli_runner().invoke(args=["people", "forget-second-step", ada.handle])
    unknown = app.test_cli_runner().invoke(args=["people", "forget-second-step", "nobody"])

    db.session.expire_all()
    assert (done.exit_code, unknown.exit_code) == (0, 1)
    assert come(browser, ada)[1].location == "/home"
    assert kinds(ada)[-2:] == ["second-step-off", "signed-in"]
