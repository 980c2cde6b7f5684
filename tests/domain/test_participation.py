"""What somebody took part in, and the rule that a manager may ask for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain.participation import Participation, Presence, ReadModule, Threshold

DAYS = st.lists(st.dates(), min_size=1, max_size=5).map(tuple)
MODES = st.sampled_from(["in-person", "virtual", "hybrid"])
PRESENCES = st.lists(st.builds(Presence, st.integers(1, 2), MODES, DAYS), max_size=2).map(tuple)
TITLES = st.fixed_dictionaries({"es": st.text(), "en": st.text()})
READ = st.lists(st.builds(ReadModule, st.integers(1, 9), TITLES), max_size=9).map(tuple)


@given(st.builds(Participation, PRESENCES, READ))
def test_what_is_kept_is_what_was_taken_part_in(participation):
    assert Participation.from_json(participation.to_json()) == participation


def took_part(days, modules):
    there = Presence(1, "virtual", tuple(date(2026, 3, day + 1) for day in range(days)))
    read = tuple(ReadModule(number, {}) for number in range(modules))
    return Participation((there,) if days else (), read)


@pytest.mark.parametrize(
    ("days", "modules", "is_met"),
    [(3, 2, True), (4, 2, True), (2, 2, False), (3, 1, False), (0, 0, False)],
)
def test_a_rule_is_met_with_as_many_days_and_modules_or_more(days, modules, is_met):
    assert Threshold(days=3, modules=2).is_met(took_part(days, modules)) is is_met


def test_whoever_took_part_in_nothing_meets_no_rule():
    assert not Threshold(days=0, modules=0).is_met(took_part(0, 0))
    assert Threshold(days=0, modules=0).is_met(took_part(0, 1))
