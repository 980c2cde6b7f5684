"""Whatever is typed anywhere comes back as it was typed, or is refused with it still in its box.

A page with such a text has the very tags of the same page with a harmless one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.corpus.pages import Page, as_typed
from tests.corpus.reading import words
from tests.doors import ground
from tests.doors.conftest import LESSON, Stage

pytestmark = pytest.mark.slow

CORPUS = words()
HTMX = {"HX-Request": "true"}
HARMLESS = {303: "palabra", 422: "palabra " * 4000, 413: "palabra " * 30_000}
MOST_OF_A_LIST = 140  # a list shows the beginning of what is long


@dataclass(frozen=True, slots=True)
class Place:
    """A field that somebody writes in: how it is sent, and who sees it again where."""

    who: str
    url: str
    form: Callable[[str], dict[str, str]]
    seen: Sequence[tuple[str, str]]
    before: Sequence[tuple[str, dict[str, str]]] = field(default=())


def with_text(**more: str) -> Callable[[str], dict[str, str]]:
    return lambda text: {"text": text, **more}


INVITED = {"language": "es", "role": "participant", "handle": "rosa"}
PLACES = {
    "a page of the journal": Place(
        "participant",
        f"{LESSON}/reflections/house-norm",
        with_text(revision="1"),
        [
            *(("participant", url) for url in ("/journal", "/journal/entries/{entry}", LESSON)),
            ("participant", "/journal/entries/{entry}/carry"),
            ("participant", "/journal/export"),
        ],
    ),
    "a section": Place(
        "participant",
        "/commitments/{commitment}/sections/C3",
        lambda text: {"body": text, "revision": "0"},
        [
            *(("participant", url) for url in ("/commitments/{commitment}",)),
            ("participant", "/commitments/{commitment}/sections/C3"),
            *((name, "/commitments/{commitment}") for name in ("mentor", "manager")),
        ],
    ),
    "a title": Place(
        "participant",
        "/commitments/{commitment}/sections/C1",
        lambda text: {"body": "x", "title": text, "revision": "0"},
        [
            ("participant", "/commitments/{commitment}"),
            ("participant", "/home"),
            *((name, "/home") for name in ("mentor", "representative", "facilitator")),
            ("manager", "/commitments"),
        ],
    ),
    "a part that was carried": Place(
        "participant",
        "/journal/entries/{entry}/carry",
        lambda text: {"body": text, "is_checked": "y", "code": "C4"},
        [("mentor", "/commitments/{commitment}"), ("participant", "/journal")],
    ),
    "an answer": Place(
        "participant",
        "/attempts/{attempt}/answers",
        lambda text: {"q-one-sentence": text},
        [("participant", f"{LESSON}/quiz/check")],
    ),
    "a last answer": Place(
        "participant",
        "/attempts/{attempt}/submit",
        lambda text: {"q-one-sentence": text, "anyway": "y"},
        [("participant", "/attempts/{attempt}")],
    ),
    "a name": Place(
        "manager",
        "/people/invite",
        lambda text: {**INVITED, "name": text, "email": "rosa@example.org", "organisation": "Red"},
        [("manager", "/people/"), ("manager", "/home")],
    ),
    "an organisation": Place(
        "manager",
        "/people/invite",
        lambda text: {**INVITED, "name": "R", "email": "rosa@example.org", "organisation": text},
        [("manager", "/people/"), ("manager", "/home")],
    ),
}


class Surface:
    """Types texts at a place, one after the other, each as if nobody had been there before."""

    def __init__(self, stage: Stage, place: Place) -> None:
        self.stage, self.place = stage, place
        self.before = ground.look()
        self.plain: dict[Any, list[str]] = {}

    def type(self, text: str) -> TestResponse:
        """What is answered to it."""
        form = {"cohort": str(self.stage.things["cohort"]), **self.place.form(text)}
        if "journal" in self.place.url or "reflections" in self.place.url:
            form.pop("cohort")
        answer = self.stage.ask(self.place.who, "POST", self.place.url, data=form)
        self.stage.browser.delete_cookie("form")  # with the notice that it was saved
        return answer

    def pages(self) -> dict[Any, TestResponse]:
        """All that shows it."""
        return {
            (who, url, bool(headers)): self.stage.ask(who, "GET", url, headers=headers)
            for who, url in self.place.seen
            for headers in ({}, HTMX)
        }

    def undo(self) -> None:
        ground.put_back(self.before)

    def tags(self, key: Any, status: int) -> list[str]:
        """The tags of that page, or of a refusal, with a harmless text in it."""
        if key not in self.plain:
            answer = self.type(HARMLESS[status])
            assert answer.status_code == status
            if status == 303:
                self.plain |= {name: Page(page.text).tags for name, page in self.pages().items()}
            else:
                self.plain[key] = Page(answer.text).tags
            self.undo()
        return self.plain[key]


@pytest.mark.parametrize("place", PLACES)
def test_what_is_typed_comes_back_as_typed_or_is_refused_with_it(place: str, stage: Stage) -> None:
    surface = Surface(stage, PLACES[place])

    for name, text in CORPUS.items():
        typed = as_typed(text)
        answer = surface.type(text)
        if answer.status_code != 303:
            assert answer.status_code in HARMLESS, name
            assert not typed or typed in Page(answer.text).words, name
            if typed:
                expected = surface.tags(answer.status_code, answer.status_code)
                assert Page(answer.text).tags == expected, name
            continue
        shown = surface.pages()
        surface.undo()
        for key, page in shown.items():
            assert page.status_code == 200, (name, key)
            assert not typed or typed[:MOST_OF_A_LIST] in readable(page), (name, key)
            if typed and page.mimetype == "text/html":
                assert Page(page.text).tags == surface.tags(key, 303), (name, key)


def readable(page: TestResponse) -> str:
    return Page(page.text).words if page.mimetype == "text/html" else as_typed(page.text)
