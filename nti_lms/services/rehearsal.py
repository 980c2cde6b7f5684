"""Made-up answers to a quiz, for demonstration: never of anybody who is real."""

from collections.abc import Mapping, Sequence

from nti_lms.domain import questions as kinds
from nti_lms.domain.questions import Key, Response
from nti_lms.models import User
from nti_lms.services import library, quiz
from nti_lms.services.library import Published


def answer(people: Sequence[User], published: Published, block: str) -> None:
    """Let each of these fictitious people submit the quiz once."""
    asked = quiz.questions_of(library.read(published), block)
    keys = [one.key for one in asked]
    for number, person in enumerate(people, start=1):
        quiz.submit(quiz.start(person, published, block), asked, _answers(number, keys))


def _answers(number: int, keys: list[Key]) -> Mapping[str, Response]:
    """The later ones know more, and each question asks for more than the one before, nearly."""
    return {
        key.id: _right(key) if (number + 5 * place) % 4 and number > 2 * place else _wrong(key)
        for place, key in enumerate(keys)
    }


def _right(key: Key) -> Response:
    if key.kind in (kinds.SHORT, kinds.NUMERIC):
        return next(answer.text for answer in key.accepted if answer.right).partition("|")[0]
    if key.kind == kinds.MATCH:
        return dict(key.pairs)
    if key.kind == kinds.CLOZE:
        rights = {name: [a for a in gap if a.right][0] for name, gap in key.gaps.items()}
        return {
            name: answer.id if key.is_chosen else answer.text.partition("|")[0]
            for name, answer in rights.items()
        }
    if key.kind in (kinds.MULTIPLE, kinds.ORDER):
        return list(key.right)
    return key.right[0] if key.right else ""


def _wrong(key: Key) -> Response:
    """Another option, a part of what is right, or nothing at all."""
    if key.kind == kinds.MULTIPLE:
        return list(key.right[:1])
    if key.kind == kinds.MATCH:
        return dict(list(key.pairs.items())[:1])
    if key.kind == kinds.ORDER:
        return [*key.right[:1], *reversed(key.right[1:])]
    others = [option for option in key.options if option not in key.right]
    return others[0] if key.kind in (kinds.SINGLE, kinds.TRUE_FALSE) and others else ""
