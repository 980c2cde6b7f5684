"""The job table: each job runs once, and none is lost with the worker that had it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import NotFound
from nti_lms.models import Job
from nti_lms.services import jobs

MINUTE = timedelta(minutes=1)


@pytest.fixture
def traveller(app):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def enqueue(kind="x", **payload):
    with unit_of_work():
        return jobs.enqueue(kind, **payload)


def claim():
    with unit_of_work():
        return jobs.claim()


def fail(job):
    with unit_of_work():
        jobs.fail(jobs.get_job(job.id), "Broken")


def the_job():
    db.session.expire_all()
    return db.session.scalars(select(Job)).one()


def test_jobs_are_claimed_in_the_order_in_which_they_were_asked_for(traveller):
    first, second = enqueue(), enqueue()

    claimed = [claim(), claim(), claim()]

    assert [job and job.id for job in claimed] == [first.id, second.id, None]


def test_a_claimed_job_is_leased(traveller):
    enqueue(number=7)

    job = claim()

    assert (job.state, job.tries, job.payload) == ("running", 1, {"number": 7})
    assert job.leased_until == clock.now() + 2 * MINUTE
    assert not jobs.is_any_due()


def test_a_job_whose_worker_died_is_taken_up_again(traveller):
    job = enqueue()
    claim()
    traveller.shift(2 * MINUTE)
    before = claim()
    traveller.shift(timedelta(seconds=1))

    again = claim()

    assert before is None
    assert (again.id, again.tries) == (job.id, 2)


def test_reporting_renews_the_lease(traveller):
    job = enqueue()
    claim()
    traveller.shift(timedelta(seconds=110))
    with unit_of_work():
        jobs.report(job.id, 3, 7)
    traveller.shift(timedelta(seconds=110))

    assert claim() is None
    assert (the_job().done, the_job().total) == (3, 7)


def test_a_failed_job_waits_longer_each_time_and_is_given_up_after_three_tries(traveller):
    enqueue()
    waits = []
    for _ in range(3):
        job = claim()
        fail(job)
        waits.append((the_job().run_after - clock.now()).total_seconds())
        traveller.shift(timedelta(seconds=waits[-1]))

    assert waits == [10, 20, 40]
    assert (the_job().state, the_job().error, the_job().tries) == ("failed", "Broken", 3)
    assert claim() is None


def test_a_job_that_kills_its_worker_is_given_up(traveller):
    enqueue()
    for _ in range(3):
        claim()
        traveller.shift(3 * MINUTE)

    assert claim() is None
    assert the_job().state == "failed"
    assert not jobs.is_any_due()


def test_a_person_may_ask_again_for_one_that_failed(traveller):
    job = enqueue()
    for _ in range(3):
        fail(claim())
        traveller.shift(MINUTE)

    with unit_of_work():
        jobs.try_again(jobs.get_job(job.id))

    assert (the_job().state, the_job().tries, the_job().error) == ("waiting", 0, None)
    assert claim().id == job.id


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_asking_again_leaves_any_other_alone(traveller, state):
    job = enqueue()
    with unit_of_work():
        jobs.get_job(job.id).state = state

    with unit_of_work():
        jobs.try_again(jobs.get_job(job.id))

    assert the_job().state == state


def test_a_finished_job_is_whole(traveller):
    job = enqueue(total=5)
    claim()

    with unit_of_work():
        jobs.finish(jobs.get_job(job.id))

    assert (the_job().state, the_job().leased_until) == ("done", None)
    assert the_job().finished_at == clock.now()


def test_the_sweep_forgets_what_ended_a_week_ago(traveller):
    old = enqueue()
    with unit_of_work():
        jobs.finish(jobs.get_job(old.id))
    waiting = enqueue()
    traveller.shift(timedelta(days=7, seconds=1))

    with unit_of_work():
        jobs.sweep()

    assert db.session.scalars(select(Job.id)).all() == [waiting.id]


def test_a_job_is_enqueued_with_the_change_that_asks_for_it_or_not_at_all(traveller):
    def fail_half_way():
        with unit_of_work():
            jobs.enqueue("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert db.session.scalars(select(Job)).all() == []


def test_a_job_that_does_not_exist_is_not_found(traveller):
    with pytest.raises(NotFound):
        jobs.get_job(999)
