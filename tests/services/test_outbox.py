"""Messages: written with what they tell of, put off when they cannot leave."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Message
from nti_lms.services import outbox


@pytest.fixture
def traveller(app):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def write(recipient="ada@example.org"):
    with unit_of_work():
        outbox.write(recipient, "Asunto", "Cuerpo")
    return db.session.scalars(select(Message).order_by(Message.id.desc())).first()


def waiting():
    db.session.expire_all()
    return [message.recipient for message in outbox.list_waiting()]


def test_messages_leave_in_the_order_in_which_they_were_written(traveller):
    for name in ("a", "b", "c"):
        write(name)

    assert waiting() == ["a", "b", "c"]


def test_a_message_is_dropped_with_what_it_tells_of(traveller):
    def fail_half_way():
        with unit_of_work():
            outbox.write("ada@example.org", "Asunto", "Cuerpo")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert waiting() == []


def test_one_that_left_keeps_no_words(traveller):
    message = write()

    with unit_of_work():
        outbox.mark_sent(message)

    assert waiting() == []
    kept = db.session.scalars(select(Message)).one()
    assert (kept.body, kept.sent_at) == ("", clock.now())


def test_one_that_could_not_leave_waits_longer_each_time_and_not_for_ever(traveller):
    message = write()
    minutes = []
    while waiting():
        with unit_of_work():
            outbox.put_off(message)
        minutes.append((message.send_after - clock.now()).total_seconds() / 60)
        traveller.shift(timedelta(minutes=minutes[-1]))

    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128]
