"""The words of a block as everybody who learns reads them: no notes, no keys, no group sheets."""

import re
from collections.abc import Iterator

from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Lesson, Part

# Sheets that one fills in alone. The others would spoil the exercise, and weigh on a poor link.
OWN_SHEETS = {"person", "institution"}
# What only whoever facilitates needs on the screen: how to prepare a session, and the record of it.
LEADING_PARTS = {"materials", "planning", "adaptations", "record"}
UNNAMED_PARTS = {"purpose", "summary", "description"}  # shown without their heading
UNTOLD = {"facilitator", "quiz"}

_ENDING = re.compile(r"<(?:/(?:p|li|th|td|blockquote)|br)\b")


def title_of(block: Block) -> str:
    """What a block is called: its title, else the question that it asks, else its caption."""
    return block.title or words_of_html(block.prompt) or _plain(block.html if block.image else "")


def words_of_block(block: Block) -> str:
    """All its words in one line; empty for a block that not everybody reads, and for a quiz."""
    return "" if block.kind in UNTOLD else _plain(" ".join(_inside(block)))


def covering_notes(lesson: Lesson) -> dict[str, str]:
    """The content note that each block stands behind, by block id, for those that do."""
    covered, note, until = {}, "", ""
    for block in lesson.blocks:
        if block.id == until:
            note = until = ""
        if note:
            covered[block.id] = note
        if block.kind == "content-note":
            note, until = block.id, block.attributes.get("until", "")
    return covered


def _inside(block: Block) -> Iterator[str]:
    yield from (block.alt, block.html)
    yield from (item.html for item in block.items)
    for part in block.parts:
        if part.role not in LEADING_PARTS:
            yield from _of_part(part, has_sheets=block.kind == "activity")


def _of_part(part: Part, *, has_sheets: bool) -> Iterator[str]:
    yield from ("" if part.role in UNNAMED_PARTS else part.title, part.html)
    yield from (item.html for item in part.items)
    for inner in part.parts:
        is_own = part.role == "steps" or inner.attributes.get("per") in OWN_SHEETS
        if is_own or not has_sheets:
            yield from _of_part(inner, has_sheets=False)


def _plain(html: str) -> str:
    return " ".join(words_of_html(_ENDING.sub(r" \g<0>", html)).split())
