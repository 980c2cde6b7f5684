"""The stage of the doors, for people who type faster than anybody can."""

import pytest

from nti_lms.domain.pace import Turns
from tests.doors.conftest import abroad, people, stage

__all__ = ["abroad", "people", "stage"]


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "take", lambda *_: 0.0)
