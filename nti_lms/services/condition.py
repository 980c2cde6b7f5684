"""How the site does, in numbers: what waits, what failed, what has not left."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.models import Job, Message, Session

LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Condition:
    """Counts of this moment. Late mail has waited for more than an hour."""

    jobs_waiting: int
    jobs_failed: int
    mail_waiting: int
    mail_late: int
    sessions: int


def read() -> Condition:
    """Count, in five small statements."""
    now = clock.now()
    unsent = Message.sent_at.is_(None)
    return Condition(
        jobs_waiting=_count(Job, Job.state == "waiting"),
        jobs_failed=_count(Job, Job.state == "failed"),
        mail_waiting=_count(Message, unsent),
        mail_late=_count(Message, unsent & (Message.created_at < now - LATE)),
        sessions=_count(Session, Session.expires_at > now),
    )


def _count(table: type, which: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(which)) or 0  # type: ignore[arg-type]
