"""A save that left while others of its page were under way: they are no other hand's."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.models import Entry
from tests.quizzes import URL, Form, add_lesson

WRITE = "/lessons/sex-gender-norms/reflections/house-norm"
QUIETLY = {"X-Autosave": "1"}
FIRST, LAST = "Uno", "Uno y dos"


class Place:
    """Where one writes: a form with its words, quietly saved, and what is kept."""

    def __init__(self, browser, url: str, field: str, page: str) -> None:
        self.browser, self.url, self.field, self.page = browser, url, field, page

    def fields(self, words: str, *, revision: str = "0", **more: str) -> dict[str, str]:
        return {self.field: words, "revision": revision, "idempotency_key": words, **more}

    def save(self, fields: dict[str, str]) -> int:
        return self.browser.post(self.url, data=fields, headers=QUIETLY).status_code

    def after(self, words: str, *before: dict[str, str]) -> dict[str, str]:
        """What the page sends in haste while it has sent `before`."""
        sent = [json.dumps([(k, v) for k, v in one.items() if k[:2] == "q-"]) for one in before]
        keys = [one["idempotency_key"] for one in before]
        return self.fields(words, after=keys, sent=sent if self.field[:2] == "q-" else [])

    def kept(self) -> str:
        return self._find(rf'name="{self.field}".*?>\s*(.*?)</textarea>')

    def revision(self) -> str:
        """What a page that is drawn now has seen."""
        return self._find(rf'<form[^>]*action="{self.url}".*?name="revision" value="(.*?)"')

    def _find(self, pattern: str) -> str:
        return re.search(pattern, self.browser.get(self.page).text, re.DOTALL)[1]


@pytest.fixture(params=["reflection", "page", "section", "quiz"])
def place(request, browser, ada):
    browser.sign_in(ada)
    if request.param == "reflection":
        return Place(browser, WRITE, "text", "/lessons/sex-gender-norms")
    if request.param == "page":
        browser.post("/journal/pages", data={"text": "Antes"})
        url = f"/journal/entries/{db.session.scalars(select(Entry)).one().id}"
        return Page(browser, url, "text", url)
    if request.param == "section":
        url = browser.post("/commitments/start").location + "/sections/C2"
        return Place(browser, url, "body", url)
    add_lesson()
    browser.post(f"{URL}/start")
    return Quiz(browser, Form(browser.get(URL).text).action, "q-write", URL)


class Page(Place):
    """A page of the journal that has been written once."""

    def fields(self, words: str, *, revision: str = "1", **more: str) -> dict[str, str]:
        return super().fields(words, revision=revision, **more)


class Quiz(Place):
    """A quiz that was blank as it was drawn."""

    def fields(self, words: str, *, revision: str = "", **more: str) -> dict[str, str]:
        return super().fields(words, revision=revision, **more)


def test_the_last_words_stand_on_those_that_arrived_before_them(place):
    first = place.fields(FIRST)

    codes = [place.save(first), place.save(place.after(LAST, first))]

    assert (codes, place.kept()) == ([200, 200], LAST)


def test_the_last_of_three_stands_on_both(place):
    first = place.fields(FIRST)
    second = place.after("Uno y", first)

    codes = [place.save(one) for one in (first, second, place.after(LAST, first, second))]

    assert (codes, place.kept()) == ([200, 200, 200], LAST)


def test_the_last_words_arrive_alone_when_those_before_were_lost(place):
    code = place.save(place.after(LAST, place.fields(FIRST)))

    assert (code, place.kept()) == (200, LAST)


def test_words_that_come_too_late_do_not_undo_the_last_ones(place):
    first = place.fields(FIRST)

    codes = [place.save(place.after(LAST, first)), place.save(first)]

    assert (codes, place.kept()) == ([200, 409], LAST)


def test_another_hand_in_between_is_still_a_conflict(place):
    first = place.fields(FIRST)
    place.save(first)
    place.save(place.fields("Otra mano", revision=place.revision()))

    code = place.save(place.after(LAST, first))

    assert (code, place.kept()) == (409, "Otra mano")


def test_another_persons_saves_count_for_nothing(browser, ada, cy):
    browser.sign_in(cy).post(WRITE, data={"text": "Cy", "idempotency_key": "k"}, headers=QUIETLY)
    browser.sign_in(ada).post(WRITE, data={"text": FIRST}, headers=QUIETLY)

    last = {"text": LAST, "revision": "1", "after": "k"}
    answer = browser.post(WRITE, data=last, headers=QUIETLY)

    assert (answer.status_code, answer.json["revision"]) == (200, 2)


@pytest.mark.slow
def test_both_at_once_end_with_the_last_words_whichever_comes_first(app, place):
    token = place.browser.get_cookie("nti").value
    for turn in range(5):
        revision = place.revision()
        first = place.fields(f"{turn}", revision=revision)
        last = {**place.after(f"{turn} y más", first), "revision": revision}

        codes = at_once(app, token, [(place.url, first), (place.url, last)])

        assert codes[1] == 200, codes
        assert place.kept() == f"{turn} y más"


def at_once(app, token: str, posts: list[tuple[str, dict[str, str]]]) -> list[int]:
    gate = threading.Barrier(len(posts))

    def post(job: tuple[str, dict[str, str]]) -> int:
        client = FlaskClient(app, app.response_class)
        client.set_cookie("nti", token)
        gate.wait()
        return client.post(job[0], data=job[1], headers=QUIETLY).status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(post, posts))
