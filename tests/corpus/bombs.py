"""Lessons as heavy as the limits allow, each with one thing many times; run, it reads them all."""

import resource

from nti_lms.curriculum import read_lesson
from nti_lms.curriculum.limits import (
    MAX_BRACKETS,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_MARKS,
    MAX_ROWS,
)

CPU_SECONDS = 60  # for all of them, on a slow and busy machine; without the limits, one takes that
HEAD = "---\nkey: a\n---\n\n::: {.text #a}\n\n## A\n\n"
LINES, BYTES = MAX_LINES - 100, MAX_BYTES - 1000
ROW = "|" + "a|" * MAX_COLUMNS + "\n"

BOMBS = {
    "emphasis that opens": "*a " * MAX_MARKS,
    "emphasis that closes": "a* " * MAX_MARKS,
    "emphasis of both kinds": "*_" * (MAX_MARKS // 2),
    "strong that opens": "**a" * (MAX_MARKS // 2),
    "three stars": "***a" * (MAX_MARKS // 3),
    "a line of stars": "*" * MAX_MARKS,
    "code that never ends": "".join("`" * length + " " for length in range(1, 99)),
    "brackets": "[" * MAX_BRACKETS,
    "pictures": "![" * MAX_BRACKETS,
    "links in links": "[a](" * MAX_BRACKETS,
    "links with half a title": "[a](b '" * MAX_BRACKETS,
    "one reference many times": "[a]: b\n\n" + "[a]" * (MAX_BRACKETS - 1),
    "many references": "[a]: b\n" * MAX_BRACKETS,
    "an address full of brackets": "[a](" + "(" * BYTES,
    "quotes in quotes": ">" * BYTES,
    "deeper and deeper quotes": "\n".join(">" * depth for depth in range(1, 600)),
    "a quote that goes on": "> a\n" + "b\n" * LINES,
    "lists in a line": "- " * (BYTES // 2),
    "deeper and deeper lists": "\n".join(" " * 2 * depth + "- a" for depth in range(400)),
    "a list of many": "1. a\n" * LINES,
    "headings": "# a\n" * LINES,
    "underlined headings": "a\n=\n" * (LINES // 2),
    "rules": "---\n" * LINES,
    "line breaks": "a  \n" * LINES,
    "indented code": "    a\n" * LINES,
    "code fences": "~~~\n" * (MAX_MARKS // 3),
    "blocks": ":::\n" * LINES,
    "blocks in blocks": "\n".join(":" * length + " {.a}" for length in range(3, 500)),
    "entities": "&amp;" * MAX_MARKS,
    "half entities": "&a" * MAX_MARKS,
    "tags": "<a b='" * MAX_MARKS,
    "comments": "<!--" * MAX_MARKS,
    "addresses": "<http://a" * MAX_MARKS,
    "backslashes": "\\" * BYTES,
    "exclamation marks": "!" * BYTES,
    "attributes": "{.a #b c=d} " * (BYTES // 12),
    "a wide and long table": ROW + ROW.replace("a", "-") + ROW * (MAX_ROWS - 2),
    "one word": "x" * BYTES,
    "spaces": " " * BYTES,
    "marks on a letter": "a" + "\u0301" * (BYTES // 2),
    "emoji": "\U0001f600" * (BYTES // 4),
}


def main() -> None:
    """Read every one; the kernel ends this process if it takes too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    for name, bomb in BOMBS.items():
        lesson, problems = read_lesson(f"{HEAD}{bomb}\n\n:::\n", language="es", path="es.md")
        assert lesson is not None or "deeply" in problems[-1].what, (name, problems[-1])


if __name__ == "__main__":
    main()
