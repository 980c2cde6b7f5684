"""A write that arrives twice counts once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Receipt
from nti_lms.services import receipts

WORDS, OTHER = b"w" * 32, b"o" * 32


def add(user, key="k1", words=WORDS, location="/journal"):
    with unit_of_work():
        receipts.add(user.id, key, words, location)


def test_the_same_write_is_told_where_it_led(ada):
    add(ada)

    assert receipts.find_location(ada.id, "k1", WORDS) == "/journal"


def test_the_same_key_with_other_words_is_told_apart(ada):
    add(ada)

    assert receipts.find_location(ada.id, "k1", OTHER) == receipts.OTHER_REQUEST


def test_a_key_belongs_to_one_person(ada, cy):
    add(ada)

    assert receipts.find_location(cy.id, "k1", WORDS) is None


def test_only_one_of_two_can_be_written(ada):
    add(ada)

    with pytest.raises(IntegrityError):
        add(ada)


def test_a_receipt_holds_no_words(ada):
    add(ada)

    columns = {column.name for column in Receipt.__table__.columns}
    assert columns == {"user_id", "key", "request_hash", "location", "created_at"}


def test_the_sweep_forgets_receipts_after_two_days(ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        add(ada, "old")
        traveller.shift(timedelta(hours=24))
        add(ada, "new")
        traveller.shift(timedelta(hours=24, seconds=1))
        with unit_of_work():
            receipts.sweep()

    assert db.session.scalars(select(Receipt.key)).all() == ["new"]
