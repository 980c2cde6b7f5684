"""Minutes of an activity: its steps, its whole, and the head of the lesson."""

from collections.abc import Mapping

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.types import Block, Lesson


def check_activities(lesson: Lesson) -> Faults:
    """Steps and closing fill the activity, and the activity fills the lesson's group-minutes."""
    for block in lesson.blocks:
        if block.kind == "activity":
            yield from _check_minutes(block, lesson.group_minutes)


def _check_minutes(block: Block, group_minutes: int) -> Faults:
    steps, closing = block.part("steps"), block.part("closing")
    if steps and not steps.parts:
        yield steps.line, "the steps hold no step"
    timed = [step.attributes for step in steps.parts] if steps else []
    total = sum(map(_minutes, timed)) + (_minutes(closing.attributes) if closing else 0)
    said = _minutes(block.attributes)
    if total != said:
        yield block.line, f"steps and closing take {total} minutes, the activity says {said}"
    if group_minutes and said != group_minutes:
        yield block.line, f"the activity says {said} minutes, group-minutes say {group_minutes}"


def _minutes(attributes: Mapping[str, str]) -> int:
    said = attributes.get("minutes", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
