"""A calendar file, as calendar apps read it (RFC 5545): events in, bytes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import NAMESPACE_OID, UUID, uuid5

import icalendar
from icalendar.enums import CLASS, STATUS, TRANSP

PRODUCT = "-//NTI LMS//Calendar//EN"
READ_AGAIN = timedelta(hours=12)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """What one line of a calendar says.

    `starts` and `ends` are both days, the last one in it, or both moments. `changes` counts how
    often it was changed. One that is not sure may still move; one that is not busy takes no time.
    """

    uid: UUID
    changes: int
    starts: date | datetime
    ends: date | datetime
    summary: str
    place: str
    details: str
    url: str
    is_sure: bool
    is_busy: bool


def uid_of(kind: str, number: object, founded_at: datetime) -> UUID:
    """The name of an event for good: the same in each file, after a move to another host too.

    The moment when its cohort was founded keeps apart the rows of two sites.
    """
    return uuid5(NAMESPACE_OID, f"{kind} {number} {founded_at.astimezone(UTC).isoformat()}")


def write(events: Iterable[Event], *, name: str, made_at: datetime) -> bytes:
    """The file. Apps that keep reading it are asked to come back twice a day."""
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", "PUBLISH")
    for named in ("NAME", "X-WR-CALNAME"):
        calendar.add(named, name)
    calendar.add("REFRESH-INTERVAL", icalendar.vDuration(READ_AGAIN, {"VALUE": "DURATION"}))
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(READ_AGAIN))
    for event in events:
        calendar.add_component(_component(event, made_at))
    return bytes(calendar.to_ical())


def _one_line(text: str) -> str:
    """Words as typed, without what no calendar file may hold."""
    return " ".join("".join(" " if category(one) == "Cc" else one for one in text).split())


def _component(event: Event, made_at: datetime) -> icalendar.Event:
    is_whole = not isinstance(event.ends, datetime)
    return icalendar.Event.new(
        uid=event.uid,
        sequence=event.changes,
        stamp=made_at.replace(microsecond=0),
        start=event.starts,
        end=event.ends + _DAY if is_whole else event.ends,  # the file names the day after
        summary=event.summary,
        location=_one_line(event.place) or None,
        description=event.details,
        url=event.url,
        classification=CLASS.PRIVATE,  # whoever shares their calendar shares that they are busy
        status=STATUS.CONFIRMED if event.is_sure else STATUS.TENTATIVE,
        transparency=TRANSP.OPAQUE if event.is_busy else TRANSP.TRANSPARENT,
    )
