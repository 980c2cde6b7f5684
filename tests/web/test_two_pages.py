"""One quiz open in two tabs, or on two devices: none takes back what the other kept."""

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.models import Attempt
from nti_lms.services import quiz
from tests.quizzes import POINTS, RIGHT, URL, Form, add_lesson

QUIETLY = {"X-Autosave": "1"}
KEPT = {
    "q-several": ["nickname"],
    "q-pairs.think": "attitude",
    "q-oldest.mine": "3",
    "q-office": "dna",
    "q-gaps.first": "approval",
    "q-word.only": "sanción",
    "q-write": "Nadie pide permiso.",
}
OTHER = "Todos piden permiso."


@pytest.fixture
def learner(browser, ada):
    """Ada, who has begun the quiz and meets its pages in English."""
    add_lesson()
    browser.sign_in(ada).post(f"{URL}/start")
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def open_tab(learner):
    """The form of the quiz as it is drawn now."""
    return lambda: Form(learner.get(URL).text)


def attempt() -> Attempt:
    return db.session.scalars(select(Attempt)).one()


def kept() -> dict[str, object]:
    db.session.expire_all()
    return quiz.responses_of(quiz.get_attempt(attempt().id))


def choices(html: str) -> dict[str, str]:
    """What the two buttons send, by their words."""
    found = html.split('name="instead_of" value="')[1:]
    return {part.partition(">")[2].partition("<")[0]: part.partition('"')[0] for part in found}


MINE, THEIRS = "Keep what is on this page", "Keep what was saved already"


@pytest.mark.parametrize("headers", [{}, QUIETLY], ids=["loud", "quiet"])
def test_a_page_left_blank_takes_nothing_back_that_was_kept_since(learner, open_tab, headers):
    stale, fresh = open_tab(), open_tab()
    learner.post(fresh.action, data=fresh.fill(KEPT))

    answer = learner.post(stale.action, data=stale.fill({"q-sure": "yes"}), headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert open_tab().answers == {**KEPT, "q-sure": "yes"}


def test_a_page_left_blank_submits_what_was_kept_since(learner, open_tab):
    stale, fresh = open_tab(), open_tab()
    learner.post(fresh.action, data=fresh.fill(RIGHT))

    answer = learner.post(stale.buttons["done"], data=stale.fill({}))

    assert (answer.status_code, attempt().won) == (303, POINTS)


def test_an_untouched_answer_does_not_undo_a_newer_one(learner, open_tab):
    first = open_tab()
    learner.post(first.action, data=first.fill(KEPT))
    stale, fresh = open_tab(), open_tab()
    learner.post(fresh.action, data=fresh.fill({"q-write": OTHER, "q-office": "slim"}))

    answer = learner.post(stale.action, data=stale.fill({"q-sure": "no"}))

    assert answer.status_code == 303
    assert open_tab().answers == {**KEPT, "q-write": OTHER, "q-office": "slim", "q-sure": "no"}


def test_what_is_cleared_on_purpose_is_cleared(learner, open_tab):
    first = open_tab()
    learner.post(first.action, data=first.fill(KEPT))
    form = open_tab()

    learner.post(form.action, data=form.fill({"q-write": "", "q-word.only": ""}), headers=QUIETLY)

    left = {name: said for name, said in KEPT.items() if name not in {"q-write", "q-word.only"}}
    assert open_tab().answers == left


def test_one_page_goes_on_saving_what_it_saved_before(learner, open_tab):
    form = open_tab()
    seen = form.fields["revision"]
    for words in ("Uno", "Dos", ""):
        fields = form.fill({"q-write": words, "revision": seen, "idempotency_key": f"key{words}"})
        answer = learner.post(form.action, data=fields, headers=QUIETLY)
        seen = answer.json["revision"]

    assert kept()["write"] == ""


def differing(learner, open_tab):
    """A page whose words differ from those that another kept since, and what it brings."""
    stale, fresh = open_tab(), open_tab()
    learner.post(fresh.action, data=fresh.fill({"q-write": OTHER, "q-sure": "yes"}))
    return stale, stale.fill({"q-write": "Lo <mío>", "q-word.only": "burla", "q-office": "dna"})


def test_a_quiet_save_that_differs_shows_both_and_writes_nothing(learner, open_tab):
    stale, mine = differing(learner, open_tab)

    answer = learner.post(stale.action, data=mine, headers=QUIETLY)

    assert answer.status_code == 409
    assert OTHER in answer.json["conflict"]
    assert "Lo &lt;mío&gt;" in answer.json["conflict"]
    assert kept() == {"write": OTHER, "sure": "yes"}


@pytest.mark.parametrize(
    ("words", "stands"), [(MINE, "Lo <mío>"), (THEIRS, OTHER)], ids=["mine", "theirs"]
)
@pytest.mark.parametrize("is_quiet", [True, False], ids=["script", "no-script"])
def test_the_person_chooses_and_everything_else_is_kept_too(
    learner, open_tab, words, stands, is_quiet
):
    stale, mine = differing(learner, open_tab)
    asked = learner.post(stale.action, data=mine, headers=QUIETLY if is_quiet else {})
    html = asked.json["conflict"] if is_quiet else asked.text
    fields = mine if is_quiet else Form(html).fill({})

    chosen = learner.post(stale.action, data={**fields, "instead_of": choices(html)[words]})

    assert (asked.status_code, chosen.status_code) == (409, 303)
    assert open_tab().answers == {
        "q-write": stands,
        "q-word.only": "burla",
        "q-office": "dna",
        "q-sure": "yes",
    }


def test_a_submit_that_differs_asks_first_and_then_submits(learner, open_tab):
    stale, fresh = open_tab(), open_tab()
    learner.post(fresh.action, data=fresh.fill({**RIGHT, "q-one": "coffee"}))

    asked = learner.post(stale.buttons["done"], data=stale.fill({"q-one": "leave", "q-sure": "no"}))
    submitted_before = attempt().submitted_at
    form = Form(asked.text)
    chosen = {**form.fill({}), "instead_of": choices(asked.text)[MINE]}
    answer = learner.post(form.buttons["instead_of"], data=chosen)

    assert (asked.status_code, submitted_before) == (409, None)
    assert (answer.status_code, answer.location) == (303, f"/attempts/{attempt().id}")
    assert (attempt().won, kept()["sure"]) == (POINTS, "no")


def test_a_choice_that_was_overtaken_is_asked_again(learner, open_tab):
    stale, mine = differing(learner, open_tab)
    asked = learner.post(stale.action, data=mine)
    fresh = open_tab()
    learner.post(fresh.action, data=fresh.fill({"q-write": "Un tercero"}))

    chosen = {**mine, "instead_of": choices(asked.text)[MINE]}
    again = learner.post(stale.action, data=chosen)

    assert again.status_code == 409
    assert "Un tercero" in again.text
    assert kept()["write"] == "Un tercero"


def test_answers_that_are_still_asked_for_stay_new_for_the_next_try(learner, open_tab):
    stale, fresh = open_tab(), open_tab()
    asked = learner.post(stale.buttons["done"], data=stale.fill({"q-write": "Lo mío"}))
    learner.post(fresh.action, data=fresh.fill({"q-write": OTHER}))

    again = Form(asked.text)
    answer = learner.post(again.action, data=again.fill({}))

    assert (asked.status_code, answer.status_code) == (422, 409)


def test_boxes_ticked_in_another_order_are_the_same_answer(learner, open_tab):
    first, second = open_tab(), open_tab()
    learner.post(first.action, data=first.fill({"q-several": ["nickname", "silence"]}))

    answer = learner.post(second.action, data=second.fill({"q-several": ["silence", "nickname"]}))

    assert answer.status_code == 303


@pytest.mark.parametrize("seen", ["", "one", "one: two:x :y", "a:b:c", "one:" + "0" * 5000])
def test_whatever_a_page_says_that_it_saw_loses_nothing(learner, open_tab, seen):
    form = open_tab()
    learner.post(form.action, data=form.fill(KEPT))

    stale = form.fill({"q-sure": "no", "revision": seen, "idempotency_key": "another"})
    answer = learner.post(form.action, data=stale)

    assert answer.status_code == 303
    assert open_tab().answers == {**KEPT, "q-sure": "no"}
