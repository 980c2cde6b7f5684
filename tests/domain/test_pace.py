"""So many at once, then one every so many seconds."""

import pytest

from nti_lms.domain.pace import Pace, Turns

PACE = Pace("walks", seconds=2, at_once=3)


@pytest.fixture
def turns():
    return Turns()


def waits(turns, *, times, at=100.0, who="ada", pace=PACE):
    return [turns.take(who, pace, at) for _ in range(times)]


def test_so_many_go_at_once_and_the_next_waits(turns):
    assert waits(turns, times=5) == [0, 0, 0, 2, 2]


def test_a_refused_try_does_not_lengthen_the_wait(turns):
    waits(turns, times=50)

    assert waits(turns, times=2, at=102) == [0, 2]


def test_a_rest_brings_all_turns_back_and_no_more(turns):
    waits(turns, times=3)

    assert waits(turns, times=4, at=1000) == [0, 0, 0, 2]


def test_others_and_other_things_are_counted_apart(turns):
    waits(turns, times=3)

    assert waits(turns, times=1, who="bo") == [0]
    assert waits(turns, times=1, pace=Pace("songs", seconds=2, at_once=3)) == [0]


def test_a_clock_that_goes_back_keeps_nobody_waiting_for_ever(turns):
    waits(turns, times=3)

    assert waits(turns, times=1, at=99) == [3]


def test_memory_is_bounded(turns):
    for number in range(Turns.MOST_KEPT + 1):
        turns.take(number, PACE, float(number))

    assert len(turns._due) < 10
