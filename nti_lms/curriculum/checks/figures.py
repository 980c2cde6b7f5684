"""Figures and their drawings: both languages, described, legible, safe."""

import re
from collections.abc import Iterator, Mapping

from nti_lms.curriculum.checks.faults import Faults
from nti_lms.curriculum.drawings import (
    DrawingUnreadable,
    Element,
    find_dangers,
    read_drawing,
    view_box,
)
from nti_lms.curriculum.types import LANGUAGES, Lesson

WIDTH = 360  # units, the width of a narrow phone
LEAST_SIZE = 15  # units, of text


def check_figures(lesson: Lesson, drawings: Mapping[str, bytes]) -> Faults:
    """Figures without an image, an alternative text, or a drawing in the folder."""
    for block in lesson.blocks:
        if block.kind != "figure":
            continue
        if not block.image:
            yield block.line, "a figure holds one image, a drawing of its folder"
        elif block.image not in drawings:
            yield block.line, f"no such drawing: {block.image}"
        if block.image and not block.alt:
            yield block.line, "the image has no alternative text"


def check_drawing(svg: bytes) -> Faults:
    """Faults of a drawing, by its own lines."""
    try:
        root = read_drawing(svg)
    except DrawingUnreadable as error:
        yield error.line, f"the drawing cannot be read: {error}"
        return
    yield from find_dangers(root)
    yield from _check_size(root)
    yield from _check_languages(root)
    for name in ("title", "desc"):
        languages = {child.attributes.get("lang") for child in root.walk() if child.tag == name}
        for language in LANGUAGES:
            if language not in languages:
                yield root.line, f"the drawing has no <{name}> in {language}"


def _check_size(root: Element) -> Faults:
    box = view_box(root)
    if not box or box[2] != WIDTH:
        yield root.line, f"the view box is not {WIDTH} units wide"
    for element in root.walk():
        size = element.attributes.get("font-size")
        if size is not None and not (
            re.fullmatch(r"[0-9.]+", size) and _number(size) >= LEAST_SIZE
        ):
            yield element.line, f"text of {size}; {LEAST_SIZE} units are the least"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _check_languages(root: Element) -> Faults:
    texts = list(_texts(root, None))
    first, second = ([element for element, lang in texts if lang == name] for name in LANGUAGES)
    if len(first) != len(second):
        line = (second or first)[-1].line
        yield line, f"{len(first)} texts in Spanish and {len(second)} in English"
    for element, language in texts:
        if language is None and len(element.words.strip()) > 1:
            yield element.line, f"a text of no language: «{element.words.strip()}»"
        is_hidden = element.attributes.get("display") == "none"
        if language in LANGUAGES and is_hidden != (language != LANGUAGES[0]):
            state = "hidden" if is_hidden else "shown"
            yield element.line, f"the raw file shows Spanish alone; this {language} text is {state}"


def _texts(element: Element, language: str | None) -> Iterator[tuple[Element, str | None]]:
    """The text elements, each with its language or its group's."""
    language = element.attributes.get("lang", language)
    if element.tag == "text":
        yield element, language
    for child in element.children:
        if isinstance(child, Element):
            yield from _texts(child, language)
