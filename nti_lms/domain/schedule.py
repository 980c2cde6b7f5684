"""The phases of a cohort, and when its modules open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PHASES = ("F0", "F1", "F2", "F3", "F4", "F5")
MODES = ("in-person", "virtual", "hybrid")
# The phase that each gathering is.
PHASE_OF = {1: "F1", 2: "F4"}
MOST_DAYS = 30  # of a gathering: each has a sheet to sign, and an agenda
_FOR_DESIGN = timedelta(weeks=4)
_DAY = timedelta(days=1)


class Rule(StrEnum):
    """When a module opens to participants: at once, with its phase, or on a day."""

    NOW = "now"
    PHASE = "phase"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of whole days, both ends in it; None where it is not fixed."""

    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def is_in_order(self) -> bool:
        """Whether it does not end before it begins."""
        return not (self.starts_on and self.ends_on) or self.starts_on <= self.ends_on

    @property
    def count(self) -> int:
        """How many days it has; 0 while an end is open."""
        if self.starts_on is None or self.ends_on is None:
            return 0
        return (self.ends_on - self.starts_on).days + 1

    def each(self) -> list[date]:
        """Its days, one by one; none while an end is open."""
        return [self.starts_on + n * _DAY for n in range(self.count)] if self.starts_on else []


def phases_around(first: Days, second: Days) -> dict[str, Days]:
    """What the six phases may be, from the days of the two gatherings; all may be changed."""
    designed = first.ends_on and first.ends_on + _FOR_DESIGN
    eve = second.starts_on and second.starts_on - _DAY
    if designed and eve and designed >= eve:
        designed = None
    between = designed + _DAY if designed else first.ends_on and first.ends_on + _DAY
    proposed = {
        "F0": Days(None, first.starts_on and first.starts_on - _DAY),
        "F1": first,
        "F2": Days(first.ends_on and first.ends_on + _DAY, designed),
        "F3": Days(between, eve),
        "F4": second,
        "F5": Days(second.ends_on and second.ends_on + _DAY, None),
    }
    return {code: days if days.is_in_order else Days() for code, days in proposed.items()}


def phase_on(today: date, phases: Mapping[str, Days]) -> str | None:
    """The last phase that has begun and is not over, or None."""
    running = [
        code
        for code, days in phases.items()
        if (days.starts_on or days.ends_on)
        and (days.starts_on is None or days.starts_on <= today)
        and (days.ends_on is None or today <= days.ends_on)
    ]
    return max(running, default=None)


def opens_on(rule: Rule, *, day: date | None, phase: Days) -> date | None:
    """The day from which a module is open; None when it is open already.

    With a phase that has no first day yet it is open: nobody is kept out by what is not decided.
    """
    if rule == Rule.DAY:
        return day
    return phase.starts_on if rule == Rule.PHASE else None
