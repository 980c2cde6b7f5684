"""What lies ahead in a cohort: the next gathering, and by when the work of each phase is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from nti_lms.domain.schedule import Days

# The gathering before which the work of a phase is done; what follows the second comes last.
_BEFORE = {"F0": 1, "F1": 1, "F2": 2, "F3": 2, "F4": 2, "F5": 3}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """How a cohort stands on a day.

    `number` is the gathering that comes next or is on, 1 or 2; None once both are over. Its `days`
    are open while nobody has set them.
    """

    today: date
    number: int | None = 1
    days: Days = Days()
    phases: Mapping[str, Days] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Whether people are meeting today."""
        return self.today in self.days.each()

    @property
    def day_number(self) -> int:
        """Which day of the gathering today is, from 1; 0 when it is none."""
        return self.days.each().index(self.today) + 1 if self.is_on else 0

    @property
    def days_left(self) -> int:
        """Whole days until the gathering begins; 0 from then on, or without a day."""
        start = self.days.starts_on
        return max((start - self.today).days, 0) if start and self.number else 0

    def owes(self, phase: str) -> bool:
        """Whether the work of a phase comes before this gathering; after both, all of it does."""
        return self.number is None or _BEFORE.get(phase, 1) <= self.number

    def due_on(self, phase: str) -> date | None:
        """The day by which the work of a phase is done: its own last day, else, and once that has
        passed, in time for the gathering ahead. None after the last gathering.
        """
        ends_on = self.phases.get(phase, Days()).ends_on
        if self.number and ends_on and ends_on >= self.today:
            return ends_on
        return self._by_the_gathering()

    def _by_the_gathering(self) -> date | None:
        """Its eve; its last day once it is on."""
        start = self.days.starts_on
        if self.number is None or start is None:
            return None
        return start - _DAY if start > self.today else self.days.ends_on
