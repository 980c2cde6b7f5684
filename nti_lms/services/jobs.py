"""The job table: enqueue, claim under a lease, report progress, finish, take up what was left."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.models import Job

LEASE = timedelta(minutes=2)
MOST_TRIES = 3
KEPT = timedelta(days=7)
DAY = timedelta(hours=24)


def get_job(job_id: int) -> Job:
    """The job of that id. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound
    return job


def is_any_due() -> bool:
    """Whether a worker would find something to claim."""
    return db.session.scalar(select(Job.id).where(_is_due()).limit(1)) is not None


def enqueue(kind: str, *, total: int = 0, **payload: Any) -> Job:
    """Add a job in the transaction of whatever asks for it. The payload carries ids only."""
    now = clock.now()
    job = Job(kind=kind, payload=payload, total=total, run_after=now, created_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def enqueue_daily(kind: str) -> None:
    """Add a job of that kind, unless one was added in the last 24 hours, on this host or another.

    A clock that was set back makes the next one late, never twice as many.
    """
    latest = db.session.scalar(select(func.max(Job.created_at)).where(Job.kind == kind))
    if latest is None or latest <= clock.now() - DAY:
        enqueue(kind)


def claim() -> Job | None:
    """The next job whose time has come, leased to the caller, or None; while writing.

    A job whose lease ran out belonged to a worker that died: it is taken up again, until its
    tries are used up.
    """
    query = select(Job).where(_is_due()).order_by(Job.id).limit(1)
    job = db.session.scalar(query.with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.tries >= MOST_TRIES:
        fail(job, "it was begun too often without an end")
        return None
    job.state, job.tries, job.leased_until = "running", job.tries + 1, clock.now() + LEASE
    db.session.flush()
    return job


def report(job_id: int, done: int, total: int) -> None:
    """Note progress and renew the lease."""
    values = {"done": done, "total": total, "leased_until": clock.now() + LEASE}
    db.session.execute(update(Job).where(Job.id == job_id).values(values))


def finish(job: Job) -> None:
    """The work is done."""
    job.state, job.error, job.leased_until = "done", None, None
    job.done, job.finished_at = job.total, clock.now()
    db.session.flush()


def fail(job: Job, error: str) -> None:
    """The work failed: again in a while, or for good once its tries are used up."""
    is_over = job.tries >= MOST_TRIES
    job.state, job.error, job.leased_until = "failed" if is_over else "waiting", error[:500], None
    job.run_after = clock.now() + timedelta(seconds=5 * 2**job.tries)
    job.finished_at = clock.now() if is_over else None
    db.session.flush()


def try_again(job: Job) -> None:
    """A person asks for a failed job again."""
    if job.state == "failed":
        job.state, job.tries, job.error = "waiting", 0, None
        job.run_after, job.finished_at = clock.now(), None
        db.session.flush()


def sweep() -> None:
    """Forget jobs that ended a week ago."""
    db.session.execute(delete(Job).where(Job.finished_at < clock.now() - KEPT))


def _is_due() -> ColumnElement[bool]:
    now = clock.now()
    is_left = (Job.state == "running") & (Job.leased_until < now)
    return or_((Job.state == "waiting") & (Job.run_after <= now), is_left)
