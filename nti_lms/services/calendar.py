"""What stands in a calendar, and the secret addresses at which people's own ones are read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import codes, schedule
from nti_lms.domain.calendar import uid_of
from nti_lms.domain.errors import NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import AgendaItem, CalendarFeed, Cohort, Installment, Module, Phase, User
from nti_lms.services import audit

# What is over leaves a personal calendar after this time.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A gathering, a session of its agenda, or the last day of a phase.

    `name` is the code of the phase that it is or ends, and for a session the number of its
    module, or empty. `starts` and `ends` are days, the last one in it, or moments.
    """

    kind: str
    uid: UUID
    changes: int
    starts: date | datetime
    ends: date | datetime
    name: str
    is_paused: bool
    installment_id: int | None = None
    mode: str = ""
    place: str = ""

    @property
    def last_day(self) -> date:
        """The day on which it is over, where the programme is."""
        return _day_of(self.ends)


# --- reads ---


def list_occasions(cohort_ids: Iterable[int]) -> list[Occasion]:
    """All that is dated in these cohorts, in the order of a calendar: three statements, always."""
    ids = list(cohort_ids)
    found = [*_gatherings(ids), *_sessions(ids), *_ends_of_phases(ids)]
    return sorted(found, key=_place)


def list_own(user: User) -> list[Occasion]:
    """What a person has coming in the cohorts of `may.see_calendar`, and what was just now."""
    since = clock.today() - KEPT
    return [one for one in list_occasions(user.cohort_ids(*Role)) if one.last_day >= since]


def find_feed(user: User) -> CalendarFeed | None:
    """The address of this person, None when there is none."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == user.id))


def get_owner(secret: str) -> User:
    """Whose calendar is read at the address with this secret. Raises NotFound."""
    query = (
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_hash == codes.token_hash(secret))
        .options(joinedload(User.memberships))
    )
    owner = db.session.scalars(query).unique().one_or_none()
    if owner is None:
        raise NotFound
    return owner


# --- writes ---


def make_feed(user: User) -> str:
    """The secret of a new address; the one before is no more."""
    _forget(user)
    secret = codes.new_token()
    db.session.add(
        CalendarFeed(token_hash=codes.token_hash(secret), user_id=user.id, created_at=clock.now())
    )
    audit.record("calendar-made", actor_id=user.id, subject_id=user.id)
    db.session.flush()
    return secret


def stop_feed(user: User) -> None:
    """Nothing is read at this person's address any more."""
    if _forget(user):
        audit.record("calendar-stopped", actor_id=user.id, subject_id=user.id)
        db.session.flush()


def _forget(user: User) -> int:
    own = delete(CalendarFeed).where(CalendarFeed.user_id == user.id)
    return int(db.session.execute(own).rowcount)  # type: ignore[attr-defined]


def _gatherings(cohort_ids: list[int]) -> Iterator[Occasion]:
    query = (
        select(Installment, Cohort)
        .join(Cohort, Cohort.id == Installment.cohort_id)
        .where(Cohort.id.in_(cohort_ids))
    )
    for installment, cohort in db.session.execute(query):
        yield Occasion(
            kind="gathering",
            uid=uid_of("gathering", installment.id, cohort.created_at),
            changes=installment.revision - 1,
            starts=installment.starts_on,
            ends=installment.ends_on,
            name=schedule.PHASE_OF[installment.number],
            is_paused=cohort.is_paused,
            installment_id=installment.id,
            mode=installment.mode,
            place=installment.place,
        )


def _sessions(cohort_ids: list[int]) -> Iterator[Occasion]:
    query = (
        select(AgendaItem, Installment, Cohort, Module.number)
        .join(Installment, Installment.id == AgendaItem.installment_id)
        .join(Cohort, Cohort.id == Installment.cohort_id)
        .outerjoin(Module, Module.id == AgendaItem.module_id)
        .where(Cohort.id.in_(cohort_ids))
    )
    for item, installment, cohort, number in db.session.execute(query):
        starts = _moment(item.day, item.start_minute)
        yield Occasion(
            kind="session",
            uid=uid_of("session", item.id, cohort.created_at),
            changes=item.revision + installment.revision - 2,  # its place may have changed
            starts=starts,
            ends=starts + timedelta(minutes=item.minutes),
            name=str(number) if number is not None else "",
            is_paused=cohort.is_paused,
            installment_id=installment.id,
            mode=installment.mode,
            place=installment.place,
        )


def _ends_of_phases(cohort_ids: list[int]) -> Iterator[Occasion]:
    """The gatherings are phases too, and stand there already."""
    query = (
        select(Phase, Cohort)
        .join(Cohort, Cohort.id == Phase.cohort_id)
        .where(Cohort.id.in_(cohort_ids), Phase.code.not_in(schedule.PHASE_OF.values()))
    )
    for phase, cohort in db.session.execute(query):
        if phase.ends_on is None:
            continue
        yield Occasion(
            kind="phase",
            uid=uid_of("phase", f"{cohort.id} {phase.code}", cohort.created_at),
            changes=phase.revision - 1,
            starts=phase.ends_on,
            ends=phase.ends_on,
            name=phase.code,
            is_paused=cohort.is_paused,
        )


def _place(one: Occasion) -> tuple[date, bool, str, UUID]:
    """By day, what takes whole days first."""
    return _day_of(one.starts), isinstance(one.starts, datetime), str(one.starts), one.uid


def _day_of(when: date | datetime) -> date:
    return when.astimezone(clock.PLACE).date() if isinstance(when, datetime) else when


def _moment(day: date, minute: int) -> datetime:
    """A minute of a day where the programme is, in UTC."""
    return (datetime.combine(day, time(), clock.PLACE) + timedelta(minutes=minute)).astimezone(UTC)
