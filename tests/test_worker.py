"""The worker: it ends when it is asked to, after the job under way."""

import os
import signal

import pytest
from sqlalchemy import select

from nti_lms import worker
from nti_lms.database import db, unit_of_work
from nti_lms.models import Job, Message
from nti_lms.services import jobs, outbox
from nti_lms.settings import Settings


@pytest.fixture
def handlers():
    """Put back what the command does with signals."""
    names = (signal.SIGTERM, signal.SIGINT)
    before = {name: signal.getsignal(name) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_when_it_is_asked_to_after_the_job_under_way(
    app, monkeypatch, handlers, name
):
    with unit_of_work():
        jobs.enqueue("stop")
        jobs.enqueue("stop")
        outbox.write("ada@example.org", "Asunto", "Cuerpo")
    stop = {"stop": lambda job: os.kill(os.getpid(), name)}
    monkeypatch.setattr(worker, "KINDS", stop)
    monkeypatch.setattr(worker, "DAILY", [])

    worker.run(app)

    db.session.expire_all()
    assert db.session.scalars(select(Job.state).order_by(Job.id)).all() == ["done", "waiting"]
    assert db.session.scalars(select(Message.sent_at)).one() is not None


def test_the_worker_knows_the_jobs_that_the_site_asks_for(app):
    assert set(worker.KINDS) == {"workbook", "backup", "erasures"}
    assert worker.DAILY == ["backup"]


@pytest.mark.parametrize(("setting", "asked"), [("yes", ["backup"]), ("no", [])])
def test_a_setting_turns_the_backup_of_every_day_off(app, monkeypatch, handlers, setting, asked):
    settings = Settings.from_env({"NTI_DAILY_BACKUP": setting})
    seen = []
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setattr(worker.jobs, "run", lambda *_, daily: seen.extend(daily))

    worker.run(app)

    assert seen == asked
