"""Guessing slows down, and nobody is ever locked out."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import Failure
from nti_lms.services import throttle

ADDRESS = "203.0.113.7"


@pytest.fixture
def traveller(app):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def fail(times, handle="ada", address=ADDRESS):
    for _ in range(times):
        throttle.note_failure(handle, address)
    db.session.expire_all()


def wait(handle="ada", address=ADDRESS):
    return throttle.seconds_to_wait(handle, address)


def rows():
    return db.session.scalar(select(func.count()).select_from(Failure))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (10, 32), (11, 60), (30, 60)],
)
def test_the_wait_doubles_after_five_tries_up_to_a_minute(traveller, failures, seconds):
    fail(failures)

    assert wait() == seconds


def test_the_wait_runs_out(traveller):
    fail(8)
    traveller.shift(timedelta(seconds=7.5))
    before = wait()
    traveller.shift(timedelta(seconds=0.5))

    assert (before, wait()) == (1, 0)


def test_another_account_from_the_same_classroom_does_not_wait(traveller):
    fail(20)

    assert wait("bo") == 0


def test_the_account_waits_a_little_wherever_it_is_tried_from(traveller):
    for number in range(25):
        fail(1, address=f"203.0.113.{number}")

    assert 0 < wait(address="198.51.100.1") <= 30


def test_an_address_that_tries_many_accounts_waits_a_little(traveller):
    for number in range(104):
        fail(1, handle=f"person{number}")

    assert 0 < wait("somebody else") <= 30


def test_a_success_forgets_the_account_and_not_the_address(traveller):
    fail(8)

    with unit_of_work():
        throttle.forget("ada", ADDRESS)

    assert wait() == 0
    assert db.session.scalars(select(Failure.count)).all() == [8]


def test_a_count_begins_anew_after_an_hour(traveller):
    fail(8)
    traveller.shift(timedelta(hours=1))

    fail(1)

    assert wait() == 0
    assert set(db.session.scalars(select(Failure.count))) == {1}


def test_the_sweep_forgets_what_slows_nobody(traveller):
    fail(1)
    traveller.shift(timedelta(minutes=30))
    fail(1, handle="bo", address="198.51.100.1")
    traveller.shift(timedelta(minutes=31))

    with unit_of_work():
        throttle.sweep()

    assert rows() == 3


def test_no_name_and_no_address_is_kept(traveller):
    fail(1)

    kept = db.session.scalars(select(Failure.key)).all()
    assert [key for key in kept if b"ada" in key or ADDRESS.encode() in key] == []
    assert {len(key) for key in kept} == {32}
