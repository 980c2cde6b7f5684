"""How files come into the site: once, with every change, and never over a person's work."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from nti_lms.curriculum import load
from nti_lms.database import db, unit_of_work
from nti_lms.models import Lesson, Register, Revision
from nti_lms.services import authoring, library, loading
from nti_lms.services.loading import Report
from nti_lms.settings import ROOT

KEY = "sex-gender-norms"
PLACE = "m1-punto-de-partida/1-2-sexo-genero-normas"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped files of the first module, to be changed."""
    copy = tmp_path / "curriculum"
    others = shutil.ignore_patterns("m[2-9]-*")
    shutil.copytree(ROOT / "curriculum", copy, ignore=others)
    return copy


@pytest.fixture
def sync(app, folder):
    def sync():
        with unit_of_work():
            return loading.sync(load(folder), app.extensions["storage"])

    return sync


@pytest.fixture
def change(folder):
    """Put another summary into the Spanish file."""

    def change(words):
        path = folder / PLACE / "es.md"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (place,) = (n for n, line in enumerate(lines) if line.startswith("summary:"))
        lines[place] = f"summary: {words}\n"
        path.write_text("".join(lines), "utf-8")

    return change


def revisions(key=KEY):
    query = (
        select(Revision.number, Revision.state, Revision.origin)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .where(Lesson.key == key)
        .order_by(Revision.number)
    )
    return [tuple(row) for row in db.session.execute(query)]


def summary():
    return library.get_published(KEY, "es").text.summary


def write(app, fa, words, *, is_published):
    """A person changes the lesson in the browser."""
    lesson = authoring.get_lesson(KEY)
    current = authoring.find_current(lesson)
    sources = {
        language: text.replace("\nsummary: ", f"\nsummary: {words} ", 1)
        for language, text in authoring.sources_of(current).items()
    }
    reading = authoring.read(lesson, sources, current.figures, app.extensions["storage"])
    with unit_of_work():
        draft = authoring.save_draft(lesson, sources, reading, base=current.id, by=fa)
        if is_published:
            authoring.publish(lesson, draft, reading, follows=True, by=fa)


def test_loading_again_changes_nothing(sync):
    before = db.session.execute(select(Revision.id, Revision.digest)).all()
    outline = library.outline().digest

    report = sync()

    assert report == Report()
    assert db.session.execute(select(Revision.id, Revision.digest)).all() == before
    assert library.outline().digest == outline


def test_a_changed_file_becomes_the_published_revision(sync, change):
    outline = library.outline().digest
    change("Otro resumen.")

    report = sync()

    assert report == Report(changed=[KEY])
    assert revisions() == [(1, "archived", "files"), (2, "published", "files")]
    assert summary() == "Otro resumen."
    assert library.outline().digest != outline
    assert library.outline().lesson(KEY).summaries["es"] == "Otro resumen."


def test_a_file_put_back_as_it_was_is_a_change_too(sync, change):
    original = summary()
    change("Otro resumen.")
    sync()
    change(original)

    report = sync()

    assert report == Report(changed=[KEY])
    assert summary() == original


def test_a_changed_drawing_is_a_change(sync, folder):
    drawing = next((folder / PLACE).glob("*.svg"))
    drawing.write_text(drawing.read_text("utf-8").replace("</svg>", "<g/></svg>"), "utf-8")

    assert sync() == Report(changed=[KEY])


@pytest.mark.parametrize("is_published", [True, False])
def test_a_persons_revision_is_never_overwritten_and_reported_as_kept(
    app, fa, sync, change, is_published
):
    write(app, fa, "De una persona.", is_published=is_published)
    before, kept = revisions(), summary()
    change("De los archivos.")

    reports = [sync(), sync()]

    assert reports == [Report(kept=[KEY])] * 2
    assert (revisions(), summary()) == (before, kept)


def test_files_that_bring_nothing_new_say_nothing_of_a_persons_revision(app, fa, sync):
    write(app, fa, "De una persona.", is_published=True)

    assert sync() == Report()
    assert summary().startswith("De una persona.")


def test_a_lesson_without_its_translation_is_reported_and_the_old_one_stays(sync, folder):
    (folder / PLACE / "en.md").unlink()

    report = sync()

    assert report == Report(unreadable=[KEY])
    assert revisions() == [(1, "published", "files")]


def test_a_new_lesson_is_added(sync, folder):
    db.session.execute(Lesson.__table__.delete().where(Lesson.key == KEY))
    db.session.commit()

    report = sync()

    assert report == Report(added=[KEY])
    assert revisions() == [(1, "published", "files")]


def test_a_changed_register_changes_what_pages_are_kept_under(sync, folder):
    outline = library.outline().digest
    path = folder / "help.yml"
    path.write_text(path.read_text("utf-8").replace("apoyo psicológico", "acompañamiento"), "utf-8")

    report = sync()

    assert report == Report()
    assert library.outline().digest != outline
    assert "acompañamiento" in str(library.register("help"))


def test_every_register_is_a_row(app):
    names = {path.stem for path in (ROOT / "curriculum").glob("*.yml")}

    assert names <= set(db.session.scalars(select(Register.name)))


def test_a_lesson_has_one_published_revision_at_most(app, sync, change):
    for words in ("Uno.", "Dos."):
        change(words)
        sync()

    counts = db.session.execute(
        select(Revision.lesson_id, func.count())
        .where(Revision.state == "published")
        .group_by(Revision.lesson_id)
    )
    assert {count for _, count in counts} == {1}


def test_a_module_without_its_file_stays_as_it_is_known(sync, folder):
    before = library.get_module("m1")
    (folder / "m1-punto-de-partida" / "module.yml").unlink()

    report = sync()

    assert report == Report()
    assert library.get_module("m1") == before


def test_an_unknown_module_without_its_file_is_reported(sync, folder):
    (folder / "m1-punto-de-partida").rename(folder / "m10-otro")
    (folder / "m10-otro" / "module.yml").unlink()

    report = sync()

    assert KEY in report.unreadable
    assert library.outline().module("m10") is None
