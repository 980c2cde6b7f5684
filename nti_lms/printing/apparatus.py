"""What surrounds the text of a book: links, sources, glossary, figures, boxes to fill."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.dates import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from nti_lms.curriculum import markup
from nti_lms.curriculum.reviews import Standing, Standings
from nti_lms.curriculum.types import LOCALES, Block, Fact, Lesson
from nti_lms.curriculum.types import Part as LessonPart
from nti_lms.domain.workbook import BookLesson, Term, Workbook
from nti_lms.printing import assets, measure
from nti_lms.printing.manuscript import BOOK_LINK
from nti_lms.printing.questions import PaperQuestion, on_paper

OFFERED = (
    "boxes_of", "facts_in", "fewer_lines", "figure_address", "filled_plan", "gapped",
    "is_close_sheet", "is_long_worded", "level_name", "linked", "per_name",
    "plan_title", "questions_of", "register_name",
    "review_lines", "rows_of", "ruled_up", "sheets_of", "source_line", "targets_of", "terms_in",
    "timed",
)  # fmt: skip

# WeasyPrint 70 breaks a line after its first word when only the space before an element overflows.
_SPACE_BEFORE = re.compile(r"\s+<((?:a|strong|em|code)\b[^>]*)>")
_FACT_LINK = re.compile(r'(<a class="fact" href="book:fact-([\w-]+)">.*?</a>)', re.S)
_TABLE = re.compile(r"<table.*?</table>", re.S)
_HEAD = re.compile(r"<th[^>]*>(.*?)</th>", re.S)
_EMPTY_ROW = re.compile(r"<tr>\s*<td[^>]*>(?:(?!</td>).)+</td>(?:\s*<td[^>]*></td>)+\s*</tr>", re.S)
LONG_WORD = 14
SHORT_HEAD = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A place to write in: what is asked, how many lines, and what a person wrote, or None."""

    html: str
    rows: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a session plan and its minutes from the beginning."""

    part: LessonPart
    minutes: int
    start: int

    @property
    def end(self) -> int:
        """The minute at which it ends."""
        return self.start + self.minutes


class Apparatus:
    """Looks things up in one book for its templates. `figures` fills while pages are made."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.figures: dict[str, bytes] = {}
        self.lessons = {entry.lesson.key for entry in book.lessons}
        cited = _links(book)
        self.terms = sorted(
            (book.terms[name] for scheme, name in cited if scheme == "term" and name in book.terms),
            key=lambda term: term.term.casefold(),
        )
        self.facts = [
            book.facts[name] for scheme, name in cited if scheme == "fact" and name in book.facts
        ]
        self._numbers = {fact.key: number for number, fact in enumerate(self.facts, start=1)}
        self._explained: set[str] = set()

    def linked(self, html: str) -> Markup:
        """Clean HTML, its links pointing into the book; facts get the number of their source."""
        resolved = _SPACE_BEFORE.sub(r"<\1> ", markup.resolve(html, self._address))
        return Markup(_FACT_LINK.sub(self._with_number, resolved))  # noqa: S704 -- cleaned before

    def _address(self, scheme: str, name: str) -> str | None:
        known = {
            "fact": name in self._numbers,
            "term": any(term.key == name for term in self.terms),
            "lesson": name in self.lessons,
        }
        if scheme == "help":
            return f"{BOOK_LINK}help"
        return f"{BOOK_LINK}{scheme}-{name}" if known.get(scheme) else None

    def _with_number(self, found: re.Match[str]) -> str:
        return f'{found[1]}<span class="ref">&nbsp;{self._numbers[found[2]]}</span>'

    def gapped(self, question: PaperQuestion) -> Markup:
        """A cloze with a numbered line in the place of each gap."""
        places = iter(range(1, 100))
        filled = markup.fill_gaps(
            question.html, lambda _: f'<span class="gap">{next(places)}</span>'
        )
        return self.linked(filled)

    def terms_in(self, block: Block) -> list[Term]:
        """The words of the glossary that a block is the first to use, three at most."""
        named = [name for scheme, name in _schemes(block.html) if scheme == "term"]
        new = [name for name in dict.fromkeys(named) if name in self.book.terms][:3]
        fresh = [name for name in new if name not in self._explained]
        self._explained.update(fresh)
        return [self.book.terms[name] for name in fresh]

    def facts_in(self, block: Block) -> list[Fact]:
        """The figures that a block cites, each once."""
        named = [name for scheme, name in _schemes(block.html) if scheme == "fact"]
        return [self.book.facts[name] for name in dict.fromkeys(named) if name in self.book.facts]

    def source_line(self, fact: Fact) -> str:
        """Source, year and population of a figure, and the day it was reviewed, as one line."""
        year = f" ({fact.year})" if fact.year else ""
        day = format_date(fact.reviewed_on, "long", LOCALES[self.book.language])
        reviewed = _("Reviewed on %(day)s.", day=day)
        about = _("It is about: %(population)s.", population=f"{fact.population}, {fact.period}")
        return f"{fact.source}{year}. {about} {reviewed}"

    def review_lines(self, standings: Standings) -> list[str]:
        """How it stands with the reviews of a text, a sentence for each aspect."""
        if not any(standing.review for standing in standings):
            return [_("Not reviewed yet for content, law or safeguarding.")]
        return [self._review_line(standing) for standing in standings]

    def _review_line(self, standing: Standing) -> str:
        names = {"content": _("Content"), "law": _("Law"), "safeguarding": _("Safeguarding")}
        name, review = names[standing.aspect], standing.review
        if review is None:
            return f"{name}: {_('not reviewed yet.')}"
        day = format_date(review.on, "long", LOCALES[self.book.language])
        told = f"{name}: {review.by}, {day}."
        return f"{told} {_('The text has changed since.')}" if standing.changed else told

    def register_name(self, name: str) -> str:
        """What a register is called on paper."""
        names = {
            "evidence": _("Figures and their sources"),
            "glossary": _("Glossary"),
            "help": _("Help services"),
            "plan": _("Commitment to Action"),
        }
        return names.get(name, "")

    def figure_address(self, entry: BookLesson, block: Block) -> str:
        """Where the press finds a drawing; empty if there is none."""
        drawing = entry.figures.get(block.image)
        if drawing is None:
            return ""
        name = assets.digest(drawing)
        self.figures[name] = drawing
        return f"asset:{name}"

    def questions_of(self, lesson: Lesson, quiz: Block) -> list[PaperQuestion]:
        """The questions of a quiz; with answers in the facilitator's edition only."""
        return list(on_paper(lesson.key, quiz, with_answers=self.book.is_for_facilitators))

    def sheets_of(self, block: Block) -> Sequence[LessonPart]:
        """The sheets to copy of an activity."""
        handouts = block.part("handouts")
        return handouts.parts if handouts else ()

    def rows_of(self, sheet: LessonPart) -> int:
        """How many lines to write on each box of a sheet gets, so that it stays on one page."""
        side, is_close = measure.SIDES[self.book.paper], self.is_close_sheet(sheet)
        fits = (n for n in (3, 2) if measure.sheet(sheet, n, is_close=is_close) <= side)
        return next(fits, 1)

    def is_close_sheet(self, sheet: LessonPart) -> bool:
        """Whether a sheet to copy needs closer lines and rows to stay on one page."""
        return measure.sheet(sheet, 1) > measure.SIDES[self.book.paper]

    def ruled_up(self, html: Markup) -> Markup:
        """A table that asks for an answer to each first cell gets a class for that."""
        return Markup(_TABLE.sub(_with_room, html))  # noqa: S704 -- cleaned before

    def is_long_worded(self, title: str) -> bool:
        """Whether a title has a word too long for the size of a cover."""
        return max(map(len, title.split())) > LONG_WORD

    def timed(self, block: Block) -> Iterator[Step]:
        """The steps of an activity and its closing, with their minutes."""
        start = 0
        steps, closing = block.part("steps"), block.part("closing")
        for part in (*(steps.parts if steps else ()), *((closing,) if closing else ())):
            step = Step(part, int(part.attributes.get("minutes", 0)), start)
            start = step.end
            yield step

    def boxes_of(self, lesson: Lesson, block: Block) -> list[Box]:
        """The places to write in of a reflection."""
        path = f"{lesson.key}/{block.id}"
        rows = measure.rows_of(block, less=self.fewer_lines(lesson))
        if block.items:
            return [
                Box(item.html, rows, self._written(f"{path}/{item.id}")) for item in block.items
            ]
        return [Box("", rows, self._written(path))]

    def fewer_lines(self, lesson: Lesson) -> int:
        """How many lines each box of a personal sheet gives up, if that keeps it to one leaf."""
        sides, paper = measure.personal_sides, self.book.paper
        return next((less for less in range(3) if sides(lesson, paper, less=less) <= 2), 0)

    def _written(self, path: str) -> str | None:
        filled = self.book.filled
        return (filled.get(path) or None) if filled is not None else None

    def filled_plan(self, code: str) -> str:
        """What stands in a section of the plan in a filled copy."""
        return (self.book.filled or {}).get(code, "")

    def plan_title(self, code: str) -> str:
        """The title of a section of the plan in small letters after a comma, if the book has it."""
        title = next((section.title for section in self.book.plan if section.code == code), "")
        return f", {title[:1].lower()}{title[1:]}" if title else ""

    def targets_of(self, lesson: Lesson) -> list[str]:
        """The sections of the commitment that a lesson prepares, in order."""
        targets = (block.attributes.get("target", "none") for block in lesson.blocks)
        return [target for target in dict.fromkeys(targets) if target != "none"]

    def level_name(self, level: int) -> str:
        """What a content level means, as a sentence."""
        return _("Content level %(level)s: %(meaning)s.", level=level, meaning=self._meaning(level))

    def _meaning(self, level: int) -> str:
        return (
            _("no difficult content"),
            _("mentions violence"),
            _("discusses violence"),
            _("may bring back personal memories"),
        )[level]

    def per_name(self, sheet: LessonPart) -> str:
        """For how many people one copy of a sheet is."""
        names = {
            "person": _("One for each person."),
            "pair": _("One for each pair."),
            "triad": _("One for each group of three."),
            "group": _("One for each group."),
            "institution": _("One for each institution."),
        }
        return names.get(sheet.attributes.get("per", ""), "")


def _with_room(table: re.Match[str]) -> str:
    heads, cells = _HEAD.findall(table[0]), _EMPTY_ROW.findall(table[0])
    rows = table[0].count("<tr") - 1
    if len(heads) < 2 or len(cells) != rows:
        return table[0]
    wordy = any(len(head) > SHORT_HEAD for head in heads[1:])
    return table[0].replace("<table", f'<table class="ticks{" wordy" * wordy}"', 1)


def _schemes(html: str) -> Iterator[tuple[str, str]]:
    for address in markup.links_in(html):
        scheme, _, name = address.partition(":")
        yield scheme, name


def _links(book: Workbook) -> list[tuple[str, str]]:
    """Every link of the book, in order of first use."""
    return list(
        dict.fromkeys(
            link
            for entry in book.lessons
            for block in entry.lesson.blocks
            for html in _texts(block)
            for link in _schemes(html)
        )
    )


def _texts(block: Block | LessonPart) -> Iterator[str]:
    yield block.html
    for item in block.items:
        yield from (item.html, item.feedback)
    for part in block.parts:
        yield from _texts(part)
