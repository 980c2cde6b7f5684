"""The agenda of a gathering, and who was there on each of its days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.domain.schedule import Days
from nti_lms.models import AgendaItem, Attendance, Installment, User
from nti_lms.services import participants


@dataclass(frozen=True, slots=True)
class Session:
    """What is decided about a session: `start_minute` from midnight, a module or a title."""

    day: date
    start_minute: int
    minutes: int
    title: str
    module_id: int | None
    leader: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A participant on a list to sign, and their state on the day asked for, or None."""

    user_id: int
    name: str
    organisation: str
    state: str | None


# --- reads ---


def get_installment(installment_id: int) -> Installment:
    """The gathering of that id. Raises NotFound."""
    found = db.session.get(Installment, installment_id)
    if found is None:
        raise NotFound
    return found


def get_item(installment_id: int, item_id: int) -> AgendaItem:
    """The session of that gathering. Raises NotFound."""
    own = (AgendaItem.id == item_id) & (AgendaItem.installment_id == installment_id)
    query = select(AgendaItem).where(own).options(joinedload(AgendaItem.installment))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def days_of(installment: Installment) -> list[date]:
    """The days of a gathering, in order."""
    return Days(installment.starts_on, installment.ends_on).each()


def agenda(installment: Installment) -> dict[date, list[AgendaItem]]:
    """The sessions of a gathering by day, each day in order of the hour.

    Sessions of a day that the gathering no longer has stand under that day, so none is lost.
    """
    query = (
        select(AgendaItem)
        .where(AgendaItem.installment_id == installment.id)
        .options(joinedload(AgendaItem.module))
        .order_by(AgendaItem.day, AgendaItem.start_minute, AgendaItem.id)
    )
    found: dict[date, list[AgendaItem]] = {day: [] for day in days_of(installment)}
    for item in db.session.scalars(query):
        found.setdefault(item.day, []).append(item)
    return dict(sorted(found.items()))


def list_people(installment: Installment, day: date) -> list[PersonLine]:
    """The participants by name, with their state on that day, in one statement."""
    there = (
        (Attendance.installment_id == installment.id)
        & (Attendance.user_id == User.id)
        & (Attendance.day == day)
    )
    query = (
        participants.by_name(installment.cohort_id)
        .add_columns(func.min(Attendance.state))
        .outerjoin(Attendance, there)
    )
    rows = db.session.execute(query)
    return [PersonLine(key, name, sender or "", state) for key, name, sender, state in rows]


# --- writes ---


def plan_session(installment: Installment, planned: Session, item: AgendaItem | None) -> None:
    """Put a session into the agenda, or change the one that is there."""
    item = item or AgendaItem(installment_id=installment.id)
    item.day, item.start_minute, item.minutes = planned.day, planned.start_minute, planned.minutes
    item.title, item.module_id, item.leader = planned.title, planned.module_id, planned.leader
    db.session.add(item)
    db.session.flush()


def remove_session(item: AgendaItem) -> None:
    """Take a session out of the agenda."""
    db.session.delete(item)
    db.session.flush()


def note_attendance(
    installment: Installment, day: date, states: Mapping[int, str | None], *, actor: User
) -> None:
    """Note who was there on that day, by person; None takes a note back."""
    own = (Attendance.installment_id == installment.id) & (Attendance.day == day)
    known = {row.user_id: row for row in db.session.scalars(select(Attendance).where(own))}
    for user_id, state in states.items():
        row = known.get(user_id)
        if state == (row.state if row else None):
            continue
        if state is None:
            db.session.delete(row)
            continue
        row = row or Attendance(installment_id=installment.id, user_id=user_id, day=day)
        row.state, row.noted_by_id, row.noted_at = state, actor.id, clock.now()
        db.session.add(row)
    db.session.flush()
