"""How high a sheet will be, in millimetres: near enough to choose lines before it is set."""

import re
from math import ceil

from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Lesson, Part

SIDES = {"a4": 257, "letter": 239}  # what the margins of a page leave
RULE, CLOSE_RULE = 9, 8  # a ruled line
LINE, LETTERS = 5.6, 62  # of text
_TABLE = re.compile(r"<table.*?</table>", re.S)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.S)
_PARAGRAPH = re.compile(r"<(?:p|li)>(.*?)</(?:p|li)>", re.S)


def personal_sides(lesson: Lesson, paper: str, *, less: int = 0) -> int:
    """How many sides the reflections of a lesson fill, each of them held together.

    `less` is how many lines each of their boxes gives up; what is left of them is closer then.
    """
    head, carry = 38, 27 + 2 * _rule(less > 0)
    asks = [_reflection(block, less) for block in lesson.blocks if block.kind == "reflection"]
    sides, used = 1, float(head)
    for height in (*asks, carry):
        if used + height > SIDES[paper]:
            sides, used = sides + 1, 0
        used += height
    return sides


def rows_of(block: Block, *, less: int = 0) -> int:
    """How many lines each box of a reflection gets."""
    return (4 if block.items else 6) - less


def _reflection(block: Block, less: int) -> float:
    title = _lines(block.prompt, 38) * 7.7
    helping = _lines(block.html, 80) * 4.8
    box = 4.2 + rows_of(block, less=less) * _rule(less > 0)
    boxes = len(block.items) * (LINE + box) if block.items else box
    return 9.2 + title + helping + boxes


def sheet(part: Part, rows: int, *, is_close: bool = False) -> float:
    """The height of a sheet to copy, with `rows` lines to each of its boxes."""
    tables = sum(_table(table, is_close) for table in _TABLE.findall(part.html))
    prose = _prose(_TABLE.sub("", part.html), LETTERS, LINE, 2.1)
    box = 3.5 + rows * _rule(is_close)
    items = sum(box + LINE * _lines(item.html, LETTERS) for item in part.items)
    return 10 * _lines(part.title, 38) + tables + prose + items


def _table(html: str, is_close: bool) -> float:
    rows = [_CELL.findall(row) for row in _ROW.findall(html)]
    return 2.1 + sum(_row(cells, 8 if is_close else 10.5) for cells in rows)


def _row(cells: list[str], least: float) -> float:
    width = 90 / max(1, len(cells))
    lines = max((_lines(cell, width) for cell in cells), default=1)
    return max(least, 2.5 + 4.94 * lines)


def card(html: str, boxes: int = 0) -> float:
    """The height of a card to cut, with the space before it."""
    return 12 + _prose(html, 70, 7.1, 1.5) + 19.5 * boxes


def _prose(html: str, letters: float, line: float, space: float) -> float:
    paragraphs = _PARAGRAPH.findall(html)
    return sum(_lines(one, letters) * line + space for one in paragraphs)


def _lines(html: str, letters: float) -> int:
    return ceil(len(words_of_html(html)) / letters)


def _rule(is_close: bool) -> int:
    return CLOSE_RULE if is_close else RULE
