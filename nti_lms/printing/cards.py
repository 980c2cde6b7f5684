"""Sheets to cut: which cards share a leaf, so that nothing is printed behind one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nti_lms.curriculum.types import Part
from nti_lms.printing import measure

HEAD = 21  # what stands above the cards, in millimetres
_OPENING = "<p><strong>"
_BEFORE_CARD = re.compile(rf"\n(?={_OPENING})")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One side of paper: words above the cards, and the cards. The back stays empty."""

    intro: str
    cards: tuple[Part, ...]
    is_first: bool


def leaves_of(sheet: Part, paper: str) -> Iterator[Leaf]:
    """The leaves of a sheet to cut, on `paper`.

    Each paragraph that opens in bold is a card; without any, the whole sheet is one card, printed
    twice if a leaf holds two, so that less paper is lost.
    """
    room = measure.SIDES[paper] - HEAD
    pieces = [piece for piece in _BEFORE_CARD.split(sheet.html) if piece.strip()]
    cards = [piece for piece in pieces if piece.startswith(_OPENING)]
    if not cards:
        is_short = 2 * measure.card(sheet.html, len(sheet.items)) <= room
        yield Leaf("", (sheet, sheet) if is_short else (sheet,), is_first=True)
        return
    intro = "" if pieces[0] in cards else pieces[0]
    for number, together in enumerate(_share(cards, room)):
        parts = tuple(replace(sheet, html=html, items=()) for html in together)
        yield Leaf(intro if number == 0 else "", parts, is_first=number == 0)


def _share(cards: Sequence[str], room: float) -> list[list[str]]:
    """`cards` in order on as few leaves as they need, filled evenly."""
    leaves = _fill(cards, room)
    evener = (_fill(cards, room * tenths / 10) for tenths in range(1, 10))
    return next((one for one in evener if len(one) == len(leaves)), leaves)


def _fill(cards: Sequence[str], room: float) -> list[list[str]]:
    leaves: list[list[str]] = [[]]
    height = 0.0
    for card in cards:
        height += measure.card(card)
        if leaves[-1] and height > room:
            leaves.append([])
            height = measure.card(card)
        leaves[-1].append(card)
    return leaves
