"""The site has kept a write, and its answer is lost on the way: the same form tells it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.faults.person import NO_ANSWER, Answer, Person
from tests.faults.refusals import MANNERS, PRIVATE, SAVING_ITSELF, Log, list_writes
from tests.faults.site import Site

pytestmark = pytest.mark.slow


class Swallower(ThreadingHTTPServer):
    """A road to the site on which every answer is lost; `swallowed` are those answers."""

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), Swallow)
        self.site, self.swallowed = site, list[Answer]()


class Swallow(BaseHTTPRequestHandler):
    server: Swallower

    def do_POST(self) -> None:  # noqa: N802 -- the name that the library calls
        body = self.rfile.read(int(self.headers["Content-Length"]))
        onward = HTTPConnection("127.0.0.1", self.server.site.port)
        onward.request("POST", self.path, body, dict(self.headers))
        response = onward.getresponse()
        answer = Answer(response.status, dict(response.headers), response.read().decode())
        self.server.swallowed.append(answer)
        onward.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def swallower(site: Site) -> Iterator[Swallower]:
    with Swallower(site) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("manner", MANNERS)
def test_the_same_form_tells_the_same_outcome(site: Site, manner: str) -> None:
    elena, log = Person(site, "participant"), Log(site)
    writes = {
        name: write
        for name, write in list_writes(elena).items()
        if manner != "autosave" or name in SAVING_ITSELF
    }
    pages_before = elena.get("/journal/export").text.count(PRIVATE)

    with swallower(site) as road:
        for write in writes.values():
            with pytest.raises(NO_ANSWER):
                write.send(elena.through(road.server_port), manner)
            again = [write.send(elena, manner) for _ in range(2)]

            first = road.swallowed[-1]
            assert first.status in {200, 204, 303}
            assert {outcome(answer) for answer in again} == {outcome(first)}

    assert len(road.swallowed) == len(writes)
    assert elena.get("/journal/export").text.count(PRIVATE) - pages_before <= 2
    log.assert_one_line_for_each([])


def outcome(answer: Answer) -> tuple[int, str, object]:
    """What the script or the browser goes by."""
    revision = answer.json.get("revision") if answer.status == 200 else None
    return answer.status, answer.place, revision
