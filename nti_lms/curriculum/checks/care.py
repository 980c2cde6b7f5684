"""What a lesson owes to those who read it: warning, a way round, grounding, a closing."""

from nti_lms.curriculum.checks.faults import Faults, head_line
from nti_lms.curriculum.types import Block, Lesson


def check_care(lesson: Lesson) -> Faults:
    """Content notes, grounding, the closing reflection, further reading."""
    notes = [block for block in lesson.blocks if block.kind == "content-note"]
    line = head_line(lesson, "content-level")
    level = lesson.content_level
    if level and str(level) not in {note.attributes.get("level") for note in notes}:
        yield line, f"level {level} asks for a content note of that level"
    for note in notes:
        yield from _check_note(note, lesson)
    uses = {block.attributes.get("use") for block in lesson.blocks}
    if level == 3 and "grounding" not in uses:
        yield line, "level 3 asks for a text with use=grounding"
    if "reading" not in uses:
        yield 1, "there is no further reading, a text with use=reading"
    targets = [
        block.attributes.get("target") for block in lesson.blocks if block.kind == "reflection"
    ]
    if targets.count("none") != 1:
        yield 1, f"{targets.count('none')} closing reflections (target=none); a lesson has one"


def _check_note(note: Block, lesson: Lesson) -> Faults:
    until = note.attributes.get("until")
    later = lesson.blocks[lesson.blocks.index(note) + 1 :]
    if until and until not in {block.id for block in later}:
        yield note.line, f"the note ends at no later block: until={until}"
