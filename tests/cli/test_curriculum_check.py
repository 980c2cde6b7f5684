import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nti_lms.cli.curriculum import SHIPPED, commands
from nti_lms.curriculum import measure_lesson, read_lesson

pytestmark = pytest.mark.slow

NORMS = "m1-punto-de-partida/1-2-sexo-genero-normas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A sound curriculum of one lesson."""
    folder = tmp_path_factory.mktemp("curriculum")
    for name in ("evidence", "glossary", "help", "ids"):
        shutil.copy(SHIPPED / f"{name}.yml", folder)
    head = 'version: "1"\nlanguages: [es, en]\nlicence: CC\nmodules: [m1-punto-de-partida]\n'
    (folder / "curriculum.yml").write_text(head)
    shutil.copytree(SHIPPED / NORMS, folder / NORMS)
    module = Path(NORMS).parent / "module.yml"
    shutil.copy(SHIPPED / module, folder / module)
    return folder


def run(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_check_is_content_with_a_sound_curriculum(folder):
    result = run("check", folder)

    assert (result.output, result.exit_code) == ("The curriculum is sound.\n", 0)


def test_check_names_each_fault_counts_them_and_fails(folder, tmp_path):
    broken = shutil.copytree(folder, tmp_path / "broken")
    path = broken / NORMS / "en.md"
    text = path.read_text().replace("](fact:images-rights)", "](fact:none)")
    path.write_text(text.replace(" use=reading}", "}"))
    line = text.split("(fact:none)")[0].count("\n") + 1

    result = run("check", broken)

    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[0] == f"{NORMS}/en.md:1: there is no further reading, a text with use=reading"
    assert f"{NORMS}/en.md:{line}: no such fact: none" in lines
    assert lines[-1] == f"Error: {len(lines) - 1} problems in {broken}"


def test_check_shows_measures(folder):
    result = run("check", "--measures", folder)

    head, *rows, verdict = result.output.splitlines()
    assert head == "lesson       words   ease  words a sentence"
    assert [row.split() for row in rows] == [measured("es"), measured("en")]
    assert verdict == "The curriculum is sound."


def measured(language):
    """What a row tells of lesson 1.2."""
    text = (SHIPPED / NORMS / f"{language}.md").read_text("utf-8")
    lesson, _ = read_lesson(text, language=language, path="lesson.md")
    found = measure_lesson(lesson)
    return ["1.2", language, str(found.words), f"{found.ease:.1f}", f"{found.average:.1f}"]


def test_check_looks_at_the_shipped_curriculum_by_itself():
    assert run("check").output == run("check", SHIPPED).output


def test_check_refuses_a_folder_that_is_not_there(tmp_path):
    assert run("check", tmp_path / "none").exit_code == 2


def test_stamp_notes_that_a_translation_follows(folder, tmp_path):
    changed = shutil.copytree(folder, tmp_path / "changed")
    path = changed / NORMS / "es.md"
    path.write_text(path.read_text().replace("Todos se rieron.", "Se rieron todos."))
    assert run("check", changed).exit_code == 1

    result = run("stamp", changed / NORMS)

    assert result.output == f"Stamped: {changed / NORMS / 'stamps.yml'}\n"
    assert run("check", changed).exit_code == 0


def test_stamp_refuses_a_folder_without_a_lesson(tmp_path):
    result = run("stamp", tmp_path)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


FILES = ["es.md", "en.md", "stamps.yml", "three-generations.svg", "../module.yml", "../../ids.yml"]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(FILES), st.data())
def test_check_answers_whatever_a_file_holds(folder, tmp_path, file, data):
    broken = shutil.copytree(folder, tmp_path / "broken", dirs_exist_ok=True)
    path = broken / NORMS / file
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 200))
    path.write_bytes(
        content[:start] + data.draw(st.binary(max_size=20)) + content[start + length :]
    )

    for command in (("check", "--measures", broken), ("stamp", broken / NORMS)):
        result = run(*command)
        assert result.exit_code in (0, 1)
        assert result.exception is None or isinstance(result.exception, SystemExit)
