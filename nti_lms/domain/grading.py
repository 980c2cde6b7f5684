"""What an answer is worth, and what to say to it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from nti_lms.domain import questions as kinds
from nti_lms.domain.answers import find_number, find_words
from nti_lms.domain.errors import UnknownOption
from nti_lms.domain.questions import Accepted, Key, Response

NONE = Fraction(0)
WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Remark:
    """Feedback on one thing answered: the id of its entry ("" for everyone's), and safe HTML."""

    id: str
    html: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How an answer did.

    `share` is the part that is right, from 0 to 1, and wins that part of the points `offered`; a
    scale and an open question offer 0.
    """

    share: Fraction
    offered: int
    feedback: tuple[Remark, ...] = ()

    @property
    def won(self) -> Fraction:
        """The points that are won, exactly."""
        return self.share * self.offered

    @property
    def is_right(self) -> bool:
        """Whether the whole answer is right."""
        return self.share == WHOLE


def grade(key: Key, response: Response) -> Mark:
    """Mark `response`; an empty one ("", [], {}) is worth nothing and is no error.

    The share of a multiple is its right options chosen less the wrong ones, over all right ones,
    never below 0; of a match, an order or a cloze, the pairs, places or gaps that are right. Any
    other kind is right or not (docs/quizzes.md says why). Feedback is given on what was answered,
    never on the rest.

    Raises:
        UnknownOption: `response` names an id that the question does not have, or has another form
            than its kind takes.
    """
    share, entries = _RULES[key.kind](key, response)
    offered = key.points if key.is_scored else 0
    return Mark(share if offered else NONE, offered, _remarks(key, entries))


def _remarks(key: Key, entries: list[str]) -> tuple[Remark, ...]:
    found = [Remark(entry, key.feedback[entry]) for entry in entries if key.feedback.get(entry)]
    return (*found, Remark("", key.model)) if key.model else tuple(found)


Marked = tuple[Fraction, list[str]]  # the share, and the entries to give feedback on


def _choice(key: Key, response: Response) -> Marked:
    chosen = _word(response)
    if not chosen:
        return NONE, []
    _refuse_unknown([chosen], key.options)
    return Fraction(chosen in key.right), [chosen]


def _choices(key: Key, response: Response) -> Marked:
    given = set(_row(response))
    _refuse_unknown(given, key.options)
    hits = len(given & set(key.right))
    net = max(0, hits - len(given - set(key.right)))
    return _share(net, key.right), [option for option in key.options if option in given]


def _pairs(key: Key, response: Response) -> Marked:
    given = {left: right for left, right in _table(response).items() if right}
    _refuse_unknown(given, key.pairs)
    _refuse_unknown(given.values(), key.targets)
    hits = sum(key.pairs[left] == right for left, right in given.items())
    loose = set(given.values()) - set(key.pairs.values())
    entries = [left for left in key.options if left in given]
    return _share(hits, key.pairs), entries + [right for right in key.targets if right in loose]


def _order(key: Key, response: Response) -> Marked:
    given = list(dict.fromkeys(_row(response)))
    _refuse_unknown(given, key.options)
    hits = sum(said == right for said, right in zip(given, key.right, strict=False))
    return _share(hits, key.right), [entry for entry in key.right if entry in given]


def _typed(find: Callable[[tuple[Accepted, ...], str], Accepted | None]) -> "Rule":
    def rule(key: Key, response: Response) -> Marked:
        found = find(key.accepted, _word(response))
        return (Fraction(found.right), [found.id]) if found else (NONE, [])

    return rule


def _cloze(key: Key, response: Response) -> Marked:
    given = _table(response)
    _refuse_unknown(given, key.gaps)
    filled = {gap: _fill(key, gap, words) for gap, words in given.items()}
    found = {gap: answer for gap, answer in filled.items() if answer}
    hits = sum(answer.right for answer in found.values())
    return _share(hits, key.gaps), [f"{gap}/{found[gap].id}" for gap in key.gaps if gap in found]


def _fill(key: Key, gap: str, words: str) -> Accepted | None:
    if not key.is_chosen:
        return find_words(key.gaps[gap], words)
    by_id = {answer.id: answer for answer in key.gaps[gap]}
    _refuse_unknown([words] if words else [], by_id)
    return by_id.get(words)


def _open(key: Key, response: Response) -> Marked:
    _word(response)
    return NONE, []


Rule = Callable[[Key, Response], Marked]

_RULES: Mapping[str, Rule] = {
    kinds.SINGLE: _choice,
    kinds.TRUE_FALSE: _choice,
    kinds.SCALE: _choice,
    kinds.MULTIPLE: _choices,
    kinds.MATCH: _pairs,
    kinds.ORDER: _order,
    kinds.SHORT: _typed(find_words),
    kinds.NUMERIC: _typed(find_number),
    kinds.CLOZE: _cloze,
    kinds.OPEN: _open,
}


def _share(hits: int, of: Collection[object]) -> Fraction:
    return Fraction(hits, len(of)) if of else NONE


def _refuse_unknown(given: Collection[str], known: Collection[str]) -> None:
    if unknown := [name for name in given if name not in known]:
        raise UnknownOption(unknown[0])


def _word(response: Response) -> str:
    if response in ([], {}):
        return ""
    if not isinstance(response, str):
        raise UnknownOption(response)
    return response


def _row(response: Response) -> list[str]:
    if response in ("", {}):
        return []
    if not isinstance(response, list) or not all(isinstance(name, str) for name in response):
        raise UnknownOption(response)
    return response


def _table(response: Response) -> dict[str, str]:
    if response in ("", []):
        return {}
    if not isinstance(response, dict) or not all(
        isinstance(name, str) for name in response.values()
    ):
        raise UnknownOption(response)
    return response
