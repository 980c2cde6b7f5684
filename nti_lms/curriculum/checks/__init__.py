"""Every fault that can be found in a curriculum, with its place, in one run."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from nti_lms.curriculum.checks.activity import check_activities
from nti_lms.curriculum.checks.care import check_care
from nti_lms.curriculum.checks.faults import Fault, Known, head_line
from nti_lms.curriculum.checks.figures import check_drawing, check_figures
from nti_lms.curriculum.checks.ids import check_ids
from nti_lms.curriculum.checks.language import check_language
from nti_lms.curriculum.checks.quiz import check_answers, check_quizzes
from nti_lms.curriculum.checks.references import check_references
from nti_lms.curriculum.checks.reviews import check_reviews
from nti_lms.curriculum.checks.structure import check_structure
from nti_lms.curriculum.checks.translation import check_skeletons, check_stamps
from nti_lms.curriculum.files import Shelf
from nti_lms.curriculum.loader import HEAD
from nti_lms.curriculum.passages import read_draft
from nti_lms.curriculum.reader import read_lesson
from nti_lms.curriculum.registers import reserved_keys
from nti_lms.curriculum.reviews import FILE as REVIEWS
from nti_lms.curriculum.types import LANGUAGES, Curriculum, Lesson, LessonFolder, Problem

SOURCE = LANGUAGES[0]

Stamps = Mapping[str, Mapping[str, str]]


def check(curriculum: Curriculum, *, today: date) -> list[Problem]:
    """Every problem in `curriculum`, by path and line; an empty list is a clean bill."""
    folders = [folder for module in curriculum.modules for folder in module.lessons]
    reserved = reserved_keys(curriculum.registers)
    keys = {*reserved.values(), *(folder.key for folder in folders)}
    known = Known(curriculum.registers, frozenset(keys), today)
    problems = {*curriculum.problems, *_check_keys(folders, reserved)}
    problems |= set(_check_reviews(curriculum, keys, today))
    problems |= set(_check_answers(folders))
    for folder in folders:
        path = folder.folder.relative_to(curriculum.folder).as_posix()
        problems |= set(_check_folder(folder, path, known))
    return sorted(problems)


def check_texts(
    texts: Mapping[str, str],
    *,
    key: str,
    registers: Mapping[str, Any],
    lesson_keys: Collection[str],
    figures: Mapping[str, bytes],
    stamps: Stamps | None,
    today: date,
    path: str = "",
) -> list[Problem]:
    """Every problem of one lesson, from the text of its files by language.

    `key` is the lesson's own, `lesson_keys` those of all others; those that ids.yml reserves are
    known besides. `figures` maps the names of drawings to bytes. Without `stamps`, nobody asks
    whether the translation follows. Paths are those of files in the folder `path`.
    """
    known = Known(
        registers, frozenset({key, *lesson_keys, *reserved_keys(registers).values()}), today
    )
    place = f"{path}/" if path else ""
    lessons: dict[str, Lesson] = {}
    problems: set[Problem] = set()
    for language, text in texts.items():
        file = f"{place}{language}.md"
        lesson, faults = read_lesson(text, language=language, path=file)
        problems |= set(faults)
        if lesson:
            lessons[language] = lesson
            problems |= set(_check_key(lesson, key))
    problems |= set(_check_lesson(lessons, figures, stamps, known, place))
    return sorted(problems)


def _check_folder(folder: LessonFolder, path: str, known: Known) -> Iterator[Problem]:
    yield from _check_lesson(folder.texts, folder.figures, folder.stamps, known, f"{path}/")


def _check_lesson(
    texts: Mapping[str, Lesson],
    figures: Mapping[str, bytes],
    stamps: Stamps | None,
    known: Known,
    place: str,
) -> Iterator[Problem]:
    for name, svg in figures.items():
        yield from _problems(f"{place}{name}", check_drawing(svg))
    for lesson in texts.values():
        yield from _problems(lesson.path, _check_text(lesson, figures, known))
    source = texts.get(SOURCE)
    for language, lesson in texts.items():
        if source is None or language == SOURCE:
            continue
        yield from _problems(lesson.path, check_skeletons(source, lesson))
        if stamps is not None:
            yield from _problems(lesson.path, check_stamps(source, lesson, stamps))


def _check_text(lesson: Lesson, figures: Mapping[str, bytes], known: Known) -> Iterator[Fault]:
    draft = read_draft(lesson)
    yield from check_structure(lesson)
    yield from check_ids(lesson)
    yield from check_activities(lesson)
    yield from check_quizzes(lesson)
    yield from check_references(draft, known)
    yield from check_care(lesson)
    yield from check_language(draft, known)
    yield from check_figures(lesson, figures)


def _check_answers(folders: Collection[LessonFolder]) -> Iterator[Problem]:
    """What no single lesson can show; it stands in the file that lists all modules."""
    for language in LANGUAGES:
        lessons = [folder.texts[language] for folder in folders if language in folder.texts]
        for what in check_answers(lessons):
            yield Problem(f"{HEAD}.yml", 1, f"{language}: {what}")


def _check_reviews(
    curriculum: Curriculum, lessons: Collection[str], today: date
) -> Iterator[Problem]:
    """A curriculum without such a file has not been reviewed; that is no fault."""
    path = curriculum.folder / f"{REVIEWS}.yml"
    if curriculum.registers.get(REVIEWS) is None:
        return
    surveys = (curriculum.folder / "surveys").glob("*.yml")
    names = {*curriculum.registers, *(survey.stem for survey in surveys)}
    document = Shelf(curriculum.folder).read_yaml(path)
    found = check_reviews(document, lessons=lessons, registers=names, today=today)
    yield from _problems(path.name, found)


def _check_keys(folders: Iterable[LessonFolder], reserved: Mapping[str, str]) -> Iterator[Problem]:
    """Keys are those that ids.yml gives, the same in each language, each of one lesson."""
    seen: dict[str, str] = {}
    for folder in folders:
        expected = reserved.get(folder.folder.name, folder.key)
        for lesson in folder.texts.values():
            yield from _check_key(lesson, expected)
            first = seen.setdefault(folder.key, folder.folder.name)
            if first != folder.folder.name:
                what = f"the key {folder.key} belongs to {first}"
                yield Problem(lesson.path, head_line(lesson, "key"), what)


def _check_key(lesson: Lesson, expected: str) -> Iterator[Problem]:
    if lesson.key and lesson.key != expected:
        what = f"the key of this lesson is {expected}, not {lesson.key}"
        yield Problem(lesson.path, head_line(lesson, "key"), what)


def _problems(path: str, faults: Iterable[Fault]) -> Iterator[Problem]:
    for line, what in faults:
        yield Problem(path, line, what)
