"""Sessions: how long they last, whose they are, and when a journal closes by itself."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import SealBroken, SessionEnded
from nti_lms.models import Session
from nti_lms.services import sessions
from tests.conftest import keys_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def begin(user, *, is_own_phone=False, keys=None):
    with unit_of_work():
        token, _ = sessions.open_session(user, keys or {}, is_own_phone=is_own_phone, agent="x")
    return token


def is_live(token):
    found = sessions.find(token) is not None
    db.session.commit()
    return found


def use(token):
    found = sessions.find(token)
    sessions.touch(found[0])


def test_the_row_holds_the_hash_of_the_token_and_not_the_token(ada):
    token = begin(ada)

    row = db.session.scalars(select(Session)).one()
    assert token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "ñ", "x\x00y"])
def test_a_made_up_token_finds_nobody(ada, token):
    begin(ada)

    assert sessions.find(token) is None


def test_finding_who_asks_takes_one_statement(ada, statements):
    token = begin(ada)

    with statements() as seen:
        session, user = sessions.find(token)
        assert [membership.role for membership in user.memberships] == ["participant"]

    assert (session.user_id, len(seen)) == (ada.id, 1)


@pytest.mark.parametrize(
    ("name", "is_own_phone", "idle"),
    [
        ("Ada", False, 2 * HOUR),
        ("Ada", True, 14 * DAY),
        ("Fa", False, 2 * HOUR),
        ("Fa", True, 12 * HOUR),
        ("Root", True, 12 * HOUR),
    ],
)
def test_a_session_ends_when_it_is_not_used(cast, name, is_own_phone, idle):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = begin(cast[name], is_own_phone=is_own_phone)
        traveller.shift(idle - timedelta(seconds=1))
        before = is_live(token)
        traveller.shift(timedelta(seconds=1))
        after = is_live(token)

    assert (before, after) == (True, False)


@pytest.mark.parametrize(
    ("name", "is_own_phone", "step", "longest"),
    [
        ("Ada", False, HOUR, 12 * HOUR),
        ("Ada", True, 10 * DAY, 90 * DAY),
        ("Fa", True, 6 * HOUR, 7 * DAY),
    ],
)
def test_a_session_in_use_ends_all_the_same(cast, name, is_own_phone, step, longest):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token, passed = begin(cast[name], is_own_phone=is_own_phone), timedelta()
        while passed + step < longest:
            traveller.shift(step)
            passed += step
            assert is_live(token)
            use(token)
        traveller.shift(longest - passed)

        assert not is_live(token)


def test_last_seen_is_noted_at_most_once_a_minute(ada, statements):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = begin(ada)
        with statements() as seen:
            use(token)
            traveller.shift(59)
            use(token)
        soon = [line for line in seen if line.startswith("UPDATE")]
        traveller.shift(1)
        with statements() as seen:
            use(token)
        later = [line for line in seen if line.startswith("UPDATE")]

    assert (len(soon), len(later)) == (0, 1)


def test_the_journal_opens_with_the_token_and_no_other(ada, cy):
    token, other = begin(ada, keys=keys_of(ada)), begin(cy)

    session, _ = sessions.find(token)

    assert sessions.journal_keys(session, token) == keys_of(ada)
    with pytest.raises(SealBroken):
        sessions.journal_keys(session, other)


def test_the_journal_closes_by_itself_after_a_quarter_of_an_hour(ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = begin(ada, keys=keys_of(ada))
        traveller.shift(timedelta(minutes=15))
        before = sessions.journal_keys(sessions.find(token)[0], token)
        traveller.shift(timedelta(seconds=1))
        after = sessions.journal_keys(sessions.find(token)[0], token)

    assert (before, after) == (keys_of(ada), {})


def test_reading_keeps_the_journal_open(ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = begin(ada, keys=keys_of(ada))
        for _ in range(3):
            traveller.shift(timedelta(minutes=10))
            session, _ = sessions.find(token)
            assert sessions.journal_keys(session, token) == keys_of(ada)
            sessions.touch_journal(session)
            db.session.expire_all()


def test_the_sweep_forgets_what_has_run_out_and_takes_idle_keys_away(ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        short, own = begin(ada), begin(ada, is_own_phone=True, keys=keys_of(ada))
        traveller.shift(12 * HOUR + timedelta(seconds=1))
        with unit_of_work():
            sessions.sweep()
        db.session.expire_all()

        assert sessions.find(short) is None
        assert sessions.find(own)[0].sealed_keys is None
        assert db.session.scalar(select(func.count()).select_from(Session)) == 1


def test_an_ended_session_is_gone_for_good(ada):
    token = begin(ada)
    session, _ = sessions.find(token)
    db.session.expunge_all()  # as a request does once it knows who asks

    sessions.end(token)
    with pytest.raises(SessionEnded), unit_of_work():
        sessions.renew(session, ada, token, keys=keys_of(ada))
    with unit_of_work():
        sessions.lock(session)

    assert db.session.scalars(select(Session.token_hash)).all() == []
