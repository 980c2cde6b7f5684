"""Commands on the curriculum: flask curriculum …"""

import hashlib
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from nti_lms import clock
from nti_lms.curriculum import Curriculum, check, load, measure_lesson, stamp
from nti_lms.database import unit_of_work
from nti_lms.services import exporting, indexing, loading
from nti_lms.settings import ROOT

SHIPPED = ROOT / "curriculum"

commands = AppGroup("curriculum", help="Read and check the curriculum's files.")


@commands.command("check", with_appcontext=False)
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=SHIPPED,
)
@click.option("--measures", is_flag=True, help="Also show how long and how easy each lesson is.")
def check_command(folder: Path, measures: bool) -> None:
    """Report every fault in FOLDER (the shipped curriculum), and fail if there is one."""
    curriculum = load(folder)
    problems = check(curriculum, today=clock.today())
    if measures:
        _show_measures(curriculum)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} problems in {folder}")
    click.echo("The curriculum is sound.")


@commands.command("stamp", with_appcontext=False)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def stamp_command(folder: Path) -> None:
    """Note that the translations in the lesson FOLDER now follow their Spanish blocks."""
    try:
        path = stamp(folder)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Stamped: {path}")


def _show_measures(curriculum: Curriculum) -> None:
    click.echo(f"{'lesson':<8}{'':<4}{'words':>6}{'ease':>7}{'words a sentence':>18}")
    for module in curriculum.modules:
        for folder in module.lessons:
            for language, lesson in folder.texts.items():
                found = measure_lesson(lesson)
                click.echo(
                    f"{folder.number:<8}{language:<4}"
                    f"{found.words:>6}{found.ease:>7.1f}{found.average:>18.1f}"
                )


@commands.command("load")
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=SHIPPED,
)
def load_command(folder: Path) -> None:
    """Bring the files of FOLDER into the site; what a person wrote there is never overwritten."""
    for line in load_shipped(folder):
        click.echo(line)


def load_if_changed() -> list[str]:
    """Load the shipped files, unless nothing in them or in their reader has changed."""
    files = _digest(SHIPPED, ROOT / "nti_lms" / "curriculum")
    if loading.is_loaded(files):
        with unit_of_work():
            indexing.refresh()  # a newer product may read the same content in another way
        return []
    lines = load_shipped()
    with unit_of_work():
        loading.note_loaded(files)
    return lines


def _digest(*folders: Path) -> str:
    """SHA-256 of every file's name and content under `folders`, as hex."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*.*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def load_shipped(folder: Path = SHIPPED) -> list[str]:
    """Load the files, telling what was added, changed, kept or could not be read."""
    curriculum = load(folder)
    with unit_of_work():
        report = loading.sync(curriculum, current_app.extensions["storage"])
    with unit_of_work():
        indexing.refresh()
    told = {
        "added": report.added,
        "changed": report.changed,
        "kept, because a person wrote the newest revision": report.kept,
        "unreadable": report.unreadable,
    }
    lines = [f"Lessons {what}: {', '.join(keys)}" for what, keys in told.items() if keys]
    return [*lines, *(str(problem) for problem in curriculum.problems)]


@commands.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_command(folder: Path) -> None:
    """Write the published lessons into FOLDER as files, the same bytes that were loaded."""
    count = 0
    for name, content in exporting.lesson_files(current_app.extensions["storage"]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        count += 1
    click.echo(f"{count} files written to {folder}")
