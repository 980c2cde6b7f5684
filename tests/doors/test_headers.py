"""The headers of every answer."""

import pytest

from nti_lms.web.headers import CONTENT_SECURITY_POLICY
from tests.doors import ground
from tests.doors.conftest import Stage
from tests.doors.table import doors

pytestmark = pytest.mark.slow

CACHED = {"learn.figure", "workbooks.file"}  # drawings and shared workbooks hold nobody's words


def test_every_answer_carries_the_headers(stage: Stage) -> None:
    before = ground.look()

    for door in doors():
        served = [name for name, answer in door.answers.items() if answer == 200]
        name = next(iter(served), "participant")
        headers = stage.ask(name, door.verb, door.address).headers
        ground.put_back(before)
        policy = headers["Content-Security-Policy"]

        assert (policy == CONTENT_SECURITY_POLICY) == (door.page != "learn.figure"), door
        assert headers["X-Content-Type-Options"] == "nosniff", door
        assert headers["Referrer-Policy"] == "same-origin", door
        assert ("no-store" in headers["Cache-Control"]) == (door.page not in CACHED), door


def test_the_content_policy_admits_nothing_inline_and_nothing_from_elsewhere() -> None:
    words = {word for part in CONTENT_SECURITY_POLICY.split(";") for word in part.split()[1:]}

    assert words == {"'self'", "'none'", "data:"}


def test_a_visitor_is_sent_to_sign_in_and_from_there_to_the_page(stage: Stage) -> None:
    for door in doors():
        is_shut = door.verb == "GET" and door.answers["participant"] != door.answers["visitor"]
        if is_shut and door.answers["visitor"] == 303:
            url = stage.address(door.address, "visitor")
            assert stage.ask("visitor", "GET", url).location == f"/sign-in?to={url}", door
