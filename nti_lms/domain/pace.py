"""How often one person may do a thing: so many at once, then one every so many seconds."""

from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Pace:
    """`at_once` in a row, then one every `seconds`."""

    name: str
    seconds: float
    at_once: int


class Turns:
    """When each may go again. It is kept in memory: each process counts for itself."""

    MOST_KEPT = 10_000

    def __init__(self) -> None:
        self._lock = Lock()
        self._due: dict[tuple[str, Hashable], float] = {}

    def take(self, who: Hashable, pace: Pace, now: float) -> float:
        """Take a turn and give 0.0, or give the seconds until there is one."""
        key = (pace.name, who)
        with self._lock:
            due = max(self._due.get(key, now), now)
            wait = due - now - pace.seconds * (pace.at_once - 1)
            if wait > 0:
                return wait
            self._due[key] = due + pace.seconds
            if len(self._due) > self.MOST_KEPT:
                self._due = {kept: then for kept, then in self._due.items() if then > now}
            return 0.0
