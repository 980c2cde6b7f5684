"""Who reviewed the wording of each lesson and register, for what, and until when that holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from nti_lms.curriculum.registers import read_day

FILE = "reviews"
ASPECTS = ("content", "law", "safeguarding")
EVERYTHING = "everything"

Kind = Literal["lessons", "registers"]


@dataclass(frozen=True, slots=True)
class Review:
    """One review: of what (`aspect`), by whom, on which day, and the day it is due again."""

    aspect: str
    by: str
    on: date
    next: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one aspect: its review or None; `changed`: the text is newer than that."""

    aspect: str
    review: Review | None
    changed: bool = False

    @property
    def holds(self) -> bool:
        """Whether somebody has reviewed the text as it is now."""
        return self.review is not None and not self.changed


Standings = tuple[Standing, ...]


def standings_of(
    content: Any, kind: Kind, name: str, *, changed_on: date | None = None
) -> Standings:
    """How it stands with a lesson (by key) or a register (by name), for each aspect.

    `content` is that of reviews.yml; `changed_on`, the day a person last published the text.
    """
    own = _mapping(_mapping(_mapping(content).get(kind)).get(name))
    common = _mapping(_mapping(content).get(EVERYTHING))
    found = {a: _review(a, own.get(a)) or _review(a, common.get(a)) for a in ASPECTS}
    return tuple(
        Standing(aspect, review, bool(review and changed_on and changed_on > review.on))
        for aspect, review in found.items()
    )


def entries_of(content: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each thing that the file calls a review, with the path of keys to it."""
    found = _mapping(content)
    for aspect, entry in _mapping(found.get(EVERYTHING)).items():
        yield (EVERYTHING, aspect), entry
    for kind in ("lessons", "registers"):
        for name, reviews in _mapping(found.get(kind)).items():
            for aspect, entry in _mapping(reviews).items():
                yield (kind, name, aspect), entry


def faults_of(aspect: str, entry: Any) -> Iterator[str]:
    """What keeps an entry from being a review."""
    if aspect not in ASPECTS:
        yield f"a review is of {', '.join(ASPECTS)}, not of {aspect}"
        return
    if not isinstance(entry, dict):
        yield "a review is a mapping of by, on and next"
        return
    by = entry.get("by")
    if not isinstance(by, str) or not by.strip():
        yield "by is missing: who reviewed it"
    for key in ("on", "next"):
        if read_day(entry.get(key)) is None:
            yield f"{key} is no day, such as 2026-11-24"


def _review(aspect: str, entry: Any) -> Review | None:
    """A malformed entry counts as none."""
    if any(faults_of(aspect, entry)):
        return None
    days = {key: date.fromisoformat(entry[key]) for key in ("on", "next")}
    return Review(aspect=aspect, by=entry["by"].strip(), **days)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
