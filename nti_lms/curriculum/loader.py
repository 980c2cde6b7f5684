"""From a folder to a curriculum."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nti_lms.curriculum.documents import Document
from nti_lms.curriculum.files import Shelf
from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.reader import read_lesson
from nti_lms.curriculum.registers import check_register, reserved_keys
from nti_lms.curriculum.stamps import FILE as STAMPS
from nti_lms.curriculum.stamps import read_stamps
from nti_lms.curriculum.types import LANGUAGES, Curriculum, Lesson, LessonFolder, Module, Problem

HEAD = "curriculum"
SURVEYS = "surveys"
PHASES = ("F0", "F1", "F2", "F3", "F4", "F5")
_LESSON = re.compile(r"([0-9]+)-([0-9]+)-.+")
_MODULE = re.compile(r"m([0-9]+)-.+")


def load(folder: Path) -> Curriculum:
    """Read everything under `folder`. Nothing in a file makes it raise; faults are in `problems`.

    A module that curriculum.yml does not list is reported, and read after those that it lists.
    """
    shelf = Shelf(folder)
    registers = _read_registers(shelf)
    keys = reserved_keys(registers)
    modules = [_read_module(shelf, path, keys) for path in _module_folders(shelf, registers)]
    head = registers.get(HEAD)
    version = head.get("version") if isinstance(head, dict) else None
    return Curriculum(
        folder=folder,
        version=str(version or ""),
        modules=tuple(modules),
        registers=registers,
        problems=tuple(sorted(shelf.problems)),
    )


def _read_registers(shelf: Shelf) -> dict[str, Any]:
    registers: dict[str, Any] = {}
    for path in shelf.list(shelf.root, "*.yml"):
        document = shelf.read_yaml(path)
        registers[path.stem] = document.content
        if document.content is not None:
            shelf.problems += check_register(path.stem, document, shelf.name(path))
            if path.stem == HEAD:
                shelf.problems += _head_faults(document)
    if HEAD not in registers:
        shelf.report(shelf.root / f"{HEAD}.yml", "the file is missing")
    return registers | _surveys(shelf)


def _surveys(shelf: Shelf) -> dict[str, Any]:
    """The titles of the surveys, by the names of their files, as one register more."""
    folder = shelf.root / SURVEYS
    found = {path.stem: shelf.read_yaml(path).mapping for path in shelf.list(folder, "*.yml")}
    titles = {name: {"title": survey.get("title", {})} for name, survey in found.items()}
    return {SURVEYS: titles} if titles else {}


def _head_faults(document: Document) -> list[Problem]:
    found = document.mapping
    path = f"{HEAD}.yml"
    faults = [
        Problem(path, 1, f"{key} is missing")
        for key in ("version", "languages", "licence", "modules")
        if not found.get(key)
    ]
    if found.get("languages") not in (None, list(LANGUAGES)):
        faults.append(Problem(path, document.line("languages"), f"languages are {list(LANGUAGES)}"))
    return faults


def _module_folders(shelf: Shelf, registers: Mapping[str, Any]) -> list[Path]:
    head = registers.get(HEAD)
    names = head.get("modules") if isinstance(head, dict) else None
    listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    folders = [path for path in shelf.list(shelf.root, "m*") if path.is_dir()]
    found = {path.name: path for path in folders if _MODULE.fullmatch(path.name)}
    for name in listed:
        if name not in found:
            shelf.report(shelf.root / f"{HEAD}.yml", f"there is no folder for the module {name}")
    unlisted = [path for name, path in found.items() if name not in listed]
    for path in unlisted:
        shelf.report(path / "module.yml", f"{HEAD}.yml does not list this module")
    return [found[name] for name in dict.fromkeys(listed) if name in found] + unlisted


def _read_module(shelf: Shelf, folder: Path, keys: Mapping[str, str]) -> Module:
    path = folder / "module.yml"
    place = _MODULE.fullmatch(folder.name)
    number = int(place[1]) if place else 0
    document = shelf.read_yaml(path)
    found = document.mapping
    if document.content is not None:
        for key, what in _module_faults(found, number):
            shelf.report(path, what, line=document.line(key))
    lessons = [
        _read_folder(shelf, path, number, keys) for path in shelf.list(folder, "*") if path.is_dir()
    ]
    return Module(
        key=_text(found.get("key")) or folder.name,
        code=folder.name.partition("-")[0],
        number=number,
        titles=_by_language(found.get("title")),
        purposes=_by_language(found.get("purpose")),
        phase=_text(found.get("phase")),
        folder=folder,
        lessons=tuple(sorted(lessons, key=lambda lesson: _place(lesson.number))),
    )


def _module_faults(found: Mapping[str, Any], number: int) -> list[tuple[str, str]]:
    faults = []
    if not ID.fullmatch(_text(found.get("key"))):
        faults.append(("key", "the key is missing, or is not lower-case words joined by hyphens"))
    if found.get("number") != number:
        faults.append(("number", f"the number is not that of the folder, {number}"))
    if found.get("phase") not in PHASES:
        faults.append(("phase", f"the phase is missing, or is none of {', '.join(PHASES)}"))
    for key in ("title", "purpose"):
        faults += [
            (key, f"the {key} is missing in {language}")
            for language in LANGUAGES
            if not _by_language(found.get(key)).get(language)
        ]
    return faults


def _read_folder(shelf: Shelf, folder: Path, module: int, keys: Mapping[str, str]) -> LessonFolder:
    place = _LESSON.fullmatch(folder.name)
    if place is None or int(place[1]) != module:
        what = f"the folder's name does not begin with its place, such as {module}-1-"
        shelf.report(folder / f"{LANGUAGES[0]}.md", what)
    texts = {}
    for language in LANGUAGES:
        if lesson := _read_text(shelf, folder / f"{language}.md", language):
            texts[language] = lesson
    key = next((lesson.key for lesson in texts.values() if lesson.key), keys.get(folder.name))
    drawings = {path.name: shelf.read_bytes(path) for path in shelf.list(folder, "*.svg")}
    return LessonFolder(
        key=key or folder.name,
        number=f"{int(place[1])}.{int(place[2])}" if place else "",
        folder=folder,
        texts=texts,
        figures={name: content for name, content in drawings.items() if content is not None},
        stamps=_read_stamps(shelf, folder / STAMPS),
    )


def _read_stamps(shelf: Shelf, path: Path) -> dict[str, dict[str, str]]:
    """A lesson that was never stamped has no such file; the check of translations tells it."""
    return read_stamps(shelf.read_yaml(path).content) if path.exists() else {}


def _read_text(shelf: Shelf, path: Path, language: str) -> Lesson | None:
    text = shelf.read_text(path)
    if text is None:
        return None
    lesson, problems = read_lesson(text, language=language, path=shelf.name(path))
    shelf.problems += problems
    return lesson


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _by_language(value: Any) -> dict[str, str]:
    found = value if isinstance(value, dict) else {}
    return {language: _text(found[language]) for language in LANGUAGES if language in found}


def _place(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split("."))) if number else (10**6,)
