"""A quiz as a whole: how many questions, of which kinds, on which objectives."""

from nti_lms.curriculum.checks.faults import Faults, check_attributes
from nti_lms.curriculum.checks.questions import check_question
from nti_lms.curriculum.grammar import QUESTIONS
from nti_lms.curriculum.markup import words_of_html
from nti_lms.curriculum.types import Block, Lesson, Part
from nti_lms.domain.questions import SINGLE

FEWEST, MOST = 4, 6
FEWEST_KINDS = 4


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
    if singles and all(map(_right_is_longest, singles)):
        yield block.line, "the right option is always the longest"
    if singles and all(part.items[0].mark == "x" for part in singles):
        yield block.line, "the right option is always the first"


def _right_is_longest(part: Part) -> bool:
    return max(part.items, key=lambda item: len(words_of_html(item.html))).mark == "x"
