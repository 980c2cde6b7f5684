"""What every check gives, and the two questions that several ask."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from nti_lms.curriculum.grammar import Shape
from nti_lms.curriculum.types import Lesson

Fault: TypeAlias = tuple[int, str]  # the line, counted from 1, and what is wrong there
Faults: TypeAlias = Iterator[Fault]


@dataclass(frozen=True, slots=True)
class Known:
    """What a lesson may point at, and the day of the check."""

    registers: Mapping[str, Any]
    lessons: frozenset[str]
    today: date

    def register(self, name: str) -> Mapping[str, Any]:
        """A register by name; an empty one if there is none of that form."""
        found = self.registers.get(name)
        return found if isinstance(found, dict) else {}


def check_attributes(owner: str, attributes: Mapping[str, str], shape: Shape, line: int) -> Faults:
    """Attributes that `owner` may not have, lacks, or that say nothing it understands."""
    for name, value in attributes.items():
        if name not in shape.attributes:
            yield line, f"{owner} has no attribute «{name}»"
        elif not re.fullmatch(shape.attributes[name], value):
            yield line, f"{owner} does not understand {name}={value}"
    for name in sorted(shape.needed - set(attributes)):
        yield line, f"{owner} lacks its attribute «{name}»"


def head_line(lesson: Lesson, key: str) -> int:
    """The line of the head on which `key` stands, or 1."""
    lines = lesson.source.split("\n")[:100]
    return next((at for at, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)
