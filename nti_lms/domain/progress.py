"""How far somebody has come: what is done, what is under way, what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

SMALLEST_GROUP = 5


class Progress(Protocol):
    """A person in a lesson: where they stopped, when they were last there, when it was read."""

    block: str
    seen_at: datetime
    read_at: datetime | None


class State(StrEnum):
    """What a lesson is to a person."""

    DONE = "done"
    NOW = "now"
    TODO = "todo"


def state(progress: Progress | None) -> State:
    """Done once it is marked as read, under way once it was opened."""
    if progress is None:
        return State.TODO
    return State.DONE if progress.read_at else State.NOW


def percent(done: int, total: int) -> int:
    """`done` of `total` as 0 to 100, rounded down: 100 only when nothing is missing."""
    return 100 * min(done, total) // total if total else 0


def count_read(lesson_ids: Iterable[int], progress: Mapping[int, Progress]) -> int:
    """How many of these lessons are done."""
    return sum(state(progress.get(lesson_id)) == State.DONE for lesson_id in lesson_ids)


def next_lesson(lesson_ids: Sequence[int], progress: Mapping[int, Progress]) -> int | None:
    """The lesson under way that was seen last, else the first not begun; None when all are done."""
    unread = [each for each in lesson_ids if state(progress.get(each)) != State.DONE]
    begun = [each for each in unread if each in progress]
    if begun:
        return max(begun, key=lambda each: progress[each].seen_at)
    return unread[0] if unread else None


def share_behind(blocks: Sequence[str], block: str) -> int:
    """How much of a lesson lies before `block`, 0 to 100; 0 for a block that it no longer has."""
    return percent(blocks.index(block), len(blocks)) if block in blocks else 0


def minutes_left(minutes: int, behind: int) -> int:
    """What remains of `minutes` with `behind` per cent done, rounded up to a whole minute."""
    return -(-minutes * (100 - behind) // 100)


def shown(count: int, total: int) -> int | None:
    """`count` of a group of `total`, or None where it, or those left over, are too few to tell.

    Fewer than five people could be recognised; so could one to four who stand apart from the rest.
    """
    left_over = total - count
    return None if count < SMALLEST_GROUP or 0 < left_over < SMALLEST_GROUP else count
