"""A question as it is asked, and its key: two things that never travel together.

`Asked` has no place for a right answer, so a page that is given it alone cannot leak one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true-false"
MATCH, ORDER = "match", "order"
SHORT, NUMERIC, CLOZE = "short", "numeric", "cloze"
SCALE, OPEN = "scale", "open"

KINDS = (SINGLE, MULTIPLE, TRUE_FALSE, MATCH, ORDER, SHORT, NUMERIC, CLOZE, SCALE, OPEN)
UNSCORED = frozenset({SCALE, OPEN})

# What a person answered, as JSON: the id of an option (single, true-false, scale), typed words
# (short, numeric, open), ids (multiple; order, in the order given), or a mapping from the left
# side to the right one (match) or from the gap to an option's id or typed words (cloze).
Response: TypeAlias = str | list[str] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """What may be chosen. `html` is inline and safe."""

    id: str
    html: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of a cloze: the options to choose from, or none when words are typed."""

    id: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without its answer.

    `stem` is inline HTML, `html` the prose below it; a cloze's prose holds a link `gap:id` for
    each gap. `options` are the choices, the entries to order or the left sides of pairs, and
    `targets` the right sides. Targets and entries to order stand by id, so that even a page that
    does not shuffle them gives nothing away.
    """

    id: str
    kind: str
    stem: str
    html: str = ""
    options: tuple[Option, ...] = ()
    targets: tuple[Option, ...] = ()
    gaps: tuple[Gap, ...] = ()
    shuffle: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A typed answer that the author foresaw: variants parted by `|`, a number, or `*` for any."""

    id: str
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What is right in a question, and what to say to each answer.

    `options` are all the ids that may be answered (of a match, the left sides) and `right` the
    right ones, in the right order for an order. `pairs` maps left sides to right ones, and
    `targets` are all the right sides. `accepted` are the foreseen answers of a short or a numeric
    question; `gaps` those of each gap of a cloze, chosen when `is_chosen`, typed otherwise.
    `feedback` maps an option's id (a right side's, for one that matches nothing; `gap/option` in a
    cloze) to HTML. `model` is the model answer, or what to say to everyone.
    """

    id: str
    kind: str
    points: int = 1
    objective: str = ""
    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    gaps: Mapping[str, tuple[Accepted, ...]] = field(default_factory=dict)
    is_chosen: bool = False
    feedback: Mapping[str, str] = field(default_factory=dict)
    model: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether points can be won; a scale and an open question have none."""
        return self.kind not in UNSCORED


@dataclass(frozen=True, slots=True)
class Question:
    """A question's two halves."""

    asked: Asked
    key: Key


def shuffled(options: Sequence[Option], seed: int) -> tuple[Option, ...]:
    """`options` in an order that `seed` fixes for ever, on every machine and version.

    The place of an option depends on its id and the seed alone: adding one moves no other
    relative to the rest.
    """
    return tuple(
        sorted(options, key=lambda option: sha256(f"{seed}:{option.id}".encode()).digest())
    )
