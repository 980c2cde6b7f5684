"""How often a quiz may be answered, and what each kind of question wins, through the front door."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Answer, Attempt, Session
from tests.quizzes import ENGLISH, POINTS, RIGHT, SPANISH, URL, Form, add_lesson

OPENING = "::: {.quiz #example}"


def allow(terms):
    """Publish the quiz with these attributes."""
    marked = OPENING.replace("}", f" {terms}}}")
    return add_lesson(SPANISH.replace(OPENING, marked), ENGLISH.replace(OPENING, marked))


def take(browser, answers=RIGHT):
    """Begin, submit, and give what the server says to each."""
    begun = browser.post(f"{URL}/start")
    last = db.session.scalars(select(Attempt.id).order_by(Attempt.id.desc())).first()
    submitted = browser.post(f"/attempts/{last}/submit", data={**answers, "anyway": "1"})
    return begun.status_code, submitted.status_code


def count():
    return db.session.scalar(select(func.count()).select_from(Attempt))


def last():
    return db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()


# --- how often ---


def test_without_terms_one_begins_again_at_once(browser, ada):
    add_lesson()
    browser.sign_in(ada)

    assert [take(browser) for _ in range(4)] == [(303, 303)] * 4


def test_an_attempt_beyond_the_limit_is_refused_and_the_results_stay(browser, ada):
    allow("attempts=2")
    browser.sign_in(ada).set_cookie("language", "en")
    first = browser.get(URL).text
    take(browser, {})
    second = browser.get(URL).text
    take(browser)

    refused = browser.post(f"{URL}/start")

    assert "up to 2 times" in first
    assert "2 attempts are left." in first
    assert "One attempt is left." in second
    assert (refused.status_code, count()) == (409, 2)
    assert "No attempt is left." in refused.text
    assert f'action="{URL}/start"' not in refused.text
    assert re.findall(r">([\d.]+ of \d)</a>", refused.text) == [
        f"{POINTS} of {POINTS}",
        f"0 of {POINTS}",
    ]


def test_an_open_attempt_goes_on_beyond_the_limit(browser, ada):
    allow("attempts=3")
    browser.sign_in(ada)
    take(browser)
    browser.post(f"{URL}/start")
    allow("attempts=1")  # the author changes their mind meanwhile

    again = browser.post(f"{URL}/start")
    submitted = browser.post(f"/attempts/{last().id}/submit", data=RIGHT)

    assert (again.status_code, again.location, count()) == (303, URL, 2)
    assert (submitted.status_code, last().points) == (303, POINTS)
    assert browser.post(f"{URL}/start").status_code == 409


def test_between_attempts_one_waits_by_the_clock_of_the_server(browser, ada):
    allow("wait=90")
    browser.sign_in(ada).set_cookie("language", "en")
    take(browser)

    soon = browser.post(f"{URL}/start")
    page = browser.get(URL).text
    with time_machine.travel(clock.now() + timedelta(minutes=91)):
        later = browser.post(f"{URL}/start")

    assert (soon.status_code, later.status_code, count()) == (409, 303, 2)
    assert "The next attempt opens " in page
    assert f'action="{URL}/start"' not in page


def test_the_terms_are_told_before_one_begins(browser, ada):
    allow("attempts=3 wait=120")
    browser.sign_in(ada)

    pages = [browser.get(URL, headers={"Accept-Language": "es"}).text]
    browser.set_cookie("language", "en")
    pages.append(browser.get(URL).text)

    assert "hasta 3 veces" in pages[0]
    assert "esperar 2 horas" in pages[0]
    assert "From one attempt to the next you wait 2 hours." in pages[1]


def test_the_limit_holds_for_each_person(browser, ada, cy):
    allow("attempts=1")
    take(browser.sign_in(ada))

    assert take(browser.sign_in(cy)) == (303, 303)


# --- what an answer wins ---

# The fields of one kind of question, and the points that they win of one.
PARTS = [
    ({"q-one": "leave"}, 1),
    ({"q-one": "coffee"}, 0),
    ({"q-several": ["nickname", "silence"]}, 1),
    ({"q-several": ["nickname"]}, Fraction(1, 2)),
    ({"q-several": ["nickname", "form"]}, 0),
    ({"q-several": ["nickname", "silence", "form"]}, Fraction(1, 2)),
    ({"q-written": "false"}, 1),
    ({"q-written": "true"}, 0),
    ({"q-pairs.think": "attitude", "q-pairs.do": "law"}, Fraction(1, 3)),
    ({"q-pairs.think": "attitude", "q-pairs.do": "practice"}, Fraction(2, 3)),
    # One entry in its place out of three; the other two have changed theirs.
    (
        {"q-oldest.grandparents": "1", "q-oldest.parents": "3", "q-oldest.mine": "2"},
        Fraction(1, 3),
    ),
    ({"q-oldest.grandparents": "1"}, 0),  # an order is one only when it is whole
    ({"q-office": "  dna. "}, 1),
    ({"q-office": "SECRET  defensoría"}, 1),
    ({"q-office": "slim"}, 0),
    ({"q-length": "6173,0"}, 1),
    ({"q-length": "6 173"}, 0),
    ({"q-gaps.first": "approval"}, Fraction(1, 2)),
    ({"q-gaps.first": "approval", "q-gaps.second": "rule"}, Fraction(1, 2)),
    ({"q-word.only": "SECRET-SANCIÓN."}, 1),
    ({"q-word.only": "otra"}, 0),
    ({"q-sure": "yes"}, 0),
    ({"q-write": "Una norma"}, 0),
]


@pytest.mark.parametrize(("answers", "points"), PARTS)
def test_each_kind_wins_its_part_of_a_point_exactly(browser, ada, answers, points):
    add_lesson()
    take(browser.sign_in(ada), answers)

    attempt = last()

    assert (attempt.points, attempt.offered) == (points, POINTS)
    kept = db.session.execute(select(Answer.hits, Answer.parts)).one()
    is_scored = not {"q-sure", "q-write"} & set(answers)
    assert kept == ((*Fraction(points).as_integer_ratio(),) if is_scored else (None, None))


def test_parts_of_points_add_up_exactly_and_are_told(browser, ada):
    add_lesson()
    answers = {
        "q-several": ["nickname"],  # 1/2
        "q-pairs.think": "attitude",  # 1/3
        "q-gaps.first": "approval",  # 1/2
        "q-written": "false",  # 1
    }
    browser.sign_in(ada).set_cookie("language", "en")
    take(browser, answers)

    page = browser.get(f"/attempts/{last().id}").text

    assert last().points == Fraction(7, 3)
    assert f"You got 2.33 of {POINTS} points" in page
    assert page.count("Partly right: 0.5 of 1") == 2
    assert page.count("Partly right: 0.33 of 1") == 1


def test_what_is_not_whole_is_never_called_whole(browser, ada):
    add_lesson()
    almost = {**RIGHT, "q-pairs.expect": "law"}
    browser.sign_in(ada)
    take(browser, almost)

    page = browser.get(f"/attempts/{last().id}").text

    assert f"8,66 de {POINTS}" in page


def test_the_better_share_counts_even_by_a_sixth_of_a_point(browser, ada):
    add_lesson()
    browser.sign_in(ada).set_cookie("language", "en")
    take(browser, {"q-several": ["nickname"]})  # 1/2
    take(browser, {"q-pairs.think": "attitude", "q-pairs.do": "practice"})  # 2/3
    take(browser, {"q-gaps.first": "approval"})  # 1/2

    page = browser.get(f"/attempts/{last().id}").text

    assert f"Your best result so far: 0.66 of {POINTS}." in page


# --- sessions that end meanwhile ---


def test_a_session_that_ends_meanwhile_loses_nothing_and_counts_once(browser, ada):
    add_lesson()
    browser.sign_in(ada).post(f"{URL}/start")
    attempt = last().id
    browser.post(f"/attempts/{attempt}/answers", data={"q-one": "leave"})
    form = Form(browser.get(URL).text)
    with unit_of_work():
        for session in db.session.scalars(select(Session)):
            db.session.delete(session)
    fields = {**form.fill({"q-write": "Una frase larga"}), "anyway": "1"}

    refused = browser.post(form.buttons["done"], data=fields)
    browser.sign_in(ada)
    sent_again = [browser.post(form.buttons["done"], data=fields).status_code for _ in range(2)]

    assert refused.status_code == 401
    assert "Una frase larga" in refused.text
    assert sent_again == [303, 303]
    assert (last().points, count()) == (1, 1)
    assert db.session.get_one(Answer, (attempt, "write")).response == {"is": "Una frase larga"}
