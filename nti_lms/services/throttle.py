"""Slow guessing down without ever locking anybody out.

Failures are counted by account and address together, by account, and by address; each has its
free tries and the longest wait. Only tries that were really checked count, so a refused one
does not lengthen the wait. Addresses are generous: a whole classroom may share one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nti_lms import clock
from nti_lms.database import apart, db
from nti_lms.models import Failure

FORGOTTEN_AFTER = timedelta(hours=1)
# What is counted, with its free tries and its longest wait.
FREE_TRIES = {"both": 5, "account": 20, "address": 100}
LONGEST_SECONDS = {"both": 60, "account": 30, "address": 30}


@dataclass(frozen=True, slots=True)
class Count:
    """One thing that is counted: its key, its free tries, and its longest wait in seconds."""

    key: bytes
    free: int
    longest: int

    def wait(self, failures: int) -> timedelta:
        """How long after the last failure the next try may come: 1, 2, 4 … seconds."""
        over = failures - self.free
        return timedelta(seconds=min(self.longest, 2**over) if over >= 0 else 0)


def counts(handle: str, address: str) -> tuple[Count, ...]:
    """What a try to come in as `handle` from `address` is counted under."""
    parts = {"both": (handle, address), "account": (handle,), "address": (address,)}
    return tuple(
        Count(_key(name, *part), free=FREE_TRIES[name], longest=LONGEST_SECONDS[name])
        for name, part in parts.items()
    )


def seconds_to_wait(handle: str, address: str) -> int:
    """How many whole seconds until the next try; 0 means now."""
    asked = {count.key: count for count in counts(handle, address)}
    now = clock.now()
    found = db.session.scalars(select(Failure).where(Failure.key.in_(asked))).all()
    ends = [row.last_at + asked[row.key].wait(row.count) for row in found if _is_fresh(row, now)]
    left = max((end - now).total_seconds() for end in [*ends, now])
    return max(0, -int(-left // 1))


def note_failure(handle: str, address: str) -> None:
    """Count a failed try; it is kept although the request itself is refused."""
    with apart() as session:
        for count in counts(handle, address):
            _add_one(session, count.key)


def forget(handle: str, address: str) -> None:
    """After a success: the account's counts begin anew; the address keeps its own."""
    keys = [count.key for count in counts(handle, address)[:2]]
    db.session.execute(delete(Failure).where(Failure.key.in_(keys)))


def sweep() -> None:
    """Forget counts that no longer slow anybody."""
    db.session.execute(delete(Failure).where(Failure.last_at < clock.now() - FORGOTTEN_AFTER))


def _add_one(session: Session, key: bytes) -> None:
    now = clock.now()
    row = session.get(Failure, key, with_for_update=True)
    if row is None:
        session.add(Failure(key=key, count=1, last_at=now))
    else:
        row.count = row.count + 1 if _is_fresh(row, now) else 1
        row.last_at = now


def _is_fresh(row: Failure, now: datetime) -> bool:
    """Whether it still counts; not one from a clock that was ahead, or nobody comes in for long."""
    return timedelta() <= now - row.last_at < FORGOTTEN_AFTER


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\x00".join(parts).encode()).digest()
