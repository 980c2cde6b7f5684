"""What is done, what comes next, and which counts are too small to show."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain import progress
from nti_lms.domain.progress import State

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Here:
    seen_at: datetime = MONDAY
    read_at: datetime | None = None
    block: str = ""


READ = Here(read_at=MONDAY)


@pytest.mark.parametrize(
    ("here", "state"), [(None, State.TODO), (Here(), State.NOW), (READ, State.DONE)]
)
def test_a_lesson_is_ahead_then_under_way_then_done(here, state):
    assert progress.state(here) == state


def test_the_lesson_seen_last_comes_next():
    found = {1: READ, 2: Here(), 3: Here(seen_at=TUESDAY)}

    assert progress.next_lesson([1, 2, 3, 4], found) == 3


def test_without_a_lesson_under_way_the_first_unread_comes_next():
    assert progress.next_lesson([1, 2, 3], {1: READ, 3: READ}) == 2


def test_nothing_comes_next_when_all_is_read():
    assert progress.next_lesson([1, 2], {1: READ, 2: READ}) is None


def test_reading_is_counted_only_where_it_is_asked():
    assert progress.count_read([1, 2, 3], {1: READ, 2: Here(), 9: READ}) == 1


@given(total=st.integers(1, 500), data=st.data())
def test_a_hundred_per_cent_means_that_nothing_is_missing(total, data):
    done = data.draw(st.integers(0, total))

    found = progress.percent(done, total)

    assert 0 <= found <= 100
    assert (found == 100) == (done == total)


def test_nothing_of_nothing_is_nothing():
    assert progress.percent(0, 0) == 0


def test_the_share_behind_counts_the_blocks_before_the_place():
    assert progress.share_behind(["a", "b", "c", "d"], "c") == 50


def test_a_block_that_is_gone_is_the_beginning():
    assert progress.share_behind(["a", "b"], "gone") == 0


def test_minutes_left_are_rounded_up():
    assert [progress.minutes_left(25, behind) for behind in (0, 50, 99)] == [25, 13, 1]


@pytest.mark.parametrize(
    ("count", "total", "told"),
    [(5, 10, 5), (10, 10, 10), (4, 10, None), (0, 10, None), (6, 10, None), (3, 3, None)],
)
def test_a_count_that_lets_few_people_stand_out_is_not_shown(count, total, told):
    assert progress.shown(count, total) == told
