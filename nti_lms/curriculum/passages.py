"""The running text of a lesson, piece by piece, each with its place in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode as Node

from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.markup import parse
from nti_lms.curriculum.types import Block, Lesson

_BRACES = re.compile(r"\s*\{[^{}]*\}\s*$")
_MARK = re.compile(r"^\[[ xX]\] ")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it points, its words, and its line."""

    address: str
    words: str
    line: int

    @property
    def scheme(self) -> str:
        """What stands before the first colon; "" if there is none."""
        return self.address.partition(":")[0] if ":" in self.address else ""

    @property
    def name(self) -> str:
        """What stands after the first colon."""
        return self.address.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, a paragraph, a list entry or a table cell, line breaks kept.

    `text` has neither ids, marks of options, braces nor images; `said` also has the words of
    images; `loose` is `said` without the words of links to facts. `is_wrong`: an option that is
    not right.
    """

    text: str
    said: str
    loose: str
    links: tuple[Link, ...]
    line: int
    is_heading: bool = False
    is_wrong: bool = False

    def line_at(self, position: int, text: str) -> int:
        """The line of the file at `position` of `text`, one of this passage's three."""
        return self.line + text.count("\n", 0, position)


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson with the passages of each of its blocks."""

    lesson: Lesson
    passages: tuple[tuple[Block, tuple[Passage, ...]], ...]

    def walk(self) -> Iterator[tuple[Block, Passage]]:
        """Every passage, with its block, in the order of the file."""
        for block, found in self.passages:
            for passage in found:
                yield block, passage


def read_draft(lesson: Lesson) -> Draft:
    """Cut a lesson into passages."""
    return Draft(lesson, tuple((block, tuple(_passages(block))) for block in lesson.blocks))


def _passages(block: Block) -> Iterator[Passage]:
    for node in parse(block.source).walk():
        if node.type == "inline" and node.parent:
            yield _passage(node, node.parent.type == "heading", block.line - 1)


def _passage(node: Node, is_heading: bool, offset: int) -> Passage:
    line = offset + _first_line(node) + 1
    text, said = _words(node, images=False), _words(node, images=True)
    loose = _words(node, images=True, facts=False)
    if is_heading:
        text, said, loose = (_BRACES.sub("", words) for words in (text, said, loose))
    return Passage(
        text=_MARK.sub("", text),
        said=said,
        loose=loose,
        links=tuple(_links(node, line)),
        line=line,
        is_heading=is_heading,
        is_wrong=said.startswith("[ ] "),
    )


def _first_line(node: Node) -> int:
    """Table cells have no place of their own: their row has."""
    while node.map is None and node.parent:
        node = node.parent
    return node.map[0] if node.map else 0


def _words(node: Node, *, images: bool, facts: bool = True) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type in ("text", "code_inline"):
        return "" if node.type == "code_inline" and ID.fullmatch(node.content) else node.content
    words = "".join(_words(child, images=images, facts=facts) for child in node.children)
    if node.type == "image" and not images:
        return ""
    if not facts and node.type == "link" and str(node.attrs["href"]).startswith("fact:"):
        return "\n" * words.count("\n")
    return words


def _links(node: Node, line: int) -> Iterator[Link]:
    for child in node.children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        words = _words(child, images=True)
        if child.type == "link":
            yield Link(str(child.attrs["href"]), words.replace("\n", " "), line)
        else:
            yield from _links(child, line)
        line += words.count("\n") if child.type not in ("softbreak", "hardbreak") else 0
