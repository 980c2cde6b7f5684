"""The questions of a quiz block, each cut in two: what is asked, and its key; and its terms."""

from datetime import timedelta

from nti_lms.curriculum.grammar import QUESTIONS
from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Item, Part
from nti_lms.domain import questions as kinds
from nti_lms.domain.attempts import Terms
from nti_lms.domain.questions import Accepted, Asked, Gap, Key, Option, Question

_CHOSEN = (kinds.SINGLE, kinds.MULTIPLE, kinds.TRUE_FALSE, kinds.SCALE)
_TYPED = (kinds.SHORT, kinds.NUMERIC)
_SHUFFLED = (kinds.SINGLE, kinds.MULTIPLE, kinds.MATCH, kinds.ORDER, kinds.CLOZE)


def questions(block: Block) -> tuple[Question, ...]:
    """The questions of a quiz, in order; what is of no known kind is left out."""
    return tuple(
        Question(_asked(part), _key(part)) for part in block.parts if part.role in QUESTIONS
    )


def terms(block: Block) -> Terms:
    """How often a quiz may be answered: any number of times, at once, unless it says otherwise."""
    most = _whole(block.attributes.get("attempts", ""))
    return Terms(most, timedelta(minutes=_whole(block.attributes.get("wait", "")) or 0))


def _asked(part: Part) -> Asked:
    kind = part.role
    return Asked(
        id=part.id,
        kind=kind,
        stem=part.heading,
        html=part.html,
        options=_options(part),
        targets=_targets(part) if kind == kinds.MATCH else (),
        gaps=_gaps(part) if kind == kinds.CLOZE else (),
        shuffle=kind in _SHUFFLED and part.attributes.get("shuffle") != "no",
    )


def _options(part: Part) -> tuple[Option, ...]:
    found = tuple(Option(item.id, item.html) for item in part.items if item.id)
    if part.role == kinds.ORDER:
        return tuple(sorted(found, key=lambda option: option.id))
    return found if part.role in (*_CHOSEN, kinds.MATCH) else ()


def _targets(part: Part) -> tuple[Option, ...]:
    sides = {item.right[0]: Option(*item.right) for item in part.items if item.right}
    return tuple(sides[name] for name in sorted(sides))


def _gaps(part: Part) -> tuple[Gap, ...]:
    if not _is_chosen(part):
        return tuple(Gap(item.id) for item in part.items)
    return tuple(
        Gap(item.id, tuple(Option(answer.id, answer.html) for answer in item.items))
        for item in part.items
    )


def _is_chosen(part: Part) -> bool:
    return part.role == kinds.CLOZE and part.attributes.get("input") != "type"


def _key(part: Part) -> Key:
    kind = part.role
    pairs = {item.id: item.right[0] for item in part.items if item.id and item.right}
    return Key(
        id=part.id,
        kind=kind,
        points=_points(part),
        objective=part.attributes.get("objective", ""),
        options=tuple(item.id for item in part.items if item.id),
        right=_right(part),
        pairs=pairs if kind == kinds.MATCH else {},
        targets=tuple(item.right[0] for item in part.items if item.right),
        accepted=tuple(map(_accepted, part.items)) if kind in _TYPED else (),
        gaps={item.id: tuple(map(_accepted, item.items)) for item in part.items}
        if kind == kinds.CLOZE
        else {},
        is_chosen=_is_chosen(part),
        feedback=_feedback(part),
        model=part.quote,
    )


def _points(part: Part) -> int:
    return _whole(part.attributes.get("points", "")) or 1


def _whole(said: str) -> int | None:
    """A whole number of up to four digits above 0; None for what no check would let pass."""
    return (int(said) or None) if said.isascii() and said.isdigit() and len(said) < 5 else None


def _right(part: Part) -> tuple[str, ...]:
    if part.role == kinds.ORDER:
        return tuple(item.id for item in part.items)
    return tuple(item.id for item in part.items if item.mark == "x")


def _accepted(item: Item) -> Accepted:
    return Accepted(item.id, words_of_html(item.html), item.mark == "x")


def _feedback(part: Part) -> dict[str, str]:
    """By option; a right side that nothing matches stands under its own id."""
    own = {item.id or (item.right or ("", ""))[0]: item.feedback for item in part.items}
    inner = {
        f"{item.id}/{answer.id}": answer.feedback for item in part.items for answer in item.items
    }
    return {name: html for name, html in {**own, **inner}.items() if name and html}
