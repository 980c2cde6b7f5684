"""Item statistics against cases that were worked out by hand; each says how."""

from fractions import Fraction
from math import sqrt

import pytest

from nti_lms.domain.items import Doubt, Item, analyse, doubts, guess, whole_batches
from nti_lms.domain.questions import KINDS, UNSCORED, Accepted, Key

EXACT = 1e-6


def marks(*rows):
    return [[Fraction(mark) for mark in row] for row in rows]


# Five people, three questions of 1, 1 and 2 points.
#
#        a  b  c   total T   rest of a  of b  of c
#   P1   1  1  2      4          3       3     2
#   P2   1  0  2      3          2       3     1
#   P3   1  1  1      3          2       2     2
#   P4   0  1  0      1          1       0     1
#   P5   0  0  0      0          0       0     0
#  mean 3/5 3/5 1   11/5        8/5     8/5   6/5
PEOPLE = marks((1, 1, 2), (1, 0, 2), (1, 1, 1), (0, 1, 0), (0, 0, 0))


def test_a_group_of_five_worked_out_by_hand():
    a, b, c = analyse(PEOPLE, [1, 1, 2])

    # Facility: the mean over the points: 3/5, 3/5, 1/2.
    assert [a.facility, b.facility, c.facility] == [60, 60, 50]
    # Variance of a: squares 3·(2/5)² + 2·(3/5)² = 6/5, over n - 1 = 4: 3/10. So √0.3 = 0.5477226.
    # Of b the same. Of c: 1 + 1 + 0 + 1 + 1 = 4, over 4: 1; over its 2 points 0.5.
    assert a.deviation == pytest.approx(54.7722557505, abs=EXACT)
    assert b.deviation == pytest.approx(54.7722557505, abs=EXACT)
    assert c.deviation == pytest.approx(50, abs=EXACT)
    # Intended: 1, 1 and 2 of 4 points.
    assert [a.intended_weight, b.intended_weight, c.intended_weight] == [25, 25, 50]
    # C(a, T) = (ΣaT - ΣaΣT/5)/4 = (10 - 3·11/5)/4 = 0.85; C(b, T) = (8 - 33/5)/4 = 0.35;
    # C(c, T) = (17 - 5·11/5)/4 = 1.5. Roots 0.9219545, 0.5916080, 1.2247449; sum 2.7383073.
    roots = sqrt(0.85) + sqrt(0.35) + sqrt(1.5)
    assert a.effective_weight == pytest.approx(100 * sqrt(0.85) / roots, abs=EXACT)
    assert b.effective_weight == pytest.approx(100 * sqrt(0.35) / roots, abs=EXACT)
    assert c.effective_weight == pytest.approx(100 * sqrt(1.5) / roots, abs=EXACT)
    # a with its rest: Σ = 3+2+2 = 7, C = (7 - 3·8/5)/4 = 0.55; rest: Σ² = 18, V = (18 - 64/5)/4
    # = 1.3; 0.55/√(0.3·1.3). Sorted both ways 0 0 1 1 1 and 0 1 2 2 3: Σ = 7, the same: 100 %.
    assert a.discrimination == pytest.approx(88.0704846, abs=EXACT)
    assert a.efficiency == 100
    # b: Σ = 3+2+0 = 5, C = (5 - 24/5)/4 = 0.05; rest: Σ² = 22, V = (22 - 64/5)/4 = 2.3;
    # 0.05/√(0.3·2.3). Sorted 0 0 1 1 1 and 0 0 2 3 3: Σ = 8, most (8 - 24/5)/4 = 0.8: 1/16.
    assert b.discrimination == pytest.approx(6.0192927, abs=EXACT)
    assert b.efficiency == Fraction(25, 4)
    # c: Σ = 4+2+2+0+0 = 8, C = (8 - 5·6/5)/4 = 0.5; rest: Σ² = 10, V = (10 - 36/5)/4 = 0.7;
    # 0.5/√0.7. Sorted 0 0 1 2 2 and 0 1 1 2 2: Σ = 9, most (9 - 6)/4 = 0.75: 2/3.
    assert c.discrimination == pytest.approx(59.7614305, abs=EXACT)
    assert c.efficiency == Fraction(200, 3)


def test_parts_of_points_stay_exact():
    # One question won by 1/3, 1/2, 1, 0, 1/6: Σ = 2, mean 2/5. Squares 4/36+9/36+36/36+1/36 =
    # 50/36; V = (50/36 - 4/5)/4 = (250 - 144)/720 = 53/360.
    thirds = marks(("1/3", 1), ("1/2", 1), (1, 0), (0, 0), ("1/6", 1))

    first, _ = analyse(thirds, [1, 1])

    assert first.facility == 40
    assert first.deviation == pytest.approx(100 * sqrt(53 / 360), abs=EXACT)
    # With the other: Σ = 1/3 + 1/2 + 1/6 = 1, n Σ - ΣΣ = 5 - 2·3 = -1. Sorted together 0 1/6 1/3
    # 1/2 1 and 0 0 1 1 1: Σ = 11/6, 55/6 - 6 = 19/6. So -6/19.
    assert first.efficiency == Fraction(-600, 19)


def test_what_everybody_answered_alike_sets_nobody_apart():
    same, other = analyse(marks((1, 1), (1, 0), (1, 1), (1, 0), (1, 1)), [1, 1])

    assert (same.facility, same.deviation, same.effective_weight) == (100, 0, 0)
    assert (same.discrimination, same.efficiency) == (None, None)
    assert (other.effective_weight, other.discrimination, other.efficiency) == (100, None, None)


def test_a_question_that_goes_against_the_quiz_has_no_effective_weight():
    # Whoever knew the two others missed the last one: C(last, T) is below 0.
    against = marks((1, 1, 0), (1, 1, 0), (0, 0, 1), (0, 0, 1), (1, 1, 0))

    *others, last = analyse(against, [1, 1, 1])

    # The rest is twice the opposite of it: r = -1. Σ = 0, so n Σ - ΣΣ = -2·6 = -12;
    # sorted 0 0 0 1 1 and 0 0 2 2 2: Σ = 4, 20 - 12 = 8. So -12/8.
    assert last.discrimination == pytest.approx(-100, abs=EXACT)
    assert last.efficiency == -150
    assert last.effective_weight is None
    assert [item.effective_weight for item in others] == pytest.approx([50, 50], abs=EXACT)


def test_one_person_has_a_facility_and_nothing_else():
    [item] = analyse(marks((1,)), [1])

    assert (item.facility, item.intended_weight) == (100, 100)
    assert (item.deviation, item.effective_weight, item.discrimination, item.efficiency) == (
        *(None, None, None, None),
    )


def test_the_order_of_people_does_not_matter():
    assert analyse(PEOPLE[::-1], [1, 1, 2]) == analyse(PEOPLE, [1, 1, 2])


@pytest.mark.parametrize("rows", [[], marks((1,), (1, 1))])
def test_each_person_needs_a_mark_for_each_question(rows):
    with pytest.raises(ValueError, match="each person"):
        analyse(rows, [1])


@pytest.mark.parametrize(("count", "counted"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (27, 25)])
def test_people_enter_five_at_a_time(count, counted):
    assert whole_batches(count) == counted


OPTIONS = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("key", "won"),
    [
        (Key("q", "single", options=OPTIONS, right=("a",)), 25),
        (Key("q", "true-false", options=("true", "false"), right=("true",)), 50),
        # Two of four drawn: both right in 1 way of 6, one right nets 0: 1/6.
        (Key("q", "multiple", options=OPTIONS, right=("a", "b")), Fraction(100, 6)),
        # Three of four drawn: the right three in 1 way of 4; two right less one wrong nets 1/3 in
        # 3 ways: (1 + 3/3)/4 = 1/2.
        (Key("q", "multiple", options=OPTIONS, right=("a", "b", "c")), 50),
        (Key("q", "match", pairs={"l": "r"}, targets=("r", "s", "t")), Fraction(100, 3)),
        # Of n entries in any order one stands at its place on average: 1/n.
        (Key("q", "order", options=OPTIONS, right=OPTIONS), 25),
        (Key("q", "short", accepted=(Accepted("x", "DNA", right=True),)), 0),
        (Key("q", "numeric", accepted=(Accepted("x", "*", right=True),)), 100),
        (
            Key(
                "q",
                "cloze",
                is_chosen=True,
                gaps={  # 1/2 and 1/3, on average 5/12
                    "g": (Accepted("x", "a", right=True), Accepted("y", "b", right=False)),
                    "h": (
                        Accepted("x", "a", right=True),
                        Accepted("y", "b", right=False),
                        Accepted("z", "c", right=False),
                    ),
                },
            ),
            Fraction(500, 12),
        ),
        (Key("q", "cloze", gaps={"g": (Accepted("x", "a", right=True),)}), 0),
        (Key("q", "scale", options=OPTIONS), None),
        (Key("q", "open"), None),
    ],
)
def test_blind_guessing_wins(key, won):
    assert guess(key) == won


def test_every_scored_kind_can_be_guessed_at():
    for kind in set(KINDS) - UNSCORED:
        assert guess(Key("q", kind)) == 0


@pytest.mark.parametrize(
    ("facility", "link", "chance", "found"),
    [
        (35, 20.0, Fraction(25), []),
        (Fraction(349, 10), 20.0, Fraction(25), [Doubt.HARD]),
        (Fraction(899, 10), None, Fraction(0), []),
        (90, 55.0, None, [Doubt.EASY]),
        (50, 19.9, Fraction(50), [Doubt.GUESSED, Doubt.WEAK]),
        (50, 0.0, Fraction(0), [Doubt.WEAK]),
        (20, -0.1, Fraction(25), [Doubt.AGAINST, Doubt.GUESSED, Doubt.HARD]),
        (0, None, Fraction(0), [Doubt.HARD]),  # typed words are not guessed
    ],
)
def test_a_question_out_of_range_or_without_a_link_deserves_a_look(facility, link, chance, found):
    item = Item(Fraction(facility), 0, Fraction(50), 50, link, None)

    assert list(doubts(item, chance)) == found
