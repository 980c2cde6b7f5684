from datetime import UTC, datetime, timedelta

import pytest

from nti_lms.domain.attempts import Terms, Turn, next_turn

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("terms", "submitted", "turn", "is_open"),
    [
        (Terms(), [], Turn(None), True),
        (Terms(), [NOON] * 40, Turn(None), True),
        (Terms(most=2), [], Turn(2), True),
        (Terms(most=2), [NOON - HOUR], Turn(1), True),
        (Terms(most=2), [NOON - HOUR, NOON], Turn(0), False),
        (Terms(most=2), [NOON] * 3, Turn(0), False),  # the author allowed more before
        (Terms(wait=HOUR), [], Turn(None), True),
        (Terms(wait=HOUR), [NOON], Turn(None, NOON + HOUR), False),
        (Terms(wait=HOUR), [NOON - HOUR], Turn(None), True),  # to the second
        (Terms(wait=HOUR), [NOON - HOUR / 2, NOON - 3 * HOUR], Turn(None, NOON + HOUR / 2), False),
        (Terms(most=1, wait=HOUR), [NOON], Turn(0), False),  # nothing to wait for
    ],
)
def test_the_next_turn_follows_the_terms(terms, submitted, turn, is_open):
    found = next_turn(terms, submitted, NOON)

    assert (found, found.is_open) == (turn, is_open)
