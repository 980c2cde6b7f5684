"""What each kind of question needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.entries import ARROW
from nti_lms.curriculum.markup import links_in, words_of_html
from nti_lms.curriculum.types import Item, Part
from nti_lms.domain import questions as kinds
from nti_lms.domain.answers import ANY, read_range

FEWEST = 3  # pairs of a match, entries of an order or a scale


def check_question(part: Part) -> Faults:
    """Faults of a question of a known kind."""
    for what in _RULES[part.role](part):
        yield part.line, f"question #{part.id}: {what}"
    if not part.title:
        yield part.line, f"question #{part.id}: nothing is asked"
    if part.role != kinds.CLOZE and _gaps(part):
        yield part.line, f"question #{part.id}: only a cloze has gaps"
    if part.role != kinds.OPEN:
        yield from _check_options(part)


def _check_options(part: Part) -> Faults:
    answers = part.items
    if part.role == kinds.CLOZE:
        answers = tuple(answer for item in part.items for answer in item.items)
    for item in answers:
        if not item.feedback:
            yield item.line, f"question #{part.id}: an option without feedback"
        if not (item.id or (part.role == kinds.MATCH and item.right)):
            yield item.line, f"question #{part.id}: an option without an id"
        if not (item.html or (part.role == kinds.MATCH and item.right)):
            yield item.line, f"question #{part.id}: an option without words"
        if (item.mark is None) != (part.role in _UNMARKED):
            wanted = "no mark" if part.role in _UNMARKED else "a mark, [x] or [ ]"
            yield item.line, f"question #{part.id}: an option here takes {wanted}"


_UNMARKED = (kinds.MATCH, kinds.ORDER, kinds.SCALE)


def _right(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.mark == "x"]


def _gaps(part: Part) -> list[str]:
    return [
        address.removeprefix("gap:")
        for address in links_in(part.html + part.heading)
        if address.startswith("gap:")
    ]


def _single(part: Part) -> Iterator[str]:
    if len(_right(part.items)) != 1:
        yield f"{len(_right(part.items))} right answers; it needs one"
    if len(part.items) < 2:
        yield "it needs two options or more"


def _multiple(part: Part) -> Iterator[str]:
    if not 0 < len(_right(part.items)) < len(part.items):
        yield "it needs right and wrong options"


def _true_false(part: Part) -> Iterator[str]:
    if [item.id for item in part.items] != ["true", "false"] or len(_right(part.items)) != 1:
        yield "it needs the options true and false, in this order, one of them right"


def _match(part: Part) -> Iterator[str]:
    pairs = [item for item in part.items if item.id]
    if len(pairs) < FEWEST:
        yield f"a match needs {FEWEST} pairs or more"
    if any(item.right is None for item in part.items):
        yield f"each entry of a match has a right side, after {ARROW}"


def _ordered(part: Part) -> Iterator[str]:
    if len(part.items) < FEWEST:
        yield f"it needs {FEWEST} entries or more"


def _short(part: Part) -> Iterator[str]:
    if not _right(part.items):
        yield "no right answer"
    yield from _any_comes_last(part)


def _numeric(part: Part) -> Iterator[str]:
    if not _right(part.items):
        yield "no right answer"
    for item in part.items:
        words = words_of_html(item.html)
        if words.strip() != ANY and (read_range(words) is None or "," in words):
            yield f"«{words}» is no number, nor a number ± its tolerance"
    yield from _any_comes_last(part)


def _any_comes_last(part: Part) -> Iterator[str]:
    words = [words_of_html(item.html).strip() for item in part.items]
    if ANY in words[:-1]:
        yield f"{ANY} takes any answer, so it comes last"
    if any(item.mark == "x" and word == ANY for item, word in zip(part.items, words, strict=True)):
        yield f"{ANY} takes any answer, so it cannot be right"


def _cloze(part: Part) -> Iterator[str]:
    gaps, lists = _gaps(part), [item.id for item in part.items]
    if not gaps or gaps != lists:
        yield f"gaps ({', '.join(gaps)}) and lists of answers ({', '.join(lists)}) differ"
    for item in part.items:
        right = len(_right(item.items))
        if right < 1 or (right > 1 and part.attributes.get("input") != "type"):
            yield f"the gap {item.id} has {right} right answers; it needs one"


def _open(part: Part) -> Iterator[str]:
    if not part.quote:
        yield "no model answer"
    if part.items:
        yield "an open question has no options"


_RULES: Mapping[str, Callable[[Part], Iterator[str]]] = {
    kinds.SINGLE: _single,
    kinds.MULTIPLE: _multiple,
    kinds.TRUE_FALSE: _true_false,
    kinds.MATCH: _match,
    kinds.ORDER: _ordered,
    kinds.SHORT: _short,
    kinds.NUMERIC: _numeric,
    kinds.CLOZE: _cloze,
    kinds.SCALE: _ordered,
    kinds.OPEN: _open,
}
