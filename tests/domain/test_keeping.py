"""Backups grow sparse as they age, and none that a rule still needs is let go."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain.keeping import kept

NOW = datetime(2027, 3, 31, 3, 0, tzinfo=UTC)
moments = st.sets(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), max_size=60)


def days_ago(days, **more):
    return NOW - timedelta(days=days, **more)


def test_a_year_of_nightly_backups_leaves_seven_days_five_weeks_six_months():
    nightly = {days_ago(days) for days in range(365)}
    year_of = {at: (NOW - at).days for at in kept(nightly)}

    assert sorted(year_of.values()) == [0, 1, 2, 3, 4, 5, 6, 10, 17, 24, 31, 59, 90, 121, 151]
    assert {at.date().isoformat() for at in year_of if (NOW - at).days > 24} == {
        *("2027-02-28", "2027-01-31", "2026-12-31", "2026-11-30", "2026-10-31")
    }


def test_all_of_the_last_two_days_stay_and_then_the_newest_of_each_day():
    hourly = {NOW - timedelta(hours=hours) for hours in range(24 * 9)}

    left = kept(hourly)

    assert {at for at in hourly if NOW - at < timedelta(hours=48)} <= left
    of_that_day = [at for at in hourly if at.date() == days_ago(4).date()]
    assert left & set(of_that_day) == {max(of_that_day)}


def test_a_machine_that_stood_still_loses_nothing_by_it():
    old = {days_ago(days) for days in range(400, 406)}

    assert kept(old | {NOW}) == old | {NOW}


def test_nothing_is_kept_of_nothing():
    assert kept(set()) == set()


@given(moments)
def test_the_newest_stays_and_nothing_is_made_up(found):
    left = kept(found)

    assert left <= found
    assert not found or max(found) in left


@given(moments)
def test_letting_go_twice_lets_go_no_more(found):
    assert kept(kept(found)) == kept(found)


@given(moments, st.datetimes(datetime(2030, 1, 2), datetime(2031, 1, 1)))
def test_what_was_let_go_is_never_missed_later(found, later):
    """Pruning every day ends like pruning once."""
    assert kept(kept(found) | {later}) == kept(found | {later})
