"""What is stamped on pages: running heads, numbers, lines to tear along, notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nti_lms.printing.manuscript import Manuscript


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the book to be stamped: its kind and its number, from 1."""

    kind: str
    number: int

    @property
    def side(self) -> str:
        """Odd pages lie on the right."""
        return "right" if self.number % 2 else "left"


def stamps(manuscript: Manuscript, sheets: Sequence[Sheet]) -> str:
    """An HTML document with one page for each of `sheets`, for decoration only."""
    pages = "".join(_page(manuscript, sheet, len(sheets)) for sheet in sheets)
    language = escape(manuscript.language)
    return f'<!doctype html><html lang="{language}"><title>.</title><body>{pages}</body></html>'


def _page(manuscript: Manuscript, sheet: Sheet, pages: int) -> str:
    words = manuscript.heads
    if sheet.kind == "bare":
        return '<div class="stamp"></div>'
    head = words["private"] if sheet.kind == "private" else words["left"]
    number = words["number"].format(page=sheet.number, pages=pages)
    inner = f'<p class="head">{escape(head)}</p><p class="number">{escape(number)}</p>'
    if sheet.kind == "notes":
        inner += f'<p class="notes">{escape(words["notes"])}</p><div class="lines"></div>'
    if sheet.kind in ("text", "notes") and manuscript.module:
        inner += f'<p class="edge edge-{manuscript.module}"></p>'
    return f'<div class="stamp {sheet.side} {sheet.kind}">{inner}</div>'
