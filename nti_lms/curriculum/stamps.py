"""Which Spanish block each translated block was made from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from nti_lms.curriculum.reader import read_lesson
from nti_lms.curriculum.types import LANGUAGES, Lesson

FILE = "stamps.yml"
SOURCE, *TRANSLATIONS = LANGUAGES
_NOTE = (
    "# Written by a command, never by hand: "
    "the Spanish block that each translation was made from.\n"
)


def make_stamps(source: Lesson) -> dict[str, dict[str, str]]:
    """The stamps of translations that follow every block of `source` as it stands now."""
    now = {block.id: block.digest for block in source.blocks}
    return dict.fromkeys(TRANSLATIONS, now)


def write_stamps(stamps: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a stamps file."""
    plain = {language: dict(found) for language, found in stamps.items()}
    return _NOTE + "".join(
        yaml.safe_dump({language: found}, sort_keys=False) for language, found in plain.items()
    )


def read_stamps(content: Any) -> dict[str, dict[str, str]]:
    """The stamps in the content of a stamps file; what has another form is left out."""
    languages = content if isinstance(content, dict) else {}
    return {
        language: {str(block): str(stamp) for block, stamp in found.items()}
        for language, found in languages.items()
        if isinstance(found, dict)
    }


def stamp(folder: Path) -> Path:
    """Note that each translation in a lesson's folder now follows its Spanish block.

    Raises:
        ValueError: the Spanish file cannot be read, or has faults of form.
        OSError: a file cannot be opened or written.
    """
    path = folder / f"{SOURCE}.md"
    lesson, problems = read_lesson(
        path.read_text(encoding="utf-8"), language=SOURCE, path=path.name
    )
    if lesson is None or problems:
        raise ValueError(str(problems[0]))
    target = folder / FILE
    target.write_bytes(write_stamps(make_stamps(lesson)).encode())
    return target
