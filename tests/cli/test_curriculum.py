"""The curriculum's files: into the site and out again, the same bytes."""

import re

import pytest
from sqlalchemy import select

from nti_lms.database import db, unit_of_work
from nti_lms.models import Lesson, Register, Revision, RevisionText
from nti_lms.services import authoring, library
from nti_lms.settings import ROOT

SHIPPED = ROOT / "curriculum"
KEY = "sex-gender-norms"
NEW = "Una frase de esta prueba."


@pytest.fixture
def flask(app):
    """Run a command of ours: its outcome."""
    runner = app.test_cli_runner()

    def flask(*arguments):
        outcome = runner.invoke(args=[str(argument) for argument in arguments])
        db.session.expire_all()
        return outcome

    return flask


def everything():
    """Each row of the curriculum's tables."""
    tables = [model.__table__ for model in (Register, Lesson, Revision, RevisionText)]
    return [sorted(map(repr, db.session.execute(select(table)))) for table in tables]


def lesson_files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.glob("m*/*/*")
        if path.is_file()
    }


def test_loading_twice_changes_nothing(flask):
    first = flask("curriculum", "load")
    before = everything()

    second = flask("curriculum", "load")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert second.output == first.output == ""
    assert everything() == before


def test_exporting_gives_every_lesson_back_byte_for_byte(flask, tmp_path):
    outcome = flask("curriculum", "export", tmp_path / "out")

    expected = lesson_files(SHIPPED)
    written = lesson_files(tmp_path / "out")
    assert sorted(written) == sorted(expected)
    assert [path for path in expected if written[path] != expected[path]] == []
    assert outcome.output.startswith(f"{len(expected)} files written")


def test_what_is_exported_can_be_loaded_again_and_brings_nothing_new(flask, tmp_path):
    flask("curriculum", "export", tmp_path / "out")
    before = everything()

    outcome = flask("curriculum", "load", tmp_path / "out")

    assert outcome.exit_code == 0
    assert "Lessons" not in outcome.output
    assert everything() == before


def test_a_persons_work_is_exported_and_kept_when_files_are_loaded(app, flask, fa, tmp_path):
    publish(app, fa)

    flask("curriculum", "export", tmp_path / "out")
    change(tmp_path / "out")
    loaded = flask("curriculum", "load", tmp_path / "out")

    assert f"kept, because a person wrote the newest revision: {KEY}" in loaded.output
    assert library.get_published(KEY, "es").text.summary.startswith(NEW)


def publish(app, author):
    lesson = authoring.get_lesson(KEY)
    current = authoring.find_current(lesson)
    sources = {
        language: text.replace("\nsummary: ", f"\nsummary: {NEW} ", 1)
        for language, text in authoring.sources_of(current).items()
    }
    reading = authoring.read(lesson, sources, current.figures, app.extensions["storage"])
    with unit_of_work():
        draft = authoring.save_draft(lesson, sources, reading, base=current.id, by=author)
        authoring.publish(lesson, draft, reading, follows=True, by=author)


def change(folder):
    (path,) = folder.glob("*/1-2-*/es.md")
    text = path.read_text("utf-8")
    assert NEW in text
    path.write_text(re.sub(r"\nsummary: .*", "\nsummary: De los archivos.", text, count=1), "utf-8")


def test_a_folder_that_is_not_there_is_refused(flask, tmp_path):
    outcome = flask("curriculum", "load", tmp_path / "nothing")

    assert outcome.exit_code == 2
    assert "does not exist" in outcome.output
