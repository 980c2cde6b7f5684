"""The database is stopped and started again under the running site."""

import pytest

from tests.browser.serving import is_ready
from tests.conftest import IS_POSTGRES
from tests.faults.conftest import Stage
from tests.faults.person import Person
from tests.faults.refusals import MANNERS, Log, assert_refused, list_writes
from tests.faults.site import eventually

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_POSTGRES, reason="SQLite has no server that could stop"),
]

PAGES = ("/home", "/journal", "/commitments")


def test_the_site_outlives_its_database(stage: Stage) -> None:
    site, server = stage
    assert server is not None
    elena = Person(site, "participant")
    writes, processes, log = list_writes(elena), site.answering(), Log(site)

    server.stop_at_once()
    refused = [
        (write.send(elena, manner), manner) for write in writes.values() for manner in MANNERS
    ]
    pages = [elena.get(path) for path in PAGES]
    is_alive = elena.get("/healthz").status == 200
    was_ready = is_ready(site.url)
    server.begin()
    eventually(lambda: is_ready(site.url), "it is well again", within=10)
    kept = [write.send(elena).status for write in writes.values()]

    for answer, manner in refused:
        assert_refused(answer, manner)
    assert [page.status for page in pages] == [503] * len(PAGES)
    assert (is_alive, was_ready) == (True, False)
    assert kept == [303] * len(writes)
    assert site.answering() == processes
    log.assert_one_line_for_each([*(answer for answer, _ in refused), *pages])
