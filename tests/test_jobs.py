"""The worker: one job after another, whatever becomes of each."""

import threading

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from nti_lms import jobs
from nti_lms.database import db, unit_of_work
from nti_lms.mail import Mailer
from nti_lms.models import Job, Organisation
from nti_lms.services import jobs as job_service
from nti_lms.services import outbox


@pytest.fixture
def mailer(tmp_path):
    return Mailer(None, "curso@example.org", tmp_path / "mail")


def enqueue(kind="x", **payload):
    with unit_of_work():
        return job_service.enqueue(kind, **payload).id


def state(job_id):
    db.session.expire_all()
    job = db.session.get(Job, job_id)
    return job.state, job.error


def test_a_job_is_run_with_its_payload_and_is_done(app):
    job_id, seen = enqueue(number=7), []

    was_one = jobs.run_one({"x": lambda job: seen.append(job.payload)})

    assert (was_one, seen, state(job_id)) == (True, [{"number": 7}], ("done", None))


def test_an_idle_worker_has_nothing_to_do_and_writes_nothing(app, statements):
    with statements() as seen:
        assert not jobs.run_one({})

    assert [line.split()[0] for line in seen] == ["SELECT"]


def test_a_job_that_fails_leaves_nothing_of_its_work_and_waits(app):
    def fail(job):
        db.session.add(Organisation(name="Media"))
        db.session.flush()
        raise RuntimeError("words that may be private")

    job_id = enqueue()

    assert jobs.run_one({"x": fail})
    assert state(job_id) == ("waiting", "RuntimeError")
    assert db.session.scalars(select(Organisation)).all() == []


def test_a_job_of_an_unknown_kind_fails_and_the_next_one_runs(app):
    strange, known = enqueue("y"), enqueue("x")

    ran = [jobs.run_one({"x": lambda job: None}) for _ in range(2)]

    assert ran == [True, True]
    assert state(strange) == ("waiting", "KeyError")
    assert state(known) == ("done", None)


def test_the_worker_runs_jobs_and_sends_mail_until_it_is_stopped(app, mailer):
    stop = threading.Event()
    first, last = enqueue("first"), enqueue("last")
    with unit_of_work():
        outbox.write("ada@example.org", "Asunto", "Cuerpo")

    jobs.run({"first": lambda job: None, "last": lambda job: stop.set()}, mailer, stop)

    assert [state(first), state(last)] == [("done", None), ("done", None)]
    assert len(list(mailer.folder.iterdir())) == 1


def test_the_worker_outlives_a_database_that_refuses(app, mailer, monkeypatch, caplog):
    stop, refusals = threading.Event(), ["when it sweeps", "when it looks"]
    monkeypatch.setattr(jobs, "REFUSED_SECONDS", 0)
    enqueue("last", words="of a person")

    def refuse(connection):
        if refusals:
            raise OperationalError("SELECT", {"words": "of a person"}, Exception(refusals.pop()))

    event.listen(db.engine, "begin", refuse)
    jobs.run({"last": lambda job: stop.set()}, mailer, stop)
    event.remove(db.engine, "begin", refuse)

    assert caplog.messages == ["the database refuses: Exception"] * 2


def test_a_stopped_worker_finishes_the_job_that_is_under_way_and_begins_no_other(app, mailer):
    stop = threading.Event()
    under_way, next_one = enqueue(), enqueue()

    jobs.run({"x": lambda job: stop.set()}, mailer, stop)

    assert [state(under_way)[0], state(next_one)[0]] == ["done", "waiting"]
