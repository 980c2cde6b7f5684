"""Kinds of block, their attributes, titles and parts."""

from nti_lms.curriculum.checks.faults import Faults, check_attributes
from nti_lms.curriculum.grammar import BLOCKS, BlockShape, PartShape
from nti_lms.curriculum.types import LANGUAGES, Block, Lesson, Part


def check_structure(lesson: Lesson) -> Faults:
    """Whatever a block is, has or lacks against the grammar of the format."""
    for block in lesson.blocks:
        shape = BLOCKS.get(block.kind)
        if shape is None:
            yield block.line, f"unknown kind of block «{block.kind}»"
            continue
        yield from check_attributes(_name(block), block.attributes, shape, block.line)
        yield from _check_title(block, shape)
        if block.kind != "quiz":
            yield from _check_parts(block, shape, lesson.language)


def _name(block: Block) -> str:
    return f"the {block.kind} #{block.id}"


def _check_title(block: Block, shape: BlockShape) -> Faults:
    if shape.is_titled and not block.title:
        yield block.line, f"{_name(block)} has no title"
    if not shape.is_titled and block.title:
        yield block.line, f"{_name(block)} takes no title"
    if not (block.html or block.prompt or block.items or block.parts or block.image):
        yield block.line, f"{_name(block)} is empty"


def _check_parts(block: Block, shape: BlockShape, language: str) -> Faults:
    seen: dict[str, int] = {}
    for part in block.parts:
        found = shape.parts.get(part.role)
        if found:
            yield from _check_part(part, found, language)
        else:
            yield from _check_subheading(block, part, shape)
        if part.role and seen.setdefault(part.role, part.line) != part.line:
            yield part.line, f"the part «{part.role}» stands already on line {seen[part.role]}"
    for role, needed in shape.parts.items():
        if needed.is_needed and role not in seen:
            yield block.line, f"{_name(block)} lacks its part «{role}»"


def _check_subheading(block: Block, part: Part, shape: BlockShape) -> Faults:
    """Text may have plain level-3 headings; what is built of parts may not."""
    if part.role:
        yield part.line, f"{_name(block)} has no part «{part.role}»"
    elif part.id or part.attributes or any(found.is_needed for found in shape.parts.values()):
        yield part.line, f"«{part.title}» names no part of {_name(block)}"
    for entry in part.parts:
        yield entry.line, f"a heading of level 4 has no place here: «{entry.title}»"


def _check_part(part: Part, shape: PartShape, language: str) -> Faults:
    yield from check_attributes(f"the part «{part.role}»", part.attributes, shape, part.line)
    if shape.headings:
        heading = shape.headings[LANGUAGES.index(language)]
        if part.title.replace("'", "’") != heading:
            yield part.line, f"the heading of «{part.role}» is «{heading}», not «{part.title}»"
    if lacking := sorted(shape.boxes - {item.id for item in part.items}):
        yield part.line, f"the part «{part.role}» lacks {', '.join(lacking)}"
    for entry in part.parts:
        if shape.entries is None:
            yield entry.line, f"a heading of level 4 has no place here: «{entry.title}»"
        else:
            owner = f"«{entry.title}»"
            yield from check_attributes(owner, entry.attributes, shape.entries, entry.line)
    if not (part.html or part.items or part.parts):
        yield part.line, f"the part «{part.role}» is empty"
