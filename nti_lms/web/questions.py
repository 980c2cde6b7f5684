"""Questions as pages draw them: in the attempt's own order, and afterwards with their verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup

from nti_lms.curriculum import fill_gaps
from nti_lms.domain import questions as kinds
from nti_lms.domain.grading import Mark
from nti_lms.domain.questions import Asked, Key, Option, Question, Response, shuffled
from nti_lms.web.filters import safe_html


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was answered: what it is, what was said and what is right, and why."""

    text: Markup
    said: Markup
    right: Markup
    is_right: bool
    is_chosen: bool
    feedback: Markup


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question after submission. `rows` are its options, pairs, places, gaps or words."""

    asked: Asked
    mark: Mark
    rows: Sequence[Row]
    model: Markup
    words: str


def ask(asked: Asked, seed: int) -> Asked:
    """The question with options in the order of this attempt."""
    if not asked.shuffle:
        return asked
    return replace(
        asked,
        options=shuffled(asked.options, seed),
        targets=shuffled(asked.targets, seed),
        gaps=tuple(replace(gap, options=shuffled(gap.options, seed)) for gap in asked.gaps),
    )


def gaps_of(asked: Asked, response: Response) -> Markup:
    """A cloze's prose with a control in the place of each gap."""
    given = response if isinstance(response, dict) else {}
    gaps = {gap.id: (number, gap) for number, gap in enumerate(asked.gaps, start=1)}

    def control(name: str) -> str:
        number, gap = gaps[name]
        return render_template(
            "quiz/_gap.html", asked=asked, gap=gap, number=number, chosen=given.get(name, "")
        )

    return safe_html(fill_gaps(asked.html, control))


def verdicts(
    asked: Sequence[Question],
    responses: Mapping[str, Response],
    marks: Mapping[str, Mark],
    seed: int,
) -> list[Verdict]:
    """Every question with what was answered, what is right and why."""
    return [
        _verdict(one, responses.get(one.asked.id, ""), marks[one.asked.id], seed) for one in asked
    ]


def _verdict(question: Question, response: Response, mark: Mark, seed: int) -> Verdict:
    asked, key = ask(question.asked, seed), question.key
    draw = _ROWS.get(asked.kind)
    return Verdict(
        asked=asked,
        mark=mark,
        rows=draw(asked, key, response) if draw else _words(key, mark),
        model=safe_html(key.model),
        words=response if isinstance(response, str) and asked.kind in _TYPED else "",
    )


_TYPED = (kinds.SHORT, kinds.NUMERIC, kinds.OPEN)


def _options(asked: Asked, key: Key, response: Response) -> list[Row]:
    chosen = {response} if isinstance(response, str) else set(response)
    return [
        _row(option, is_right=option.id in key.right, is_chosen=option.id in chosen, key=key)
        for option in asked.options
    ]


def _pairs(asked: Asked, key: Key, response: Response) -> list[Row]:
    given = response if isinstance(response, dict) else {}
    sides = {target.id: safe_html(target.html) for target in asked.targets}
    return [
        Row(
            text=safe_html(option.html),
            said=sides.get(given.get(option.id, ""), Markup("")),
            right=sides[key.pairs[option.id]],
            is_right=given.get(option.id) == key.pairs[option.id],
            is_chosen=option.id in given,
            feedback=safe_html(key.feedback.get(option.id, "")),
        )
        for option in asked.options
    ]


def _places(asked: Asked, key: Key, response: Response) -> list[Row]:
    row = list(response) if isinstance(response, list) else []
    entries = {option.id: option for option in asked.options}
    said = {entry: str(row.index(entry) + 1) for entry in row}
    return [
        Row(
            text=safe_html(entries[entry].html),
            said=Markup.escape(said.get(entry, "")),
            right=Markup.escape(place),
            is_right=said.get(entry) == str(place),
            is_chosen=entry in said,
            feedback=safe_html(key.feedback.get(entry, "")),
        )
        for place, entry in enumerate(key.right, start=1)
    ]


def _gaps(asked: Asked, key: Key, response: Response) -> list[Row]:
    given = response if isinstance(response, dict) else {}
    return [_gap(asked, key, gap.id, number, given) for number, gap in enumerate(asked.gaps, 1)]


def _gap(asked: Asked, key: Key, gap: str, number: int, given: Mapping[str, str]) -> Row:
    accepted = key.gaps[gap]
    right = next(answer for answer in accepted if answer.right)
    words = {answer.id: answer.text for answer in accepted}
    said = given.get(gap, "")
    return Row(
        text=Markup.escape(number),
        said=safe_html(words.get(said, "")) if key.is_chosen else Markup.escape(said),
        right=safe_html(right.text.split("|")[0].strip()),
        is_right=said == right.id if key.is_chosen else False,
        is_chosen=bool(said),
        feedback=safe_html(key.feedback.get(f"{gap}/{said}", "")),
    )


def _words(key: Key, mark: Mark) -> list[Row]:
    """The feedback on typed words."""
    return [
        Row(Markup(""), Markup(""), Markup(""), mark.is_right, True, safe_html(remark.html))
        for remark in mark.feedback
        if remark.id
    ]


def _row(option: Option, *, is_right: bool, is_chosen: bool, key: Key) -> Row:
    return Row(
        text=safe_html(option.html),
        said=Markup(""),
        right=Markup(""),
        is_right=is_right,
        is_chosen=is_chosen,
        feedback=safe_html(key.feedback.get(option.id, "")),
    )


_ROWS = {
    kinds.SINGLE: _options,
    kinds.MULTIPLE: _options,
    kinds.TRUE_FALSE: _options,
    kinds.SCALE: _options,
    kinds.MATCH: _pairs,
    kinds.ORDER: _places,
    kinds.CLOZE: _gaps,
}
