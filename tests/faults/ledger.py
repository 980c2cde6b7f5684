"""What was acknowledged, and what was found wrong with it."""

from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Ledger:
    """Counts, filled by several writers at once.

    `acknowledged` writes were answered as kept; `cut_off` tries brought no whole answer, and
    `put_off` ones a request to come again; `told_again` counts the tries that were cut off although
    the write had been kept, so that the next try was told its outcome.
    """

    acknowledged: int = 0
    cut_off: int = 0
    put_off: int = 0
    told_again: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def count(self, what: str) -> None:
        """One more of `what`, the name of a count."""
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or otherwise strange."""
        return not (self.lost or self.twice or self.strange)

    def lines(self) -> list[str]:
        """The numbers, and each fault."""
        faults = [*self.lost, *self.twice, *self.strange]
        return [
            f"{self.acknowledged} acknowledged, {self.cut_off} cut off "
            f"({self.told_again} of them after they had been kept), {self.put_off} put off",
            f"{len(self.lost)} lost, {len(self.twice)} applied twice, {len(self.strange)} strange",
            *faults,
        ]
