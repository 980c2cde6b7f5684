"""A workbook becomes the HTML of its parts. No WeasyPrint here: the web process may use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask_babel import gettext as _
from jinja2 import Environment, Undefined

from nti_lms.curriculum.types import LOCALES
from nti_lms.curriculum.types import Part as LessonPart
from nti_lms.domain.workbook import BookLesson, Workbook
from nti_lms.printing.apparatus import OFFERED, Apparatus
from nti_lms.printing.cards import leaves_of
from nti_lms.printing.manuscript import Kind, Manuscript, Part

FOLDER = "workbooks/print/"


def manuscript(book: Workbook, environment: Environment) -> Manuscript:
    """`book` ready for the press, worded in the language that `environment` speaks now.

    `environment` finds the templates and offers gettext as `_`; the caller has chosen the locale of
    `book.language`. Missing drawings are left out.
    """
    # Attributes of blocks are optional, and an optional one that is missing prints nothing.
    pages = _Pages(book, environment.overlay(undefined=Undefined))
    parts = tuple(pages.parts())
    return Manuscript(
        title=pages.title,
        language=book.language,
        paper=book.paper,
        parts=parts,
        heads=pages.heads(),
        module=book.number,
        subject=book.purpose,
        figures=pages.apparatus.figures,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a mark in the margin, a title, and the anchor it leads to."""

    title: str
    anchor: str
    mark: str = ""
    is_sub: bool = False


@dataclass(slots=True)
class _Pages:
    """The pages of one book while they are written."""

    book: Workbook
    environment: Environment
    apparatus: Apparatus = field(init=False)

    def __post_init__(self) -> None:
        self.apparatus = Apparatus(self.book)

    @property
    def title(self) -> str:
        return _(
            "Workbook %(number)s. %(title)s. %(edition)s",
            number=self.book.number,
            title=self.book.title,
            edition=self.edition,
        )

    @property
    def edition(self) -> str:
        if self.book.is_for_facilitators:
            return _("Facilitator's edition")
        return _("Participant's edition")

    def heads(self) -> Mapping[str, str]:
        """The words that are stamped on pages; `{page}` and `{pages}` stay for the press."""
        return {
            "left": _(
                "Workbook %(number)s. %(edition)s", number=self.book.number, edition=self.edition
            ),
            "private": _("Personal sheet, without a name. It can be torn out along the line."),
            "number": _("%(page)s of %(pages)s", page="{page}", pages="{pages}"),
            "notes": _("Notes"),
        }

    def parts(self) -> Iterator[Part]:
        yield self._part("cover", kind="bare")
        yield self._part("contents", entries=list(self._entries()), extent=self._extent())
        yield self._part("opener")
        for entry in self.book.lessons:
            yield from self._lesson(entry)
        if self.book.plan:
            yield self._part("plan", is_kept=self.book.filled is None)
        if self.book.is_for_facilitators:
            yield self._part("answers")
        yield self._part("closing", terms=self.apparatus.terms, facts=self.apparatus.facts)
        yield self._part("back", kind="bare")

    def _lesson(self, entry: BookLesson) -> Iterator[Part]:
        facts: Mapping[str, Any] = {"entry": entry, "lesson": entry.lesson}
        yield self._part("lesson", **facts)
        for sheet in self._cut_sheets(entry):
            for leaf in leaves_of(sheet, self.book.paper):
                yield self._part(
                    "cards",
                    kind="cut",
                    starts_right=True,
                    is_inside=True,
                    sheet=sheet,
                    leaf=leaf,
                    **facts,
                )
        if any(block.kind == "reflection" for block in entry.lesson.blocks):
            yield self._part(
                "personal",
                kind="private",
                starts_right=True,
                is_inside=True,
                is_kept=self.book.filled is None,
                **facts,
            )

    def _cut_sheets(self, entry: BookLesson) -> Iterator[LessonPart]:
        for block in entry.lesson.blocks:
            if self.book.is_for_facilitators and block.kind == "activity":
                sheets = self.apparatus.sheets_of(block)
                yield from (sheet for sheet in sheets if sheet.attributes.get("cut") == "yes")

    def _part(
        self,
        name: str,
        *,
        kind: Kind = "text",
        starts_right: bool = False,
        is_kept: bool = True,
        is_inside: bool = False,
        **facts: Any,
    ) -> Part:
        template = self.environment.get_template(f"{FOLDER}{name}.html")
        html = template.render(
            book=self.book, title=self.title, edition=self.edition, **self._context(), **facts
        )
        is_kept = is_kept and self.book.filled is None
        return Part(html, kind, starts_right, is_kept=is_kept, is_inside=is_inside)

    def _context(self) -> dict[str, Any]:
        book, tools = self.book, self.apparatus
        return {
            "day": lambda on: format_date(on, "long", LOCALES[book.language]),
            "language_name": (
                Locale(book.language).get_display_name(book.language) or ""
            ).capitalize(),
            "paper_name": _("Letter size") if book.paper == "letter" else _("A4 size"),
            "paragraphs": paragraphs,
            **{name: getattr(tools, name) for name in OFFERED},
        }

    def _extent(self) -> str:
        minutes = sum(entry.lesson.minutes for entry in self.book.lessons)
        return _(
            "Lessons: %(count)s. Reading: %(minutes)s minutes.",
            count=len(self.book.lessons),
            minutes=minutes,
        )

    def _entries(self) -> Iterator[Entry]:
        yield Entry(_("Map of the module"), "map", str(self.book.number))
        for entry in self.book.lessons:
            yield Entry(entry.lesson.title, f"lesson-{entry.lesson.key}", entry.number)
            yield from self._inside(entry)
        if self.book.plan:
            codes = f"{self.book.plan[0].code}–{self.book.plan[-1].code}"
            yield Entry(_("Commitment to Action"), "plan", codes)
        if self.book.is_for_facilitators:
            yield Entry(_("Answers"), "answers")
        if self.apparatus.terms:
            yield Entry(_("Words used here"), "glossary")
        if self.apparatus.facts:
            yield Entry(_("Sources of the figures"), "sources")
        yield Entry(_("If someone tells you about violence"), "help", "+")

    def _inside(self, entry: BookLesson) -> Iterator[Entry]:
        key = entry.lesson.key
        for block in entry.lesson.blocks:
            if block.kind == "activity" and self.book.is_for_facilitators:
                title = _("Session plan: %(title)s", title=block.title)
                yield Entry(title, f"session-{key}", is_sub=True)
                for sheet in self.apparatus.sheets_of(block):
                    yield Entry(sheet.title, f"sheet-{key}-{sheet.id}", is_sub=True)
            if block.kind == "quiz":
                yield Entry(block.title, f"review-{key}", is_sub=True)
        if any(block.kind == "reflection" for block in entry.lesson.blocks):
            yield Entry(_("Personal sheet"), f"personal-{key}", is_sub=True)


def paragraphs(text: str) -> list[str]:
    """What a person wrote, as paragraphs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.strip() for line in lines if line.strip()]
