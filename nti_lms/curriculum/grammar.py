"""The words of the lesson format: kinds of block, their parts, and what each may carry.

A new kind of block begins as one entry in `BLOCKS`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FILE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.svg")
WHOLE = r"[1-9][0-9]{0,3}"
TARGET = r"C(?:[1-9]|1[0-5])"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a block or a part may carry. `attributes` maps names to patterns of their values."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PartShape(Shape):
    """A part: its heading in Spanish and in English (none: the author's choice), its boxes.

    `boxes` must stand in it. `entries` is the shape of its level-4 headings, if it has any.
    """

    headings: tuple[str, str] | None = None
    is_needed: bool = False
    boxes: frozenset[str] = frozenset()
    entries: Shape | None = None


@dataclass(frozen=True, slots=True)
class BlockShape(Shape):
    """A kind of block. `is_titled`: it needs a level-2 heading, otherwise it has none."""

    parts: Mapping[str, PartShape] = field(default_factory=dict)
    is_titled: bool = True


def _part(
    spanish: str,
    english: str,
    *boxes: str,
    is_needed: bool = True,
    attributes: Mapping[str, str] | None = None,
    needed: frozenset[str] = frozenset(),
    entries: Shape | None = None,
) -> PartShape:
    return PartShape(
        attributes or {}, needed, (spanish, english), is_needed, frozenset(boxes), entries
    )


_MINUTES = {"minutes": WHOLE}
_TIMED = frozenset({"minutes"})
_SHEETS = Shape({"per": "person|pair|triad|group|institution", "cut": "yes"}, frozenset({"per"}))

ACTIVITY = {
    "purpose": _part("Propósito", "Purpose"),
    "audience": _part("Para quiénes", "For whom"),
    "materials": _part("Materiales", "Materials"),
    "planning": _part("Antes de la sesión", "Before the session"),
    "care": _part("Cuidados", "Taking care"),
    "steps": _part("Pasos", "Steps", entries=Shape(_MINUTES, _TIMED)),
    "questions": _part(
        "Preguntas para conversar", "Questions for discussion", "open", "deepen", "act"
    ),
    "key-points": _part("Ideas fuerza", "Key points", is_needed=False),
    "closing": _part("Cierre", "Closing", attributes=_MINUTES, needed=_TIMED),
    "task": _part(
        "Para la próxima", "Before next time", is_needed=False, attributes={"target": TARGET}
    ),
    "adaptations": _part("Adaptaciones", "Adaptations", "low-literacy", "languages", "online"),
    "handouts": _part("Hojas para copiar", "Sheets to copy", is_needed=False, entries=_SHEETS),
    "record": _part("Registro de quien facilita", "Facilitator’s record"),
    "alone": _part(
        "Si lo hace a solas", "On your own", is_needed=False, attributes=_MINUTES, needed=_TIMED
    ),
}

BLOCKS = {
    "text": BlockShape({"use": "reading|grounding"}),
    "case": BlockShape(parts={"questions": PartShape()}),
    "fact": BlockShape(),
    "figure": BlockShape(
        parts={"description": _part("Descripción", "Description")}, is_titled=False
    ),
    "activity": BlockShape(
        {"mode": "group-exercise|case|individual|practice", "group": r"[0-9]+-[0-9]+", **_MINUTES},
        frozenset({"mode", "minutes"}),
        ACTIVITY,
    ),
    "reflection": BlockShape({"target": f"{TARGET}|none"}, frozenset({"target"}), is_titled=False),
    "quiz": BlockShape({"attempts": "[1-9]", "wait": WHOLE}),
    "facilitator": BlockShape(),
    "content-note": BlockShape(
        {"level": "[1-3]", "until": ID.pattern},
        frozenset({"level", "until"}),
        {"summary": PartShape(is_needed=True)},
    ),
}

_QUESTION = {"objective": ID.pattern, "points": "[1-9]"}
_SHUFFLED = {**_QUESTION, "shuffle": "no"}
_NEEDED = frozenset({"objective"})

QUESTIONS = {
    "single": Shape(_SHUFFLED, _NEEDED),
    "multiple": Shape(_SHUFFLED, _NEEDED),
    "true-false": Shape(_QUESTION, _NEEDED),
    "match": Shape(_QUESTION, _NEEDED),
    "order": Shape(_QUESTION, _NEEDED),
    "short": Shape(_QUESTION, _NEEDED),
    "numeric": Shape(_QUESTION, _NEEDED),
    "cloze": Shape({**_SHUFFLED, "input": "select|type"}, frozenset({"objective", "input"})),
    "scale": Shape({"objective": ID.pattern}, _NEEDED),
    "open": Shape({"objective": ID.pattern}, _NEEDED),
}
