"""Erase for good: with the row goes a note of which it was, and a restore erases it again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from nti_lms import clock
from nti_lms.database import db
from nti_lms.models import Entry, Erasure, Excerpt, Passkey
from nti_lms.services import jobs

KIND = "erasures"  # the job that copies the list to where the backups lie
Kind = type[Entry] | type[Excerpt] | type[Passkey]
TABLES: Mapping[str, tuple[Kind, InstrumentedAttribute[datetime]]] = {
    "entry": (Entry, Entry.created_at),
    "excerpt": (Excerpt, Excerpt.copied_at),
    "passkey": (Passkey, Passkey.created_at),
}


def list_all() -> Sequence[Erasure]:
    """Everything that was erased, in order."""
    query = select(Erasure).order_by(Erasure.erased_at, Erasure.what, Erasure.number)
    return db.session.scalars(query).all()


def erase(what: str, *which: ColumnElement[bool]) -> None:
    """Erase the rows of a table, by its name in `TABLES`, and note which they were."""
    table, made_at = TABLES[what]
    columns = ["what", "number", "made_at", "erased_at"]
    now = literal(clock.now(), Erasure.erased_at.type)
    rows = select(literal(what), table.id, made_at, now).where(*which)
    db.session.execute(insert(Erasure).from_select(columns, rows))
    db.session.execute(delete(table).where(*which))
    jobs.enqueue(KIND)


def replay(erasures: Iterable[Erasure]) -> int:
    """Erase again what an older copy has brought back, and keep the notes; how many rows went."""
    gone = 0
    for erasure in erasures:
        table, made_at = TABLES[erasure.what]
        own = (table.id == erasure.number) & (made_at == erasure.made_at)
        gone += db.session.execute(delete(table).where(own)).rowcount  # type: ignore[attr-defined]
        db.session.merge(erasure)
    db.session.flush()
    return gone
