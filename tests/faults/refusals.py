"""Every kind of write that must not lose a word, and what a refusal of it has to be."""

import json
import re
from dataclasses import dataclass

from tests.faults.person import AUTOSAVE, HTMX, NO_ANSWER, Answer, Person, field, new_key
from tests.faults.site import Site
from tests.faults.writers import LESSON, OPEN_QUESTION, QUIZ

PRIVATE = "Esto lo leo solamente yo"
MANNERS = {"plain": {}, "htmx": HTMX, "autosave": AUTOSAVE}
SAVING_ITSELF = {"reflection", "section", "answers"}  # while one writes
PROMPT = f"{LESSON}/reflections/house-norm"


@dataclass(frozen=True, slots=True)
class Write:
    """A form on its way, always with the same key: where to, with which fields."""

    url: str
    fields: dict[str, str]

    def send(self, person: Person, manner: str = "plain") -> Answer:
        return person.post(self.url, self.fields, **MANNERS[manner])


def list_writes(person: Person) -> dict[str, Write]:
    """One of each kind, as the pages would send them now."""
    person.post(f"{QUIZ}/start", {"idempotency_key": new_key()})
    attempt = open_attempt(person)
    section = f"{person.get('/commitments').place}/sections/C4"
    lesson = person.get(LESSON).text
    prompt = lesson[lesson.index(f'action="{PROMPT}"') :]
    writes = {
        PROMPT: {"text": PRIVATE, "revision": field(prompt, "revision")},
        "/journal/pages": {"text": PRIVATE},
        section: {"body": PRIVATE, "revision": field(person.get(section).text, "revision")},
        f"{attempt}/answers": {OPEN_QUESTION: PRIVATE},
        f"{attempt}/submit": {OPEN_QUESTION: PRIVATE, "anyway": "1"},
    }
    names = ("reflection", "page", "section", "answers", "submit")
    return {
        name: Write(url, {**fields, "idempotency_key": new_key()})
        for name, (url, fields) in zip(names, writes.items(), strict=True)
    }


def open_attempt(person: Person) -> str:
    """The address of the open attempt."""
    return re.findall(r'action="(/attempts/\d+)/answers"', person.get(QUIZ).text)[0]


def assert_refused(answer: Answer, manner: str) -> None:
    """It says so, says when to try again, and leaves the typed text where it is."""
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "5")
    if manner == "plain":
        assert PRIVATE in answer.text
    elif manner == "htmx":  # beside the form, which stays
        assert answer.headers["HX-Retarget"] == "#notices"
    else:
        assert set(answer.json) == {"message"}


class Log:
    """What the site says from now on."""

    def __init__(self, site: Site) -> None:
        self.path, self.start = site.log, site.log.stat().st_size

    def read(self) -> str:
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read().decode()

    def assert_one_line_for_each(self, answers: list[Answer]) -> None:
        """As many lines as refusals; no word of a person, and nothing that crashed, in any line."""
        said = self.read()
        refusals = [answer for answer in answers if answer.status >= 500]
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        told = [
            line
            for line in lines
            if line["says"] in {"refused", "failed"} and line["view"] != "health.readyz"
        ]
        assert len(told) == len(refusals), said
        assert all(line["status"] == 503 and line["because"] for line in told), said
        assert not any(line["says"] == "crashed" for line in lines), said
        assert PRIVATE not in said
        assert "Traceback" not in said


def try_to_read(person: Person, path: str) -> int:
    """The status of a page; 0 without an answer."""
    try:
        return person.get(path).status
    except NO_ANSWER:
        return 0
