"""Fifty of the same at the same moment, from the running product: one effect."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.faults.person import AUTOSAVE, Answer, Person, new_key
from tests.faults.site import Site
from tests.faults.writers import LESSON, OPEN_QUESTION, QUIZ

pytestmark = pytest.mark.slow

MANY = 50


@pytest.fixture
def elena(site: Site) -> Person:
    return Person(site, "participant")


def at_once(ask: Callable[[int], Answer]) -> list[Answer]:
    """What each of many was answered, all having asked at the same moment."""
    ready = Barrier(MANY)

    def go(number: int) -> Answer:
        ready.wait()
        return ask(number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(go, range(MANY)))


def open_attempt(person: Person) -> str:
    return re.findall(r'action="(/attempts/\d+)/answers"', person.get(QUIZ).text)[0]


def list_submitted(person: Person) -> list[str]:
    return re.findall(r'href="(/attempts/\d+)"', person.get(QUIZ).text)


@pytest.mark.parametrize("is_same_key", [True, False], ids=["same-form", "own-forms"])
def test_fifty_submits_of_a_quiz_count_once(elena: Person, is_same_key: bool) -> None:
    before = list_submitted(elena)
    elena.post(f"{QUIZ}/start", {"idempotency_key": new_key()})
    attempt = open_attempt(elena)
    key = new_key()

    def submit(number: int) -> Answer:
        words = "The same" if is_same_key else f"Mine is number {number}."
        form = {OPEN_QUESTION: words, "q-norm-or-habit": "leave", "anyway": "1"}
        form["idempotency_key"] = key if is_same_key else new_key()
        return elena.post(f"{attempt}/submit", form)

    answers = at_once(submit)

    assert Counter((answer.status, answer.place) for answer in answers) == {(303, attempt): MANY}
    assert list_submitted(elena) == [attempt, *before]
    review = elena.get(attempt).text
    assert review.count("The same") + review.count("Mine is number") == 1


def test_of_fifty_saves_over_the_same_words_one_is_kept_and_the_others_are_told(
    elena: Person,
) -> None:
    plan = elena.get("/commitments").place
    for url, box in (
        (f"{LESSON}/reflections/house-norm", "text"),
        (f"{plan}/sections/C3", "body"),
    ):
        elena.post(url, {box: "before", "revision": "0", "idempotency_key": new_key()}, **AUTOSAVE)

        answers = at_once(
            lambda number, url=url, box=box: elena.post(
                url,
                {box: f"words {number}", "revision": "1", "idempotency_key": new_key()},
                **AUTOSAVE,
            )
        )

        kept = [number for number, answer in enumerate(answers) if answer.status == 200]
        assert len(kept) == 1
        assert {answer.status for answer in answers} <= {200, 409, 503}
        page = elena.get(LESSON if box == "text" else url).text
        assert f"words {kept[0]}</textarea>" in page


def test_fifty_beginnings_of_a_quiz_are_one_attempt(elena: Person) -> None:
    answers = at_once(lambda _: elena.post(f"{QUIZ}/start", {"idempotency_key": new_key()}))

    assert Counter((answer.status, answer.place) for answer in answers) == {(303, QUIZ): MANY}


def test_fifty_of_the_same_new_page_are_one(elena: Person) -> None:
    form = {"text": "Fifty times the same page", "idempotency_key": new_key()}

    answers = at_once(lambda _: elena.post("/journal/pages", form))

    assert Counter((answer.status, answer.place) for answer in answers) == {(303, "/journal"): MANY}
    assert elena.get("/journal/export").text.count(form["text"]) == 1
