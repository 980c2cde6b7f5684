"""Ids: there, well formed, and used once."""

from collections.abc import Sequence

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.types import Block, Item, Lesson, Part


def check_ids(lesson: Lesson) -> Faults:
    """Blocks, questions, steps and handouts are unique in a lesson; list entries in their list."""
    seen: dict[str, int] = {}
    for block in lesson.blocks:
        yield from _claim(block.id, block.line, seen)
        yield from _check_items(block.items)
        for part in block.parts:
            yield from _check_part(block, part, seen)


def _check_part(block: Block, part: Part, seen: dict[str, int]) -> Faults:
    if block.kind == "quiz":
        yield from _claim(part.id, part.line, seen)
        yield from _check_unique([item.right[0] for item in part.items if item.right], part.line)
        yield from _check_question_items(part.items)
    else:
        yield from _check_items(part.items)
    for entry in part.parts:
        if entry.id or block.kind == "activity":  # elsewhere it has no place at all
            yield from _claim(entry.id, entry.line, seen)
        yield from _check_items(entry.items)


def _claim(name: str, line: int, seen: dict[str, int]) -> Faults:
    if not ID.fullmatch(name):
        yield line, f"missing or malformed id «{name}»"
    elif name in seen:
        yield line, f"the id {name} was used on line {seen[name]}"
    seen.setdefault(name, line)


def _check_items(items: Sequence[Item]) -> Faults:
    for item in items:
        if not item.id:
            yield item.line, "an entry without an id, in a list whose entries have one"
    yield from _check_question_items(items)


def _check_question_items(items: Sequence[Item]) -> Faults:
    """An option without an id is told by the check of quizzes."""
    if items:
        yield from _check_unique([item.id for item in items if item.id], items[0].line)
    for item in items:
        yield from _check_question_items(item.items)


def _check_unique(names: Sequence[str], line: int) -> Faults:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield line, f"the id {name} stands twice in one list"
