"""Questions after submission: what was answered, what is right, why, and where to look again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from nti_lms.curriculum import Lesson
from nti_lms.domain import questions as kinds
from nti_lms.domain.answers import find_words
from nti_lms.domain.grading import Mark
from nti_lms.domain.questions import Accepted, Asked, Gap, Key, Question, Response
from nti_lms.web.answers import TYPED, places
from nti_lms.web.filters import safe_html
from nti_lms.web.questions import Point, ask

EMPTY = Markup("")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was answered: what it is, what was said and what is right, and why."""

    text: Markup
    said: Markup = EMPTY
    right: Markup = EMPTY
    is_right: bool = False
    is_chosen: bool = False
    feedback: Markup = EMPTY


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question after submission. `rows` are its options, pairs, places or gaps.

    Otherwise `words` were typed, `remark` is said to them, and `right` should have been.
    `objective` is what the question is about, and `block` the part of the lesson that bears its
    name, "" when none does.
    """

    asked: Asked
    mark: Mark
    rows: Sequence[Row]
    model: Markup
    words: str
    remark: Markup
    right: str
    objective: str
    block: str


def verdicts(
    lesson: Lesson,
    asked: Sequence[Question],
    responses: Mapping[str, Response],
    marks: Mapping[str, Mark],
    *,
    seed: int,
    point: Point,
) -> list[Verdict]:
    """Every question in order; an order's response holds places, as the form sent them."""
    return [
        _verdict(
            lesson,
            ask(one.asked, seed, point),
            _pointed(one.key, point),
            responses.get(one.key.id, ""),
            marks[one.key.id],
        )
        for one in asked
    ]


def _verdict(lesson: Lesson, asked: Asked, key: Key, response: Response, mark: Mark) -> Verdict:
    is_typed, rows = asked.kind in TYPED, _ROWS.get(asked.kind)
    return Verdict(
        asked=asked,
        mark=mark,
        rows=rows(asked, key, response) if rows else [],
        model=safe_html(key.model),
        words=str(response or "") if is_typed else "",
        remark=_feedback(key, *(one.id for one in mark.feedback)) if is_typed else EMPTY,
        right=_right_words(key.accepted),
        objective=lesson.objectives.get(key.objective, ""),
        block=key.objective if lesson.block(key.objective) else "",
    )


def _pointed(key: Key, point: Point) -> Key:
    feedback = {name: point(html) for name, html in key.feedback.items()}
    return replace(key, feedback=feedback, model=point(key.model))


def _options(asked: Asked, key: Key, response: Response) -> list[Row]:
    chosen = {response} if isinstance(response, str) else set(response)
    return [
        Row(
            text=safe_html(option.html),
            is_right=option.id in key.right,
            is_chosen=option.id in chosen,
            feedback=_feedback(key, option.id),
        )
        for option in asked.options
    ]


def _pairs(asked: Asked, key: Key, response: Response) -> list[Row]:
    given = response if isinstance(response, dict) else {}
    sides = {target.id: safe_html(target.html) for target in asked.targets}
    return [
        Row(
            text=safe_html(option.html),
            said=sides.get(said, EMPTY),
            right=sides[key.pairs[option.id]],
            is_right=said == key.pairs[option.id],
            is_chosen=bool(said),
            feedback=_feedback(key, option.id, said),
        )
        for option in asked.options
        for said in [given.get(option.id, "")]
    ]


def _places(asked: Asked, key: Key, response: Response) -> list[Row]:
    given = places(response, asked)
    texts = {option.id: safe_html(option.html) for option in asked.options}
    return [
        Row(
            text=texts[entry],
            said=Markup.escape(given.get(entry, "")),
            right=Markup.escape(place),
            is_right=given.get(entry) == str(place),
            is_chosen=entry in given,
            feedback=_feedback(key, entry),
        )
        for place, entry in enumerate(key.right, start=1)
    ]


def _gaps(asked: Asked, key: Key, response: Response) -> list[Row]:
    given = response if isinstance(response, dict) else {}
    return [
        _gap(gap, number, key, given.get(gap.id, "")) for number, gap in enumerate(asked.gaps, 1)
    ]


def _gap(gap: Gap, number: int, key: Key, said: str) -> Row:
    """A gap by its number. Typed words are the author's or the reader's own: never HTML."""
    accepted = key.gaps[gap.id]
    chosen = {option.id: safe_html(option.html) for option in gap.options}
    by_id = {answer.id: answer for answer in accepted}
    found = by_id.get(said) if key.is_chosen else find_words(accepted, said)
    right = [chosen[answer.id] for answer in accepted if answer.right and answer.id in chosen]
    return Row(
        text=Markup.escape(number),
        said=chosen.get(said, EMPTY) if key.is_chosen else Markup.escape(said),
        right=Markup(" · ").join(right) or Markup.escape(_right_words(accepted)),
        is_right=bool(found and found.right),
        is_chosen=bool(said),
        feedback=_feedback(key, f"{gap.id}/{found.id}") if found else EMPTY,
    )


def _feedback(key: Key, *names: str) -> Markup:
    """The remarks under those names, one after the other."""
    return Markup(" ").join(
        safe_html(key.feedback[name]) for name in dict.fromkeys(names) if name in key.feedback
    )


def _right_words(accepted: Sequence[Accepted]) -> str:
    """The words that count as right, the first variant of each."""
    return " · ".join(answer.text.split("|")[0].strip() for answer in accepted if answer.right)


_ROWS: Mapping[str, Callable[[Asked, Key, Response], list[Row]]] = {
    kinds.SINGLE: _options,
    kinds.MULTIPLE: _options,
    kinds.TRUE_FALSE: _options,
    kinds.SCALE: _options,
    kinds.MATCH: _pairs,
    kinds.ORDER: _places,
    kinds.CLOZE: _gaps,
}
