"""A printed workbook of one module: everything that goes into it, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from nti_lms.curriculum.reviews import Standings
from nti_lms.curriculum.types import Block, Fact, Item, Lesson, Part

Edition = Literal["participant", "facilitator"]
Paper = Literal["letter", "a4"]

_FOR_EVERYONE = frozenset({"purpose", "alone"})


@dataclass(frozen=True, slots=True)
class BookLesson:
    """A lesson, its place ("1.2"), and drawings in the book's language by their file names."""

    number: str
    lesson: Lesson
    figures: Mapping[str, bytes] = field(default_factory=dict)
    reviews: Standings = ()


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A column of a table to fill; `width` is its share of the row."""

    title: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class PlanField:
    """One thing to write in a section of the commitment.

    Lines to write on (`lines` of them), or boxes to mark (`choices`), or a table with `columns`,
    whose rows are named in `rows` or, where nothing is named, empty.
    """

    title: str
    help: str = ""
    lines: int = 3
    choices: tuple[str, ...] = ()
    columns: tuple[PlanColumn, ...] = ()
    rows: tuple[str, ...] = ()
    has_sum: bool = False


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section of the Commitment to Action: "C1" to "C12", its title, help and fields."""

    code: str
    title: str
    help: str = ""
    fields: tuple[PlanField, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary and what it means, as plain text."""

    key: str
    term: str
    means: str


@dataclass(frozen=True, slots=True)
class HelpService:
    """A service that helps. `phone` is printed only with the day it was checked."""

    key: str
    name: str
    coverage: str = ""
    phone: str = ""
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook of module `number`, before any page is drawn.

    `filled` holds the texts that a person wrote, by the path of their box
    ("sex-gender-norms/house-norm", or ".../take-leave-try/take"), and by the code of a section of
    the plan ("C2"); None makes a blank book. `help_address` is where the help page is on the web.
    `review_notice` is printed as long as a review is missing.
    The participant's edition drops whatever only a facilitator may read as soon as it is made.
    """

    edition: Edition
    language: str
    paper: Paper
    module_key: str
    number: int
    title: str
    purpose: str
    lessons: tuple[BookLesson, ...]
    plan: tuple[PlanSection, ...]
    facts: Mapping[str, Fact]
    terms: Mapping[str, Term]
    services: tuple[HelpService, ...]
    revision: str
    on: date
    licence: str
    contact: str
    help_address: str
    is_fictitious: bool = False
    register_reviews: Mapping[str, Standings] = field(default_factory=dict)
    review_notice: str = ""
    filled: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.is_for_facilitators:
            stripped = tuple(
                replace(entry, lesson=for_participants(entry.lesson)) for entry in self.lessons
            )
            object.__setattr__(self, "lessons", stripped)

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has reviewed all of it as it is now, in every aspect."""
        found = [*(entry.reviews for entry in self.lessons), *self.register_reviews.values()]
        return all(found) and all(one.holds for standings in found for one in standings)

    @property
    def is_for_facilitators(self) -> bool:
        """Whether session plans, advice and answers are in it."""
        return self.edition == "facilitator"


def for_participants(lesson: Lesson) -> Lesson:
    """`lesson` without session plans, advice to facilitators, answers, feedback and models."""
    blocks = tuple(_open(block) for block in lesson.blocks if block.kind != "facilitator")
    return replace(lesson, blocks=blocks, source="")


def _open(block: Block) -> Block:
    if block.kind == "activity":
        kept = tuple(part for part in block.parts if part.role in _FOR_EVERYONE)
        return replace(block, parts=kept, source="")
    if block.kind == "quiz":
        return replace(block, parts=tuple(map(_unanswered, block.parts)), source="")
    return replace(block, source="")


def _unanswered(question: Part) -> Part:
    typed = question.role in {"short", "numeric"} or question.attributes.get("input") == "type"
    items = () if typed and question.role != "cloze" else tuple(map(_unmarked, question.items))
    if typed and question.role == "cloze":
        items = tuple(replace(item, items=()) for item in items)
    return replace(question, items=items, quote="")


def _unmarked(item: Item) -> Item:
    return replace(item, mark=None, feedback="", items=tuple(map(_unmarked, item.items)))
