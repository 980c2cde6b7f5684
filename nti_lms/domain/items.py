"""Item statistics: how the questions of a quiz did with a group, never how a person did.

The definitions are those of Moodle's quiz statistics report. Sums are whole numbers, so each result
is exact, or the double nearest to the root that it takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import comb, lcm, sqrt

from nti_lms.domain import questions as kinds
from nti_lms.domain.answers import ANY
from nti_lms.domain.progress import SMALLEST_GROUP
from nti_lms.domain.questions import Accepted, Key

Marks = Sequence[Sequence[Fraction]]  # by person, then by question: the points won


# From, or below, which per cent on a question deserves a look; the words on its page follow them.
EASY, HARD, WEAK = 90, 35, 20


class Doubt(StrEnum):
    """Why a question deserves a look, the gravest first."""

    AGAINST = "against"
    GUESSED = "guessed"
    HARD = "hard"
    EASY = "easy"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Item:
    """One question, in per cent. None stands where the definition has no value.

    `facility` is the mean of the points won, `deviation` their standard deviation, both of the
    points offered. `intended_weight` is its share of the points offered by the quiz, and
    `effective_weight` its share of what sets people apart. `discrimination` correlates it with the
    rest of the quiz, and `efficiency` compares that with the most that these marks could give.
    """

    facility: Fraction
    deviation: float | None
    intended_weight: Fraction
    effective_weight: float | None
    discrimination: float | None
    efficiency: Fraction | None


def whole_batches(count: int) -> int:
    """How many of `count` people are counted: they enter five at a time.

    So two numbers that were ever shown differ by five people or more, or by nobody.
    """
    return count - count % SMALLEST_GROUP


def analyse(marks: Marks, offered: Sequence[int]) -> tuple[Item, ...]:
    """The statistics of each question, from what each person won of the points `offered`.

    Raises:
        ValueError: nobody answered, or a row has another length than `offered`.
    """
    if not marks or any(len(row) != len(offered) for row in marks):
        raise ValueError("each person needs a mark for each question")
    unit = lcm(*(mark.denominator for row in marks for mark in row))
    columns = [
        [mark.numerator * (unit // mark.denominator) for mark in column]
        for column in zip(*marks, strict=True)
    ]
    totals = [sum(row) for row in zip(*columns, strict=True)]
    with_total = [_co(column, totals) for column in columns]
    roots = sum(sqrt(co) for co in with_total if co > 0)
    return tuple(
        _item(column, totals, unit, points, Fraction(100 * points, sum(offered)), co, roots)
        for column, points, co in zip(columns, offered, with_total, strict=True)
    )


def _item(
    column: list[int],
    totals: list[int],
    unit: int,
    points: int,
    intended: Fraction,
    with_total: int,
    roots: float,
) -> Item:
    people, whole = len(column), unit * points
    rest = [total - own for total, own in zip(totals, column, strict=True)]
    co, spread = _co(column, rest), _co(column, column) * _co(rest, rest)
    most = _co(sorted(column), sorted(rest))
    variance = Fraction(_co(column, column), people * (people - 1)) if people > 1 else None
    return Item(
        facility=Fraction(100 * sum(column), people * whole),
        deviation=None if variance is None else 100 * sqrt(variance) / whole,
        intended_weight=intended,
        effective_weight=100 * sqrt(with_total) / roots if roots and with_total >= 0 else None,
        discrimination=100 * co / sqrt(spread) if spread else None,
        efficiency=Fraction(100 * co, most) if most else None,
    )


def doubts(item: Item, chance: Fraction | None) -> tuple[Doubt, ...]:
    """Why a question deserves a look; `chance` is what guessing wins, in per cent."""
    link = item.discrimination
    held = {
        Doubt.AGAINST: link is not None and link < 0,
        Doubt.GUESSED: bool(chance) and item.facility <= (chance or 0),
        Doubt.HARD: item.facility < HARD,
        Doubt.EASY: item.facility >= EASY,
        Doubt.WEAK: link is not None and 0 <= link < WEAK,
    }
    return tuple(doubt for doubt, is_held in held.items() if is_held)


def _co(one: list[int], other: list[int]) -> int:
    """n times the sum of products, less the product of the sums: n (n - 1) covariances."""
    products = sum(a * b for a, b in zip(one, other, strict=True))
    return len(one) * products - sum(one) * sum(other)


def guess(key: Key) -> Fraction | None:
    """What blind guessing wins on average, in per cent; None for what is not scored.

    Of a multiple, as many options are drawn as are right, as if one knew how many.
    """
    share = _GUESSES[key.kind](key) if key.is_scored else None
    return None if share is None else 100 * share


def _one_option(key: Key) -> Fraction:
    return Fraction(len(key.right), len(key.options)) if key.options else Fraction(0)


def _several_options(key: Key) -> Fraction:
    right, total = len(key.right), len(key.options)
    ways = sum(
        max(0, 2 * hits - right) * comb(right, hits) * comb(total - right, right - hits)
        for hits in range(right + 1)
    )
    return Fraction(ways, right * comb(total, right)) if right else Fraction(0)


def _one_target(key: Key) -> Fraction:
    return Fraction(1, len(key.targets)) if key.targets else Fraction(0)


def _one_place(key: Key) -> Fraction:
    return Fraction(1, len(key.options)) if key.options else Fraction(0)


def _typed(key: Key) -> Fraction:
    return _any_words(key.accepted)


def _gaps(key: Key) -> Fraction:
    if not key.gaps:
        return Fraction(0)
    each = [_drawn(gap) if key.is_chosen else _any_words(gap) for gap in key.gaps.values()]
    return sum(each, Fraction(0)) / len(each)


def _drawn(gap: Sequence[Accepted]) -> Fraction:
    return Fraction(sum(answer.right for answer in gap), len(gap)) if gap else Fraction(0)


def _any_words(accepted: Sequence[Accepted]) -> Fraction:
    """Nothing: words are not guessed, unless any words at all are right."""
    return Fraction(any(answer.right and answer.text.strip() == ANY for answer in accepted))


_GUESSES = {
    kinds.SINGLE: _one_option,
    kinds.TRUE_FALSE: _one_option,
    kinds.MULTIPLE: _several_options,
    kinds.MATCH: _one_target,
    kinds.ORDER: _one_place,
    kinds.SHORT: _typed,
    kinds.NUMERIC: _typed,
    kinds.CLOZE: _gaps,
}
