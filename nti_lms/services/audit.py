"""Remember what was done."""

from collections.abc import Sequence

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.models import Event


def list_about(user_id: int, *, most: int = 50) -> Sequence[Event]:
    """The latest events about a person, newest first."""
    query = select(Event).where(Event.subject_id == user_id).order_by(Event.id.desc()).limit(most)
    return db.session.scalars(query).all()


def record(
    kind: str, *, actor_id: int | None, subject_id: int | None = None, **detail: object
) -> None:
    """Note an event in the transaction of the deed itself."""
    db.session.add(
        Event(
            at=clock.now(), kind=kind, actor_id=actor_id, subject_id=subject_id, detail=dict(detail)
        )
    )
