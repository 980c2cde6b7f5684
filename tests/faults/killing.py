"""People write; processes are killed with -9; nothing acknowledged may be lost or applied twice."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests import postgres
from tests.faults.databases import faults_in
from tests.faults.ledger import Ledger
from tests.faults.person import Person
from tests.faults.site import Site, eventually
from tests.faults.writers import LESSON, Hand, Pages, Quizzes, Text, Writer

AUTHORS = ("participant", "participant2")
LEAST_WRITES = 6  # between two deaths
LONGEST_WAIT = 0.4

Kill = Callable[[], None]


def run(site: Site, server: postgres.Server | None, rounds: int) -> Ledger:
    """Kill in `rounds` rounds, by turns, while eight places are written in; what became of it."""
    ledger = Ledger()
    writers = seat(site, ledger)
    turns = kills(site, server)
    with writing(writers, ledger):
        for number in range(rounds):
            wait_for_writes(ledger)
            turns[number % len(turns)]()
        wait_for_writes(ledger)
    for writer in writers:
        writer.check()
    if server is None:
        ledger.strange += faults_in(site)
    return ledger


def seat(site: Site, ledger: Ledger) -> list[Writer]:
    """Two people, each at a page of the journal, at a section of the plan and at a quiz."""
    writers: list[Writer] = []
    for name in AUTHORS:
        hand = Hand(Person(site, name), ledger)
        plan = hand.person.get("/commitments").place
        prompt = f"{LESSON}/reflections/house-norm"
        writers += [
            Text(hand, prompt, "text", page=LESSON),
            Text(hand, f"{plan}/sections/C2", "body"),
        ]
        writers += [Pages(hand), Quizzes(hand)]
    return writers


def kills(site: Site, server: postgres.Server | None) -> Sequence[Kill]:
    """Whoever dies, by turns. Five quick deaths of the web server in a row would end everything."""
    often = [site.kill_answering, site.kill_worker]
    if server is None:
        return [*often, site.kill_web, *often, site.kill_all]

    def stop_database() -> None:
        server.stop_at_once()
        server.begin()

    return [*often, stop_database, site.kill_web, *often, stop_database, site.kill_all]


@contextmanager
def writing(writers: Sequence[Writer], ledger: Ledger) -> Iterator[None]:
    """While it lasts everybody writes; who fails says so in the ledger."""
    is_over = threading.Event()

    def write(writer: Writer) -> None:
        try:
            while not is_over.is_set():
                writer.write()
        except Exception as error:
            ledger.strange.append(f"{type(writer).__name__} gave up: {error!r}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def wait_for_writes(ledger: Ledger) -> None:
    """Until several writes more are acknowledged, and then into the midst of the next ones."""
    goal = ledger.acknowledged + LEAST_WRITES
    eventually(lambda: ledger.acknowledged >= goal or ledger.strange, "people can write again")
    threading.Event().wait(random.uniform(0, LONGEST_WAIT))  # noqa: S311 -- no secret
