"""The head of a lesson file: what it is, how long it takes, what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nti_lms.curriculum.documents import Document, read_yaml
from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.types import Problem

KEYS = (
    *("key", "language", "title", "summary"),
    *("minutes", "group-minutes", "content-level", "objectives"),
)
MAX_LINES = 100

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Head:
    """The fields of a head; a missing one is "", 0 or {}. `end`: the line of its closing fence."""

    key: str = ""
    title: str = ""
    summary: str = ""
    minutes: int = 0
    group_minutes: int = 0
    content_level: int = 0
    objectives: Mapping[str, str] = field(default_factory=dict)
    end: int = 0


def read_head(lines: list[str], *, language: str, path: str) -> tuple[Head, list[Problem]]:
    """Read the head that opens a file, and report what is wrong with it."""
    if not lines or lines[0].rstrip() != _FENCE:
        return Head(), [
            Problem(path, 1, "the file does not begin with its head, between lines of ---")
        ]
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), 0)
    if not end:
        return Head(), [Problem(path, 1, "the head is not closed by a line of ---")]
    if end > MAX_LINES:
        return Head(end=end + 1), [Problem(path, 1, f"the head has more than {MAX_LINES} lines")]
    document = read_yaml("\n".join(lines[1:end]), path, first_line=2)
    if document.problems and not document.mapping:
        return Head(end=end + 1), document.problems
    faults = [Problem(path, document.line(key), what) for key, what in _faults(document, language)]
    return _head(document.mapping, end + 1), [*document.problems, *faults]


def _head(found: Mapping[str, Any], end: int) -> Head:
    objectives = found.get("objectives")
    return Head(
        key=_text(found.get("key")),
        title=_text(found.get("title")),
        summary=_text(found.get("summary")),
        minutes=_number(found.get("minutes")),
        group_minutes=_number(found.get("group-minutes")),
        content_level=_number(found.get("content-level")),
        objectives={name: _text(words) for name, words in objectives.items()}
        if isinstance(objectives, dict)
        else {},
        end=end,
    )


def _faults(document: Document, language: str) -> list[tuple[str, str]]:
    found = document.mapping
    faults = [("", f"the head lacks {key}") for key in KEYS if key not in found]
    faults += [(key, f"the head has no place for {key}") for key in found if key not in KEYS]
    faults += [
        (key, RULES[key][1]) for key in found if key in RULES and not RULES[key][0](found[key])
    ]
    if "language" in found and found["language"] != language:
        faults.append(("language", f"the head says language {found['language']}, not {language}"))
    return faults


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))


def _is_objectives(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(_is_id(name) and _is_text(words) for name, words in value.items())
    )


def _is_minutes(value: Any) -> bool:
    return 0 < _number(value) < 1000


def _is_level(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 3


RULES = {
    "key": (_is_id, "the key is lower-case English words joined by hyphens"),
    "title": (_is_text, "the title is a line of text; put one that holds a colon between quotes"),
    "summary": (
        _is_text,
        "the summary is a line of text; put one that holds a colon between quotes",
    ),
    "minutes": (_is_minutes, "minutes are a whole number above 0"),
    "group-minutes": (_is_minutes, "group-minutes are a whole number above 0"),
    "content-level": (_is_level, "the content-level is 0, 1, 2 or 3"),
    "objectives": (_is_objectives, "objectives are ids, each with a sentence"),
}
