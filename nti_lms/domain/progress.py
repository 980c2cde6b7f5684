"""What is done, what comes next: plain arithmetic on keys of lessons in teaching order."""

from collections.abc import Collection, Sequence


def percent(done: int, of: int) -> int:
    """The share done, 0 to 100, rounded down so that 100 means all of it; 0 of nothing."""
    return done * 100 // of if of else 0


def next_lesson(order: Sequence[int], read: Collection[int], latest: int | None) -> int | None:
    """Where to go on: the lesson opened last if it is not read yet, else the first unread after
    it, else the first unread of all; None when everything is read.
    """
    if latest in order and latest not in read:
        return latest
    start = order.index(latest) + 1 if latest in order else 0
    ahead = [*order[start:], *order[:start]]
    return next((lesson for lesson in ahead if lesson not in read), None)
