"""Questions as they stand on paper, the answers kept apart."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Item, Part


@dataclass(frozen=True, slots=True)
class Choice:
    """A printed option, or an entry of a legend with the letter one writes."""

    html: str
    letter: str = ""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question in the order in which it is printed.

    `options` are marked, lettered or numbered by hand; `choices` is the legend of a match or cloze.
    `answer` (plain text) and `reasons` (HTML) are empty unless the answers were asked for.
    """

    number: int
    kind: str
    title: str
    html: str
    options: tuple[Choice, ...]
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    reasons: tuple[str, ...] = ()


def on_paper(lesson_key: str, quiz: Block, *, with_answers: bool) -> Iterator[PaperQuestion]:
    """The questions of a quiz, numbered from 1, right sides and steps in a mute order."""
    for number, question in enumerate(quiz.parts, start=1):
        options, choices = _printed(lesson_key, question)
        yield PaperQuestion(
            number=number,
            kind=question.role,
            title=question.title,
            html=question.html,
            options=tuple(Choice(item.html) for item in options),
            choices=choices,
            answer=_answer(question, options, lesson_key) if with_answers else "",
            reasons=tuple(_reasons(question)) if with_answers else (),
        )


def _printed(lesson_key: str, question: Part) -> tuple[Sequence[Item], tuple[Choice, ...]]:
    if question.role == "match":
        legend = tuple(
            Choice(html, letter)
            for letter, (_, html) in zip(
                ascii_uppercase, _rights(lesson_key, question), strict=False
            )
        )
        return [item for item in question.items if item.id], legend
    if question.role == "order":
        return _mixed(question.items, lesson_key, question.id), ()
    if question.role == "cloze":
        return [], tuple(
            Choice(" · ".join(option.html for option in gap.items), str(place))
            for place, gap in enumerate(question.items, start=1)
            if gap.items and question.attributes.get("input") != "type"
        )
    return question.items, ()


def _mixed(items: Sequence[Item], *seed: str) -> list[Item]:
    """`items` in an order that depends only on their ids."""
    return sorted(items, key=lambda item: _lot(*seed, item.id))


def _rights(lesson_key: str, question: Part) -> list[tuple[str, str]]:
    rights = {item.right[0]: item.right[1] for item in question.items if item.right}
    return sorted(rights.items(), key=lambda right: _lot(lesson_key, question.id, right[0]))


def _lot(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode()).hexdigest()


def _answer(question: Part, printed: Sequence[Item], lesson_key: str) -> str:
    match question.role:
        case "match":
            letters = {
                right: letter
                for letter, (right, _) in zip(
                    ascii_uppercase, _rights(lesson_key, question), strict=False
                )
            }
            return ", ".join(letters[item.right[0]] for item in printed if item.right)
        case "order":
            places = {item.id: place for place, item in enumerate(question.items, start=1)}
            return ", ".join(str(places[item.id]) for item in printed)
        case "cloze":
            return "; ".join(
                f"{place}: {_right_words(gap.items)}"
                for place, gap in enumerate(question.items, start=1)
            )
        case "open" | "scale":
            return ""
    return _right_words(question.items)


def _right_words(items: Iterable[Item]) -> str:
    return "; ".join(
        words_of_html(item.html).replace(" | ", " / ") for item in items if item.mark == "x"
    )


def _reasons(question: Part) -> Iterator[str]:
    if question.quote:
        yield question.quote
    if question.role in {"single", "true-false", "multiple", "short", "numeric"}:
        yield from (item.feedback for item in question.items if item.mark == "x" and item.feedback)
