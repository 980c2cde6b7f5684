"""Quizzes through the front door."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.models import Answer, Attempt
from nti_lms.services import library, quiz

QUIZ = "/lessons/sex-gender-norms/quiz/check"
RIGHT = {
    "q-norm-or-habit": "leave",
    "q-silent-majority": "true",
    "q-think-do-approve-good-idea": "attitude",
    "q-think-do-approve-i-braid": "practice",
    "q-think-do-approve-nobody-does": "others-do",
    "q-think-do-approve-they-laugh": "others-approve",
    "q-four-gaps-birth": "sex",
    "q-four-gaps-self": "identity",
    "q-four-gaps-poster": "norm",
    "q-message": ["neighbours", "approval"],
    "q-one-sentence": "De las compañeras se espera que sirvan el refrigerio",
}


@pytest.fixture
def attempt(browser, ada):
    browser.sign_in(ada).post(f"{QUIZ}/start")
    return one()


def one():
    return db.session.scalars(select(Attempt)).one()


def secrets_of(block="check", key="sex-gender-norms"):
    """Feedback and model answers of the quiz, as text that no page may show before."""
    asked = quiz.questions_of(library.read(library.get_published(key, "es")), block)
    texts = [text for question in asked for text in question.key.feedback.values()]
    texts += [question.key.model for question in asked if question.key.model]
    return [re.sub(r"<[^>]+>", "", text)[:40] for text in texts]


def test_starting_opens_one_attempt_however_often(browser, ada):
    browser.sign_in(ada)

    locations = {browser.post(f"{QUIZ}/start").location for _ in range(2)}

    assert locations == {QUIZ}
    assert one().number == 1


def test_no_page_before_submission_holds_feedback_or_keys(browser, attempt):
    browser.set_cookie("language", "es")
    seen = "".join(
        browser.get(url).text
        for url in (QUIZ, "/lessons/sex-gender-norms", "/modules/m1", f"/attempts/{attempt.id}")
    )

    assert len(secrets_of()) > 15
    assert [secret for secret in secrets_of() if secret in seen] == []


def test_a_right_attempt_wins_every_point_and_says_why(browser, attempt):
    response = browser.post(f"/attempts/{attempt.id}/submit", data=RIGHT)

    assert (response.status_code, response.location) == (303, f"/attempts/{attempt.id}")
    assert (one().won, one().offered) == (5, 5)
    browser.set_cookie("language", "es")
    review = browser.get(response.location).text
    assert "Dice qué se espera y de quién" in review


def test_a_wrong_answer_wins_nothing_for_its_question(browser, attempt):
    wrong = {**RIGHT, "q-norm-or-habit": "coffee", "q-four-gaps-birth": "norm"}

    browser.post(f"/attempts/{attempt.id}/submit", data=wrong)

    assert (one().won, one().offered) == (3, 5)


def test_open_questions_are_asked_about_once_and_everything_is_kept(browser, attempt):
    some = {"q-norm-or-habit": "leave", "q-one-sentence": "Mi frase"}

    asked = browser.post(f"/attempts/{attempt.id}/submit", data=some)
    meant = browser.post(f"/attempts/{attempt.id}/submit", data={**some, "anyway": "1"})

    assert asked.status_code == 422
    assert "Mi frase" in asked.text
    assert meant.status_code == 303
    assert one().won == 1


def test_submitting_twice_counts_once(browser, attempt):
    first = browser.post(f"/attempts/{attempt.id}/submit", data=RIGHT)
    second = browser.post(
        f"/attempts/{attempt.id}/submit", data={**RIGHT, "q-norm-or-habit": "coffee"}
    )

    assert first.location == second.location
    assert one().won == 5


def test_fifty_submits_at_once_count_once(app, browser, ada, attempt):
    token = browser.get_cookie("nti").value
    url = f"/attempts/{attempt.id}/submit"

    def submit(_):
        client = app.test_client()
        client.set_cookie("nti", token)
        with app.app_context():
            return super(type(client), client).open(url, method="POST", data=RIGHT).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(submit, range(50)))

    db.session.rollback()
    assert set(codes) == {303}
    assert (one().won, one().offered) == (5, 5)
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 6


def test_answers_saved_for_later_are_there_again(browser, attempt):
    browser.post(f"/attempts/{attempt.id}/submit", data={"q-norm-or-habit": "leave", "later": "1"})

    page = browser.get(QUIZ).text
    assert 'value="leave" checked' in page
    assert one().submitted_at is None


def test_a_submitted_attempt_takes_no_more_answers(browser, attempt):
    browser.post(f"/attempts/{attempt.id}/submit", data=RIGHT)

    response = browser.post(f"/attempts/{attempt.id}/answers", data={"q-norm-or-habit": "coffee"})

    assert response.status_code == 409
    assert one().won == 5


def test_an_option_that_does_not_exist_changes_nothing(browser, attempt):
    response = browser.post(
        f"/attempts/{attempt.id}/answers", data={"q-norm-or-habit": "no-such-option"}
    )

    assert response.status_code == 422
    assert db.session.scalars(select(Answer)).all() == []


def test_another_persons_attempt_is_as_if_it_were_not_there(browser, cast, attempt):
    others = [user for name, user in cast.items() if name != "Ada"]

    codes = {
        browser.sign_in(user).post(f"/attempts/{attempt.id}/submit", data=RIGHT).status_code
        for user in others
    } | {browser.sign_in(user).get(f"/attempts/{attempt.id}").status_code for user in others}

    assert codes == {404}
    assert one().submitted_at is None


def test_options_stay_in_place_within_an_attempt(browser, attempt):
    orders = {
        tuple(re.findall(r'name="q-message" value="([\w-]+)"', browser.get(QUIZ).text))
        for _ in range(3)
    }

    assert len(orders) == 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_attempt_can_be_answered_in_either_language(browser, attempt, language):
    browser.set_cookie("language", language)

    browser.get(QUIZ)
    browser.post(f"/attempts/{attempt.id}/submit", data=RIGHT)

    assert one().won == 5
    assert browser.get(f"/attempts/{attempt.id}").status_code == 200


def test_an_unknown_quiz_is_not_found(browser, ada):
    assert browser.sign_in(ada).get("/lessons/sex-gender-norms/quiz/none").status_code == 404
