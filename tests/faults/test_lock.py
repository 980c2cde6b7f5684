"""Another process holds a lock on what people write: they wait, then are asked to come again."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from nti_lms.sqlite import WAIT_SECONDS
from tests.faults.conftest import Stage
from tests.faults.databases import connect
from tests.faults.person import Person
from tests.faults.refusals import Log, assert_refused, list_writes

pytestmark = pytest.mark.slow

LOCKS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgres": "LOCK TABLE entry, section, attempt, answer, receipt IN EXCLUSIVE MODE",
}


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """While it lasts nobody else can write; reading is free."""
    site, server = stage
    with connect(site, server) as connection:
        connection.execute(LOCKS["postgres" if server else "sqlite"])
        yield
        connection.rollback()


def test_a_write_waits_for_the_lock_and_is_kept(stage: Stage) -> None:
    elena = Person(stage[0], "participant")
    writes = list_writes(elena)

    with ThreadPoolExecutor() as pool:
        with locked(stage):
            sent = [pool.submit(write.send, elena) for write in writes.values()]
            threading.Event().wait(1.0)
            were_waiting = [not one.done() for one in sent]
            pages = [elena.get(path).status for path in ("/home", "/journal", "/commitments")]
        kept = [one.result().status for one in sent]

    assert were_waiting == [True] * len(writes)
    assert pages == [200, 200, 303]
    assert set(kept) <= {303, 409}  # answers that arrive after their quiz was submitted
    assert kept.count(303) >= len(writes) - 1


def test_a_write_that_waited_in_vain_is_asked_to_come_again(stage: Stage) -> None:
    elena, log = Person(stage[0], "participant"), Log(stage[0])
    writes = list_writes(elena)
    manners = ["plain", "htmx", "autosave", "plain", "htmx"]

    with ThreadPoolExecutor() as pool, locked(stage):
        sent = [
            pool.submit(write.send, elena, manner)
            for write, manner in zip(writes.values(), manners, strict=True)
        ]
        answers = [one.result(timeout=4 * WAIT_SECONDS) for one in sent]
    kept = [write.send(elena).status for write in writes.values()]

    for answer, manner in zip(answers, manners, strict=True):
        assert_refused(answer, manner)
    assert kept == [303] * len(writes)
    log.assert_one_line_for_each(answers)
