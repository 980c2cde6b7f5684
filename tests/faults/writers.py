"""People who write without a pause, send again what was not answered, and read it back.

A write that brought no answer may have been kept or not; sent again with the same key until it is
answered, it must then have been kept exactly once.
"""

import re
import time
from collections.abc import Callable, Mapping
from itertools import count, cycle
from typing import Protocol

from tests.faults.ledger import Ledger
from tests.faults.person import AUTOSAVE, NO_ANSWER, Answer, Person, field, new_key

LESSON = "/lessons/sex-gender-norms"
QUIZ = f"{LESSON}/quiz/check"
OPEN_QUESTION = "q-one-sentence"
PATIENCE = 90.0
PAUSE_SECONDS = 0.05


class Writer(Protocol):
    """Somebody at one place."""

    def write(self) -> None:
        """Write once more, and come back when it is acknowledged."""

    def check(self) -> None:
        """Read everything back, and enter into the ledger what is missing or there twice."""


class Hand:
    """Tries until it is answered."""

    def __init__(self, person: Person, ledger: Ledger) -> None:
        self.person, self.ledger = person, ledger

    def read(self, path: str) -> str:
        """The page, as soon as it can be had."""
        return self._insist(lambda: self.person.get(path), lambda: None).text

    def send(
        self, path: str, words: Mapping[str, str], look: Callable[[], None], **headers: str
    ) -> Answer:
        """What the site says of a form, in the end; before it is sent again, `look` is called."""
        form = {**words, "idempotency_key": new_key()}
        return self._insist(lambda: self.person.post(path, form, **headers), look)

    def _insist(self, ask: Callable[[], Answer], look: Callable[[], None]) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = ask()
            except NO_ANSWER:
                if time.monotonic() > deadline:
                    raise
                self.ledger.count("cut_off")
            else:
                if answer.status != 503 or time.monotonic() > deadline:
                    return answer
                self.ledger.count("put_off")
            time.sleep(PAUSE_SECONDS)
            look()


class Text:
    """A text that saves itself while it is written: each save over the revision before."""

    def __init__(self, hand: Hand, url: str, box: str, *, page: str = "") -> None:
        self.hand, self.url, self.box, self.page = hand, url, box, page or url
        self.kept = self._find()
        self.next = self.kept

    def write(self) -> None:
        revision = self.kept[0] + 1
        self.next = (revision, f"What I write for the {revision}th time, at {self.url}")
        form = {self.box: self.next[1], "revision": str(self.kept[0])}
        answer = self.hand.send(self.url, form, self._look, **AUTOSAVE)
        ledger = self.hand.ledger
        if answer.status == 200 and answer.json["revision"] == revision:
            ledger.count("acknowledged")
        elif answer.status in (200, 409):  # as if somebody had written in between: nobody did
            ledger.twice.append(f"{self.url}, revision {revision}: {answer.text[:80]}")
        else:
            ledger.strange.append(f"{self.url}: {answer.status}")
        self.kept = self.next

    def check(self) -> None:
        self.next = self.kept
        self._look()

    def _look(self) -> None:
        found, ledger = self._find(), self.hand.ledger
        if found == self.next != self.kept:
            ledger.count("told_again")
        elif found not in (self.kept, self.next):
            ledger.lost.append(f"{self.url}: {self.next} was sent over {self.kept}, found {found}")

    def _find(self) -> tuple[int, str]:
        """The revision and the words that stand there now."""
        page = self.hand.read(self.page)
        form = page[page.find(f'action="{self.url}"') :]
        return int(field(form, "revision")), field(form, self.box)


class Pages:
    """A journal of one page after another."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.written = hand, list[str]()

    def write(self) -> None:
        words = f"Page number {len(self.written)} of a journal"
        answer = self.hand.send("/journal/pages", {"text": words}, lambda: None)
        if (answer.status, answer.place) == (303, "/journal"):
            self.hand.ledger.count("acknowledged")
            self.written.append(words)
        else:
            self.hand.ledger.strange.append(f"a new page: {answer.status} {answer.place}")

    def check(self) -> None:
        found = re.findall(
            r"^Page number \d+ of a journal$", self.hand.read("/journal/export"), re.M
        )
        _compare(found, self.written, self.hand.ledger)


class Quizzes:
    """One attempt at a quiz after another: begun, answered twice, submitted."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.submitted, self.number = hand, dict[str, str](), count(1)
        self.steps = cycle([self._begin, self._answer, self._answer, self._submit])
        self.attempt = self.words = ""

    def write(self) -> None:
        next(self.steps)()

    def check(self) -> None:
        listed = re.findall(r'href="(/attempts/\d+)"', self.hand.read(QUIZ))
        if listed:  # an open attempt is shown instead
            _compare(listed, list(self.submitted), self.hand.ledger)
        for attempt, words in self.submitted.items():
            if words not in self.hand.read(attempt):
                self.hand.ledger.lost.append(f"{attempt} does not hold {words}")

    def _begin(self) -> None:
        answer = self.hand.send(f"{QUIZ}/start", {}, lambda: None)
        self._note(answer, answer.place == QUIZ)
        form = re.search(r'action="(/attempts/\d+)/answers"', self.hand.read(QUIZ))
        self.attempt = form[1] if form else "no attempt"
        if not form or self.attempt in self.submitted:
            self.hand.ledger.strange.append(f"begun anew, found {self.attempt}")

    def _answer(self) -> None:
        self.words = f"Answer number {next(self.number)}."
        form = {OPEN_QUESTION: self.words}
        answer = self.hand.send(f"{self.attempt}/answers", form, lambda: None, **AUTOSAVE)
        self._note(answer, answer.status == 200)
        if field(self.hand.read(QUIZ), OPEN_QUESTION) != self.words:
            self.hand.ledger.lost.append(f"{self.attempt} lacks {self.words}")

    def _submit(self) -> None:
        form = {OPEN_QUESTION: self.words, "anyway": "1"}
        answer = self.hand.send(f"{self.attempt}/submit", form, lambda: None)
        self._note(answer, answer.place == self.attempt)
        self.submitted[self.attempt] = self.words

    def _note(self, answer: Answer, is_well: bool) -> None:
        if is_well:
            self.hand.ledger.count("acknowledged")
        else:
            self.hand.ledger.strange.append(f"{self.attempt}: {answer.status} {answer.place}")


def _compare(found: list[str], written: list[str], ledger: Ledger) -> None:
    ledger.lost.extend(sorted(set(written) - set(found)))
    ledger.twice.extend(sorted({one for one in found if found.count(one) > 1}))
    ledger.strange.extend(f"nobody wrote {one}" for one in sorted(set(found) - set(written)))
