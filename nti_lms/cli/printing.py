"""Workbooks without a browser: flask workbook build, and the job that the site asks for."""

from io import BytesIO
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from pikepdf import Pdf

from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import NotFound
from nti_lms.models import Job
from nti_lms.printing.child import render_in_child
from nti_lms.printing.pages import manuscript
from nti_lms.services import binding, jobs, library, workbooks
from nti_lms.services.outline import ModuleLine
from nti_lms.settings import Settings

commands = AppGroup("workbook", help="Printed workbooks.")


@commands.command("build")
@click.option("--module", "code", default="all", help="A module such as m1, or all.")
@click.option("--language", type=click.Choice(["es", "en"]), default="es")
@click.option("--edition", type=click.Choice(workbooks.EDITIONS), default="participant")
@click.option("--paper", type=click.Choice(workbooks.PAPERS), default="letter")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A file; a folder when --module is all.",
)
def build_command(code: str, language: str, edition: str, paper: str, output: Path) -> None:
    """Write the workbook of a module, or of each one."""
    for module, path in _wanted(code, language, edition, output):
        pdf = build(module, language=language, edition=edition, paper=paper)
        path.write_bytes(pdf)
        click.echo(f"{path}: {_pages(pdf)} pages, {len(pdf) // 1000} kB")


def run_job(job: Job) -> None:
    """Build the workbook that the job names, unless it lies on the shelf already."""
    workbook = workbooks.get_workbook(job.payload["workbook_id"])
    module = workbooks.get_module(workbook)
    db.session.commit()
    if workbook.file is not None:
        return
    pdf = build(
        module,
        language=workbook.language,
        edition=workbook.edition,
        paper=workbook.paper,
        job_id=job.id,
    )
    name = current_app.extensions["storage"].put(pdf)
    with unit_of_work():
        workbooks.shelve(workbook.id, name, len(pdf), _pages(pdf))


def build(
    module: ModuleLine, *, language: str, edition: str, paper: str, job_id: int | None = None
) -> bytes:
    """The PDF of a module's workbook as it is published now; parts made before are used again."""
    settings: Settings = current_app.extensions["settings"]
    with current_app.test_request_context(), force_locale(language):
        book = binding.gather(
            module,
            current_app.extensions["storage"],
            language=language,
            edition=edition,
            paper=paper,
            contact=settings.mail_from,
            help_address=f"{settings.public_url}/help",
            is_fictitious=settings.is_demo,
        )
        pages = manuscript(book, current_app.jinja_env)
    db.session.commit()

    def report(done: int, total: int) -> None:
        if job_id is not None:
            with unit_of_work():
                jobs.report(job_id, done, total)

    return render_in_child(pages, cache=settings.data / "parts", report=report)


def _wanted(code: str, language: str, edition: str, output: Path) -> list[tuple[ModuleLine, Path]]:
    if code != "all":
        try:
            return [(library.get_module(code), output)]
        except NotFound:
            raise click.ClickException(f"there is no module {code}") from None
    output.mkdir(parents=True, exist_ok=True)
    return [
        (module, output / f"{module.code}-{edition}-{language}.pdf")
        for module in library.outline().modules
    ]


def _pages(pdf: bytes) -> int:
    return len(Pdf.open(BytesIO(pdf)).pages)
