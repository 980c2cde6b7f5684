"""The worker: claim a job, run it, finish it; send mail; sweep what has run out."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from nti_lms.database import db, drop, name_of, unit_of_work
from nti_lms.domain.errors import NotKept
from nti_lms.mail import Mailer
from nti_lms.models import Job
from nti_lms.services import jobs, receipts, sessions, throttle

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
REFUSED_SECONDS = 2.0
SWEEP_SECONDS = 600
Work = Callable[[Job], None]


def run(
    kinds: Mapping[str, Work], mailer: Mailer, stop: threading.Event, *, daily: Sequence[str] = ()
) -> None:
    """Work until `stop` is set; a job under way is finished first. `daily` names kinds of jobs."""
    next_sweep = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= next_sweep:
                sweep()
                plan(daily)
                next_sweep = time.monotonic() + SWEEP_SECONDS
            mailer.send_waiting()
            pause = 0.0 if run_one(kinds) else PAUSE_SECONDS
        except (DBAPIError, NotKept) as refusal:  # it may be back in a moment, or have room again
            log.warning("the database refuses: %s", name_of(refusal))
            drop()
            pause = REFUSED_SECONDS
        stop.wait(pause)


def run_one(kinds: Mapping[str, Work]) -> bool:
    """Run the next job, if there is one; whether there was."""
    if not _is_any_due():
        return False
    with unit_of_work():
        job = jobs.claim()
    if job is None:
        return False
    try:
        kinds[job.kind](job)
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.kind)
        db.session.rollback()
        with unit_of_work():
            jobs.fail(jobs.get_job(job.id), type(error).__name__)
        return True
    with unit_of_work():
        jobs.finish(jobs.get_job(job.id))
    return True


def sweep() -> None:
    """Forget what has run out."""
    with unit_of_work():
        jobs.sweep()
        sessions.sweep()
        throttle.sweep()
        receipts.sweep()


def plan(daily: Sequence[str]) -> None:
    """Ask for what is to be done every day."""
    with unit_of_work():
        for kind in daily:
            jobs.enqueue_daily(kind)


def _is_any_due() -> bool:
    """Look before taking the write lock: an idle worker must not hold anybody up."""
    found = jobs.is_any_due()
    db.session.commit()
    return found
