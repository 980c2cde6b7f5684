"""Sheets to cut: which cards share a leaf, so that nothing is printed behind one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Part

MAX_CARDS = 6
# In millimetres, on the lower of the two papers: the room for cards, the frame of one, a line.
ROOM, FRAME, LINE = 214, 13.2, 7.1
LETTERS = 62  # in a line of a card
_OPENING = "<p><strong>"
_BEFORE_CARD = re.compile(rf"\n(?={_OPENING})")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One side of paper: words above the cards, and the cards. The back stays empty."""

    intro: str
    cards: tuple[Part, ...]
    is_first: bool


def leaves_of(sheet: Part) -> Iterator[Leaf]:
    """The leaves of a sheet to cut.

    Each paragraph that opens in bold is a card; without any, the whole sheet is one card, printed
    twice if it is short, so that less paper is lost.
    """
    pieces = [piece for piece in _BEFORE_CARD.split(sheet.html) if piece.strip()]
    cards = [piece for piece in pieces if piece.startswith(_OPENING)]
    if not cards:
        is_short = len(sheet.html) < 800 and len(sheet.items) < 5
        yield Leaf("", (sheet, sheet) if is_short else (sheet,), is_first=True)
        return
    intro = "" if pieces[0] in cards else pieces[0]
    for number, together in enumerate(_share(cards)):
        parts = tuple(replace(sheet, html=html, items=()) for html in together)
        yield Leaf(intro if number == 0 else "", parts, is_first=number == 0)


def _share(cards: list[str]) -> Iterator[list[str]]:
    together: list[str] = []
    for card in cards:
        height = sum(map(_height, together)) + _height(card)
        if together and (len(together) == MAX_CARDS or height > ROOM):
            yield together
            together = []
        together.append(card)
    yield together


def _height(card: str) -> float:
    return FRAME + LINE * ceil(len(words_of_html(card)) / LETTERS)
