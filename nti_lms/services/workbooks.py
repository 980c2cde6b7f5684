"""Blank workbooks: asked for, built once by a job, kept by the hash of all that goes into them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.models import Job, Workbook
from nti_lms.models import Module as ModuleRow
from nti_lms.services import jobs, library
from nti_lms.services.loading import digest_of
from nti_lms.services.outline import ModuleLine

KIND = "workbook"
EDITIONS = ("participant", "facilitator")
PAPERS = ("letter", "a4")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A workbook and the job that builds or built it (None once that is forgotten)."""

    workbook: Workbook
    job: Job | None


# --- reads ---


def list_current(editions: Sequence[str], language: str) -> Sequence[Shelved]:
    """The workbooks of the curriculum as it stands now, in one language: one statement."""
    query = (
        select(Workbook, Job)
        .outerjoin(Job, Job.id == Workbook.job_id)
        .where(
            Workbook.outline == library.outline().digest,
            Workbook.language == language,
            Workbook.edition.in_(editions),
        )
        .order_by(Workbook.module_id, Workbook.edition.desc(), Workbook.paper.desc())
    )
    return [Shelved(workbook, job) for workbook, job in db.session.execute(query)]


def get_workbook(workbook_id: int) -> Workbook:
    """The workbook of that id. Raises NotFound."""
    workbook = db.session.get(Workbook, workbook_id)
    if workbook is None:
        raise NotFound
    return workbook


def get_job(workbook: Workbook) -> Job | None:
    """The job that builds it, or None once it is forgotten."""
    return db.session.get(Job, workbook.job_id) if workbook.job_id else None


def get_module(workbook: Workbook) -> ModuleLine:
    """The module that it prints. Raises NotFound."""
    code = db.session.scalar(select(ModuleRow.code).where(ModuleRow.id == workbook.module_id))
    return library.get_module(code or "")


# --- writes ---


def order(module: ModuleLine, *, language: str, edition: str, paper: str) -> Workbook:
    """The workbook, built already, under way, or from now on: never rendered twice."""
    outline = library.outline().digest
    digest = digest_of([outline, module.code, language, edition, paper])
    workbook = db.session.scalar(select(Workbook).where(Workbook.digest == digest))
    if workbook is None:
        workbook = Workbook(
            digest=digest,
            outline=outline,
            module_id=module.id,
            language=language,
            edition=edition,
            paper=paper,
            created_at=clock.now(),
        )
        db.session.add(workbook)
        db.session.flush()
    if workbook.file is None:
        _see_to_it(workbook)
    return workbook


def shelve(workbook_id: int, file: str, size: int, pages: int) -> None:
    """The book is built: where it lies, its bytes and its pages."""
    workbook = get_workbook(workbook_id)
    workbook.file, workbook.bytes, workbook.pages = file, size, pages
    db.session.flush()


def _see_to_it(workbook: Workbook) -> None:
    """A job that waits or runs is left alone; a failed or forgotten one begins anew."""
    job = get_job(workbook)
    if job is None or job.state == "done":
        job = jobs.enqueue(KIND, workbook_id=workbook.id)
        workbook.job_id = job.id
        db.session.flush()
    else:
        jobs.try_again(job)
