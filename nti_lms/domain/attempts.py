"""How often, and how soon again, a quiz may be answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What an author allows: `most` attempts (None: any number), each `wait` after the last."""

    most: int | None = None
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody stands: attempts `left` (None: any number), and when the next may begin.

    `opens_at` is None when it may begin now, and when none is left.
    """

    left: int | None = None
    opens_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether an attempt may begin now."""
        return self.left != 0 and self.opens_at is None


def next_turn(terms: Terms, submitted: Collection[datetime], now: datetime) -> Turn:
    """The turn of somebody who has submitted attempts at these moments."""
    left = None if terms.most is None else max(0, terms.most - len(submitted))
    if not submitted or left == 0:
        return Turn(left)
    opens_at = max(submitted) + terms.wait
    return Turn(left, opens_at if opens_at > now else None)
