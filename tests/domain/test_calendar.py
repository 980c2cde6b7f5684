"""A calendar file says what its events say, to any app that reads RFC 5545."""

from datetime import UTC, date, datetime, timedelta, timezone
from unicodedata import category

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nti_lms.domain.calendar import Event, uid_of, write

FOUNDED = datetime(2026, 11, 3, 14, 30, 0, 123456, tzinfo=UTC)
MADE = datetime(2026, 11, 24, 15, 0, 0, 999, tzinfo=UTC)


def event(**fields):
    plain = {
        "uid": uid_of("gathering", 1, FOUNDED),
        "changes": 0,
        "starts": date(2027, 3, 1),
        "ends": date(2027, 3, 4),
        "summary": "Curso · Primer encuentro",
        "place": "Calle 1, La Paz; piso 2",
        "details": "Presencial\nhttps://example.org/agenda",
        "url": "https://example.org/agenda",
        "is_sure": True,
        "is_busy": True,
    }
    return Event(**{**plain, **fields})


def read(*events):
    calendar = icalendar.Calendar.from_ical(write(events, name="Curso", made_at=MADE))
    assert [fault for one in calendar.walk() for fault in one.errors] == []
    return calendar


def read_one(**fields):
    (found,) = read(event(**fields)).events
    return found


def test_whole_days_end_on_the_day_after_the_last():
    found = read_one()

    assert [found.start, found.end] == [date(2027, 3, 1), date(2027, 3, 5)]
    assert found["DTSTART"].params == {"VALUE": "DATE"}


def test_moments_are_told_in_utc():
    la_paz = timezone(timedelta(hours=-4))
    raw = write(
        [
            event(
                starts=datetime(2027, 3, 1, 9, 30, tzinfo=la_paz).astimezone(UTC),
                ends=datetime(2027, 3, 1, 20, 15, tzinfo=la_paz).astimezone(UTC),
            )
        ],
        name="Curso",
        made_at=MADE,
    )

    assert b"\r\nDTSTART:20270301T133000Z\r\nDTEND:20270302T001500Z\r\n" in raw


def test_the_file_says_how_it_is_called_and_when_to_read_it_again():
    raw = write([], name="Curso", made_at=MADE)

    assert raw.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    for line in (b"X-WR-CALNAME:Curso", b"REFRESH-INTERVAL;VALUE=DURATION:PT12H"):
        assert raw.count(b"\r\n" + line + b"\r\n") == 1
    assert b"VEVENT" not in raw


def test_an_event_is_private_and_tells_its_changes():
    found = read_one(changes=3, is_sure=False, is_busy=False)

    told = {name: str(found[name]) for name in ("CLASS", "STATUS", "TRANSP")}
    assert told == {"CLASS": "PRIVATE", "STATUS": "TENTATIVE", "TRANSP": "TRANSPARENT"}
    assert [found["SEQUENCE"], found.stamp] == [3, MADE.replace(microsecond=0)]


def test_a_gathering_without_a_place_has_none():
    assert "LOCATION" not in read_one(place="")


@pytest.mark.parametrize("other", [("session", 1, FOUNDED), ("gathering", 2, FOUNDED)])
def test_each_event_has_a_name_of_its_own_that_stays(other):
    in_la_paz = FOUNDED.astimezone(timezone(timedelta(hours=-4)))

    assert uid_of("gathering", 1, FOUNDED) == uid_of("gathering", 1, in_la_paz)
    assert uid_of("gathering", 1, FOUNDED) != uid_of(*other)
    assert uid_of("gathering", 1, FOUNDED) != uid_of("gathering", 1, MADE)


@given(place=st.text(min_size=1))
@example(place="a\r\nEND:VEVENT\r\nBEGIN:VALARM")
@example(place="a\x0bb\x85c\\n")
def test_whatever_a_place_is_called_the_file_stays_whole(place):
    raw = write([event(place=f"a{place}"), event()], name="Curso", made_at=MADE)
    found = icalendar.Calendar.from_ical(raw).events

    assert [letters(one["LOCATION"]) for one in found] == [
        letters(f"a{place}"),
        letters("Calle 1, La Paz; piso 2"),
    ]
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert {one for one in raw.decode() if category(one) == "Cc"} == {"\r", "\n"}


def letters(text):
    """A text without spaces and what no file may hold."""
    return [one for one in text if category(one) != "Cc" and not one.isspace()]
