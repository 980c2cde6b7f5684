"""A quiz as a whole, and all of them together: what is asked, and what could be guessed."""

from collections import Counter
from collections.abc import Iterable, Iterator

from nti_lms.curriculum.checks.faults import Faults, check_attributes
from nti_lms.curriculum.checks.questions import check_question
from nti_lms.curriculum.grammar import QUESTIONS
from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Lesson, Part
from nti_lms.domain.questions import SINGLE, TRUE_FALSE

FEWEST, MOST = 4, 6
FEWEST_KINDS = 4
# From how many questions on, over the whole curriculum, a habit in their answers is a pattern.
FEWEST_TRUE_FALSE, FEWEST_SINGLES = 6, 8


def check_quizzes(lesson: Lesson) -> Faults:
    """Faults of every quiz and of its questions."""
    for block in lesson.blocks:
        if block.kind != "quiz":
            continue
        yield from _check_quiz(block)
        for part in block.parts:
            yield from _check_part(part, lesson)
        touched = {part.attributes.get("objective") for part in block.parts}
        for objective in lesson.objectives:
            if objective not in touched:
                yield block.line, f"no question touches the objective {objective}"


def _check_part(part: Part, lesson: Lesson) -> Faults:
    shape = QUESTIONS.get(part.role)
    if shape is None:
        yield part.line, f"question #{part.id}: unknown kind «{part.role}»"
        return
    yield from check_attributes(f"question #{part.id}", part.attributes, shape, part.line)
    objective = part.attributes.get("objective")
    if objective and lesson.objectives and objective not in lesson.objectives:
        yield part.line, f"question #{part.id}: no such objective «{objective}»"
    for entry in part.parts:
        yield entry.line, f"a heading of level 4 has no place here: «{entry.title}»"
    yield from check_question(part)


def _check_quiz(block: Block) -> Faults:
    questions = block.parts
    if block.attributes.get("attempts") == "1" and "wait" in block.attributes:
        yield block.line, "a wait says nothing where one attempt is all there is"
    if not FEWEST <= len(questions) <= MOST:
        yield block.line, f"{len(questions)} questions; a lesson asks {FEWEST} to {MOST}"
    if len({part.role for part in questions}) < min(FEWEST_KINDS, len(questions)):
        yield block.line, f"fewer than {FEWEST_KINDS} kinds of question"
    singles = [part for part in questions if part.role == SINGLE and part.items]
    if len(singles) < 2:  # one alone has no habit; check_answers weighs it with all others
        return
    if all(map(_right_is_longest, singles)):
        yield block.line, "the right option is always the longest"
    if all(part.items[0].mark == "x" for part in singles):
        yield block.line, "the right option is always the first"


def check_answers(lessons: Iterable[Lesson]) -> Iterator[str]:
    """Habits by which one could guess right without reading; `lessons` are all of one language."""
    blocks = [block for lesson in lessons for block in lesson.blocks if block.kind == "quiz"]
    parts = [part for block in blocks for part in block.parts if _rights(part) == 1]
    yield from _one_side([part for part in parts if part.role == TRUE_FALSE])
    yield from _one_place([part for part in parts if part.role == SINGLE])


def _one_side(parts: list[Part]) -> Iterator[str]:
    if len(parts) < FEWEST_TRUE_FALSE:
        return
    sides = Counter(item.id for part in parts for item in part.items if item.mark == "x")
    side, count = sides.most_common(1)[0]
    if count * 3 > len(parts) * 2:
        yield (
            f"{count} of {len(parts)} true-false questions are answered «{side}»; turn some of"
            " them into claims of the other kind, until neither has more than two thirds"
        )


def _one_place(parts: list[Part]) -> Iterator[str]:
    if len(parts) < FEWEST_SINGLES:
        return
    places = Counter(
        at for part in parts for at, item in enumerate(part.items, 1) if item.mark == "x"
    )
    place, count = places.most_common(1)[0]
    if count * 2 > len(parts):
        yield (
            f"{count} of {len(parts)} single questions have their right option in place {place};"
            " move some, alike in every language, until no place has more than half"
        )
    longest = sum(map(_right_is_longest, parts))
    if longest * 2 > len(parts):
        yield (
            f"{longest} of {len(parts)} single questions have the longest option right;"
            " shorten some of these, or lengthen others, until they are half or fewer"
        )


def _rights(part: Part) -> int:
    return sum(item.mark == "x" for item in part.items)


def _right_is_longest(part: Part) -> bool:
    return max(part.items, key=lambda item: len(words_of_html(item.html))).mark == "x"
