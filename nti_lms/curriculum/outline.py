"""The skeleton of a lesson: what its languages share, with no word of any of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nti_lms.curriculum.markup import links_in, words_of_html
from nti_lms.curriculum.types import Block, Item, Lesson, Part
from nti_lms.domain.questions import NUMERIC

_SHAPES = re.compile(r"<(p|ul|ol|li|tr|th|td|blockquote)\b")


@dataclass(frozen=True, slots=True)
class Bone:
    """A line of a skeleton, and the line of the file where it stands."""

    text: str
    line: int


def skeleton(lesson: Lesson) -> list[str]:
    """Ids, kinds, attributes, shapes of prose, right answers, references: one line a thing."""
    return [bone.text for bone in bones(lesson)]


def bones(lesson: Lesson) -> list[Bone]:
    """The skeleton, each line with its place in the file."""
    head = (
        f"lesson {lesson.key} {lesson.minutes}/{lesson.group_minutes} minutes, "
        f"level {lesson.content_level}, objectives {' '.join(lesson.objectives)}"
    )
    found = [Bone(head, 1)]
    for block in lesson.blocks:
        found += _block(block)
    return found


def _block(block: Block) -> Iterator[Bone]:
    image = f" image={block.image}" if block.image else ""
    mark = f"{block.kind} #{block.id}{_show(block.attributes)}{image}"
    yield Bone(mark + _shape(block.html) + _references(html_of(block)), block.line)
    yield from _items(block.items, 1)
    for part in block.parts:
        yield from _part(part, 1)


def _part(part: Part, depth: int) -> Iterator[Bone]:
    name = f"{part.role} #{part.id}".strip() if part.id else part.role
    mark = f"{name}{_show(part.attributes)}"
    quote = " +quotation" if part.quote else ""
    yield Bone(f"{'  ' * depth}{mark}{_shape(part.html)}{quote}", part.line)
    yield from _items(part.items, depth + 1, has_numbers=part.role == NUMERIC)
    for entry in part.parts:
        yield from _part(entry, depth + 1)


def _items(items: Sequence[Item], depth: int, *, has_numbers: bool = False) -> Iterator[Bone]:
    for item in items:
        mark = "" if item.mark is None else f"[{item.mark}] "
        right = f" -> {item.right[0]}" if item.right else ""
        number = f" = {words_of_html(item.html)}" if has_numbers else ""
        note = " +feedback" if item.feedback else ""
        yield Bone(f"{'  ' * depth}{mark}{item.id}{right}{number}{note}", item.line)
        yield from _items(item.items, depth + 1)


def _show(attributes: Mapping[str, str]) -> str:
    return "".join(f" {name}={value}" for name, value in sorted(attributes.items()))


def _shape(html: str) -> str:
    """`<p>…</p><p>…</p><ul><li>…` as ` [p2 ul li]`."""
    runs = [(tag, len(list(run))) for tag, run in groupby(_SHAPES.findall(html))]
    shown = " ".join(tag + (str(count) if count > 1 else "") for tag, count in runs)
    return f" [{shown}]" if shown else ""


def _references(pieces: Iterator[str]) -> str:
    found = {address for piece in pieces for address in links_in(piece)}
    own = sorted(address for address in found if not address.startswith(("http", "mailto")))
    return f" -> {' '.join(own)}" if own else ""


def html_of(block: Block) -> Iterator[str]:
    """Every piece of HTML in a block."""
    yield from (block.html, block.prompt)
    yield from _html_of_items(block.items)
    for part in block.parts:
        yield from _html_of_part(part)


def _html_of_part(part: Part) -> Iterator[str]:
    yield from (part.heading, part.html, part.quote)
    yield from _html_of_items(part.items)
    for entry in part.parts:
        yield from _html_of_part(entry)


def _html_of_items(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield from (item.html, item.feedback, item.right[1] if item.right else "")
        yield from _html_of_items(item.items)
