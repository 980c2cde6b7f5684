"""The curriculum as files: read it, check it, tell it. Knows no Flask and no database."""

from nti_lms.curriculum.blocks import digest
from nti_lms.curriculum.checks import check, check_texts
from nti_lms.curriculum.drawings import DrawingUnreadable, localise
from nti_lms.curriculum.loader import load
from nti_lms.curriculum.markup import fill_gaps, resolve, words_of_html
from nti_lms.curriculum.outline import skeleton
from nti_lms.curriculum.plain import from_plain, to_plain
from nti_lms.curriculum.quiz import questions, terms
from nti_lms.curriculum.reader import read_lesson, rewrite
from nti_lms.curriculum.reading_ease import Measures, measure_lesson
from nti_lms.curriculum.registers import read_day, read_facts
from nti_lms.curriculum.stamps import make_stamps, stamp, write_stamps
from nti_lms.curriculum.types import (
    LANGUAGES,
    LOCALES,
    Block,
    Curriculum,
    Fact,
    Item,
    Lesson,
    LessonFolder,
    Module,
    Part,
    Problem,
)
from nti_lms.curriculum.wording import (
    LEADING_PARTS,
    OWN_SHEETS,
    covering_notes,
    title_of,
    words_of_block,
)

__all__ = [
    "LANGUAGES",
    "LOCALES",
    "LEADING_PARTS",
    "OWN_SHEETS",
    "Block",
    "Curriculum",
    "DrawingUnreadable",
    "Fact",
    "Item",
    "Lesson",
    "LessonFolder",
    "Measures",
    "Module",
    "Part",
    "Problem",
    "check",
    "check_texts",
    "covering_notes",
    "digest",
    "fill_gaps",
    "from_plain",
    "load",
    "localise",
    "make_stamps",
    "measure_lesson",
    "questions",
    "read_day",
    "read_facts",
    "read_lesson",
    "resolve",
    "rewrite",
    "skeleton",
    "stamp",
    "terms",
    "title_of",
    "to_plain",
    "words_of_block",
    "words_of_html",
    "write_stamps",
]
