"""What lies ahead: which gathering a phase belongs to, and the day by which its work is done."""

from datetime import date

import pytest

from nti_lms.domain.ahead import Ahead
from nti_lms.domain.schedule import PHASES, Days

FIRST = Days(date(2026, 3, 9), date(2026, 3, 13))
SECOND = Days(date(2026, 11, 23), date(2026, 11, 26))
DESIGN = {"F1": FIRST, "F2": Days(date(2026, 3, 14), date(2026, 4, 10))}


@pytest.mark.parametrize(("number", "owed"), [(1, PHASES[:2]), (2, PHASES[:5]), (None, PHASES)])
def test_what_comes_after_a_gathering_is_not_owed_before_it(number, owed):
    ahead = Ahead(date(2026, 3, 1), number)

    assert tuple(phase for phase in PHASES if ahead.owes(phase)) == owed


@pytest.mark.parametrize(
    ("today", "phase", "day"),
    [
        ("2026-03-14", "F2", "2026-04-10"),  # its own last day
        ("2026-04-10", "F2", "2026-04-10"),  # that day is still in time
        ("2026-04-11", "F2", "2026-11-22"),  # its day is gone: the eve of the gathering
        ("2026-04-11", "F1", "2026-11-22"),
        ("2026-04-11", "F3", "2026-11-22"),  # without days of its own
        ("2026-11-22", "F3", "2026-11-22"),
        ("2026-11-23", "F3", "2026-11-26"),  # while people meet: its last day
    ],
)
def test_work_is_due_with_its_phase_else_before_the_gathering(today, phase, day):
    ahead = Ahead(date.fromisoformat(today), 2, SECOND, DESIGN)

    assert ahead.due_on(phase) == date.fromisoformat(day)


def test_nothing_is_due_on_a_day_that_nobody_has_set_or_after_the_last_gathering():
    assert Ahead(date(2026, 4, 11), 2).due_on("F3") is None
    assert Ahead(date(2026, 12, 1), None, SECOND, DESIGN).due_on("F3") is None


@pytest.mark.parametrize(
    ("today", "is_on", "day_number", "days_left"),
    [
        ("2026-11-21", False, 0, 2),
        ("2026-11-22", False, 0, 1),
        ("2026-11-23", True, 1, 0),
        ("2026-11-26", True, 4, 0),
    ],
)
def test_a_gathering_comes_nearer_and_then_is_on(today, is_on, day_number, days_left):
    ahead = Ahead(date.fromisoformat(today), 2, SECOND)

    assert (ahead.is_on, ahead.day_number, ahead.days_left) == (is_on, day_number, days_left)
