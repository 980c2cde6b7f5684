"""What a curriculum is made of. All `html` is safe: rendered without raw HTML, then cleaned.

Links in it keep our own schemes (`fact:`, `term:`, `help:`, `lesson:`, `gap:`); each surface
decides what they point at with `markup.resolve`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

LANGUAGES = ("es", "en")
# Whose dates and lists each language writes.
LOCALES = {"es": "es_BO", "en": "en_GB"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault that an author can mend: where it is, and what is wrong (in English, for authors)."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Item:
    """A list entry that begins with an id in code: an option, a pair, a box to fill.

    `mark` is "x" (right), " " (not right) or None (unmarked). `right` is the other side of a
    pair, as id and inline HTML; a right side that nothing matches has the id "". `feedback` is
    HTML in paragraphs. `items` are the answers of a gap.
    """

    id: str
    html: str
    mark: str | None = None
    right: tuple[str, str] | None = None
    feedback: str = ""
    items: tuple["Item", ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of level 3 or 4 inside a block, with what stands under it.

    `role` is its class: the part's name, or the kind of a question. `html` is its prose without
    the lists in `items` and without the quotation in `quote` (a model answer, or feedback for all).
    `heading` is the title as inline HTML, with its links.
    """

    title: str
    role: str = ""
    id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    html: str = ""
    items: tuple[Item, ...] = ()
    quote: str = ""
    parts: tuple["Part", ...] = ()
    line: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `source` is its exact text with its fences, `digest` 8 hex of its SHA-256.

    `prompt` is a reflection's question (inline HTML, without its help text, which is `html`).
    `image` and `alt` belong to a figure, whose `html` is the caption. `items` are boxes to fill.
    """

    kind: str
    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    html: str = ""
    prompt: str = ""
    image: str = ""
    alt: str = ""
    items: tuple[Item, ...] = ()
    parts: tuple[Part, ...] = ()
    source: str = ""
    digest: str = ""
    line: int = 0

    def part(self, role: str) -> Part | None:
        """The part of that role, or None."""
        return next((part for part in self.parts if part.role == role), None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson in one language. `minutes` alone and `group_minutes` with a group are above zero.

    `content_level` is 0 (none), 1 (mentions), 2 (discusses) or 3 (invites personal memories).
    `objectives` maps ids to sentences. `source` is the whole file.
    """

    key: str
    language: str
    title: str
    summary: str
    minutes: int
    group_minutes: int
    content_level: int
    objectives: Mapping[str, str]
    blocks: tuple[Block, ...]
    source: str
    path: str = ""

    def block(self, block_id: str) -> Block | None:
        """The block of that id, or None."""
        return next((block for block in self.blocks if block.id == block_id), None)


@dataclass(frozen=True, slots=True)
class LessonFolder:
    """A lesson in each language, its drawings, and the Spanish block behind each translation.

    `number` is its place, such as "1.2"; `texts` and `stamps` are by language; `figures` maps file
    names to bytes.
    """

    key: str
    number: str
    folder: Path
    texts: Mapping[str, Lesson]
    figures: Mapping[str, bytes]
    stamps: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Module:
    """A module: `code` such as "m1", titles and purposes by language, its phase, its lessons."""

    key: str
    code: str
    number: int
    titles: Mapping[str, str]
    purposes: Mapping[str, str]
    phase: str
    folder: Path
    lessons: tuple[LessonFolder, ...]


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The whole: modules in order, the registers by name, and what could not be read.

    `registers` holds "evidence", "glossary", "help", "plan" and any other `*.yml` beside them,
    each as plain lists, mappings and strings.
    """

    folder: Path
    version: str
    modules: tuple[Module, ...]
    registers: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the evidence register, in one language."""

    key: str
    statement: str
    population: str
    period: str
    source: str
    year: int | None
    url: str
    confidence: str
    reviewed_on: date
    next_review: date
