"""The clock is set an hour forward or back: nothing is lost, and nothing that has ended reopens."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine

from nti_lms import clock
from nti_lms.models import User
from nti_lms.services import sessions
from tests.conftest import PASSPHRASE, Browser

HOUR = timedelta(hours=1)
LESSON = "/lessons/sex-gender-norms"
WRITE = f"{LESSON}/reflections/house-norm"
QUIZ = f"{LESSON}/quiz/check"
AUTOSAVE = {"X-Autosave": "1"}
OPEN_QUESTION = "q-one-sentence"

SetClock = Callable[[timedelta], AbstractContextManager[object]]


@pytest.fixture
def set_clock() -> SetClock:
    """Set the clock by so much, for as long as it lasts."""
    return lambda change: time_machine.travel(clock.now() + change)


either_way = pytest.mark.parametrize("change", [HOUR, -HOUR], ids=["forward", "back"])


def save(browser: Browser, words: str, revision: int) -> object:
    form = {"text": words, "revision": str(revision), "idempotency_key": f"k{revision}"}
    return browser.post(WRITE, data=form, headers=AUTOSAVE).json["revision"]


@either_way
def test_a_session_and_its_saves_go_on(
    browser: Browser, ada: User, set_clock: SetClock, change: timedelta
) -> None:
    browser.sign_in(ada)
    saved = [save(browser, "before", 0)]

    with set_clock(change):
        saved += [save(browser, "meanwhile", 1), save(browser, "meanwhile", 1)]  # sent twice
        inside = browser.get("/home").status_code
    saved.append(save(browser, "after", 2))

    assert (saved, inside) == ([1, 2, 2, 3], 200)
    assert "after</textarea>" in browser.get(LESSON).text


@either_way
def test_an_attempt_keeps_its_answers_and_ends_once(
    browser: Browser, ada: User, set_clock: SetClock, change: timedelta
) -> None:
    browser.sign_in(ada).post(f"{QUIZ}/start")
    browser.post("/attempts/1/answers", data={OPEN_QUESTION: "before"}, headers=AUTOSAVE)

    with set_clock(change):
        found = browser.get(QUIZ).text
        ended = browser.post("/attempts/1/submit", data={"anyway": "1"})
    late = browser.post("/attempts/1/answers", data={OPEN_QUESTION: "after"}, headers=AUTOSAVE)
    again = browser.post("/attempts/1/submit", data={OPEN_QUESTION: "after", "anyway": "1"})
    review = browser.get("/attempts/1").text

    assert "before</textarea>" in found
    assert (ended.location, late.status_code, again.location) == ("/attempts/1", 409, "/attempts/1")
    assert ("before" in review, "after" in review) == (True, False)


def test_a_session_that_ran_out_stays_ended_when_the_clock_goes_back(
    browser: Browser, ada: User, set_clock: SetClock
) -> None:
    browser.sign_in(ada)

    with set_clock(sessions.IDLE + HOUR):
        ran_out = browser.get("/home").status_code
    later = browser.get("/home").status_code

    assert (ran_out, later) == (303, 303)


def test_a_journal_that_closed_stays_closed_when_the_clock_goes_back(
    browser: Browser, ada: User, set_clock: SetClock
) -> None:
    browser.sign_in(ada)
    save(browser, "words of mine", 0)

    with set_clock(HOUR):
        closed = "words of mine" not in browser.get(LESSON).text
    stays = "words of mine" not in browser.get(LESSON).text
    browser.post("/journal/open", data={"passphrase": PASSPHRASE})

    assert (closed, stays) == (True, True)
    assert "words of mine" in browser.get(LESSON).text


def test_who_mistyped_waits_no_hour_when_the_clock_goes_back(
    browser: Browser, ada: User, set_clock: SetClock
) -> None:
    with set_clock(HOUR):
        for _ in range(6):
            wrong = browser.post("/sign-in", data={"handle": ada.email, "passphrase": "not mine"})

    right = browser.post("/sign-in", data={"handle": ada.email, "passphrase": PASSPHRASE})

    assert (wrong.status_code, right.status_code) == (429, 303)
