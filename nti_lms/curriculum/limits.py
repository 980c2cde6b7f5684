"""What a file may hold at the most: the parser's time grows faster than its text."""

import re
from collections.abc import Iterator
from itertools import groupby

from nti_lms.curriculum.types import Problem

MAX_BYTES = 200_000
MAX_LINES = 5_000
MAX_MARKS = 5_000
MAX_COLUMNS = 20
MAX_ROWS = 500
MAX_ROWS_IN_ALL = 2_000
MAX_BRACKETS = 2_000
MARKS = "*_`~&<"

_EDGE = re.compile(r"^\s*\||(?<!\\)\|\s*$")
_BAR = re.compile(r"(?<!\\)\|")


def find_excess(text: str, path: str) -> list[Problem]:
    """What makes `text` too heavy to parse."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return [Problem(path, 1, f"the file is larger than {MAX_BYTES // 1000} kB")]
    if text.count("\n") >= MAX_LINES:
        return [Problem(path, 1, f"the file has more than {MAX_LINES} lines")]
    if sum(map(text.count, MARKS)) > MAX_MARKS:
        return [Problem(path, 1, f"the file holds more than {MAX_MARKS} marks such as * _ ` & <")]
    if text.count("[") > MAX_BRACKETS:
        return [Problem(path, 1, f"the file holds more than {MAX_BRACKETS} opening brackets")]
    if sum("|" in line for line in text.split("\n")) > MAX_ROWS_IN_ALL:
        return [Problem(path, 1, f"the tables of the file hold more than {MAX_ROWS_IN_ALL} rows")]
    return list(_find_wide_tables(text, path))


def _find_wide_tables(text: str, path: str) -> Iterator[Problem]:
    lines = enumerate(text.split("\n"), 1)
    for is_row, rows in groupby(lines, key=lambda numbered: "|" in numbered[1]):
        if not is_row:
            continue
        table = list(rows)
        first = table[0][0]
        if len(table) > MAX_ROWS:
            yield Problem(path, first, f"a table of more than {MAX_ROWS} rows")
        if any(len(_BAR.findall(_EDGE.sub("", row))) >= MAX_COLUMNS for _, row in table):
            yield Problem(path, first, f"a table of more than {MAX_COLUMNS} columns")
