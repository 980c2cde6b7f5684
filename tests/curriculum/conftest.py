import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nti_lms.curriculum import Problem, check_texts, load, make_stamps, read_lesson

SHIPPED = Path(__file__).resolve().parents[2] / "curriculum"
TODAY = date(2026, 11, 25)
NORMS = "m1-punto-de-partida/1-2-sexo-genero-normas"
LISTENING = "m4-violencias/4-5-cuando-alguien-nos-cuenta"

HEAD = """version: "1.0"
languages: [es, en]
licence: CC BY-SA 4.0
modules: [m1-punto-de-partida, m4-violencias]
"""


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture
def shipped() -> Path:
    return SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound curriculum of two lessons, to break at will."""
    for name in ("evidence", "glossary", "help", "ids"):
        shutil.copy(SHIPPED / f"{name}.yml", tmp_path)
    (tmp_path / "curriculum.yml").write_text(HEAD)
    for lesson in (NORMS, LISTENING):
        shutil.copytree(SHIPPED / lesson, tmp_path / lesson)
        module = Path(lesson).parent / "module.yml"
        shutil.copy(SHIPPED / module, tmp_path / module)
    return tmp_path


@pytest.fixture(scope="session")
def registers() -> Mapping[str, Any]:
    return load(SHIPPED).registers


Texts = dict[str, str]


@pytest.fixture(scope="session")
def originals() -> dict[str, Texts]:
    """The texts of the two finished lessons, by the name of their folder and by language."""
    return {
        lesson: {
            language: (SHIPPED / lesson / f"{language}.md").read_text(encoding="utf-8")
            for language in ("es", "en")
        }
        for lesson in (NORMS, LISTENING)
    }


@pytest.fixture(scope="session")
def check_lesson(registers) -> Callable[..., list[Problem]]:
    """Check texts as the lesson of that folder, stamped as they stand."""
    figures = {
        lesson: {path.name: path.read_bytes() for path in (SHIPPED / lesson).glob("*.svg")}
        for lesson in (NORMS, LISTENING)
    }
    keys = {NORMS: "sex-gender-norms", LISTENING: "when-someone-tells-us"}

    def run(lesson: str, texts: Texts, **changes: Any) -> list[Problem]:
        source, _ = read_lesson(texts["es"], language="es", path="es.md")
        given = {
            "key": keys[lesson],
            "registers": registers,
            "lesson_keys": [],
            "figures": figures[lesson],
            "stamps": make_stamps(source) if source else {},
            "today": TODAY,
        }
        return check_texts(texts, **(given | changes))

    return run
