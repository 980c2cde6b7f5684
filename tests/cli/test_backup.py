"""The backup of every day: asked for once, made, read again; and what a refusal leaves behind."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from nti_lms import backups, clock, jobs, worker
from nti_lms.backups import BackupFault
from nti_lms.cli import backup
from nti_lms.database import db, unit_of_work
from nti_lms.models import Job


@pytest.fixture
def shelf(app):
    return app.extensions["settings"].backups


def jobs_of_today():
    return db.session.scalar(select(func.count()).where(Job.kind == backup.KIND))


def pass_a_day():
    with unit_of_work():
        for job in db.session.scalars(select(Job)):
            job.created_at -= timedelta(hours=24)


def test_the_worker_makes_one_a_day(app, shelf):
    for _ in range(3):
        jobs.plan(worker.DAILY)

    assert jobs.run_one(worker.KINDS)
    assert not jobs.run_one(worker.KINDS)
    assert len(backups.list_backups(shelf)) == 1

    pass_a_day()
    jobs.plan(worker.DAILY)
    assert jobs_of_today() == 2


def test_the_job_ends_well_and_lets_the_old_go(app, shelf):
    with time_machine.travel(clock.now() - timedelta(days=400)):
        old = backups.create(shelf, app.extensions["storage"])
        for days in range(9):
            with time_machine.travel(clock.now() + timedelta(days=days, hours=1)):
                backups.create(shelf, app.extensions["storage"])
    jobs.plan(worker.DAILY)

    jobs.run_one(worker.KINDS)

    assert db.session.scalars(select(Job.state)).all() == ["done"]
    assert old.name not in [one.name for one in backups.list_backups(shelf)]
    assert 7 <= len(backups.list_backups(shelf)) < 11


def test_a_backup_that_is_not_sound_lets_nothing_go_and_is_tried_again(app, shelf, monkeypatch):
    old = backups.create(shelf, app.extensions["storage"])

    def refuse(_backup):
        raise BackupFault("its database is damaged")

    monkeypatch.setattr(backups, "check", refuse)
    jobs.plan(worker.DAILY)
    jobs.run_one(worker.KINDS)

    assert old.name in [one.name for one in backups.list_backups(shelf)]
    assert db.session.execute(select(Job.state, Job.error)).all() == [("waiting", "BackupFault")]


def test_a_long_backup_keeps_its_lease(app, monkeypatch):
    jobs.plan(worker.DAILY)
    job = db.session.scalars(select(Job)).one()
    monkeypatch.setattr(backup, "BEAT_SECONDS", 0)

    backup._beat(job.id)()

    db.session.expire_all()
    assert db.session.scalars(select(Job.leased_until)).one() > clock.now() + timedelta(seconds=60)


def test_a_beat_writes_nothing_while_the_lease_is_fresh(app, statements):
    with statements() as seen:
        backup._beat(1)()

    assert seen == []


@pytest.mark.parametrize("name", [None, "20200101T000000Z", "/nowhere"])
def test_a_backup_that_is_not_there_is_said_not_to_be(app, name):
    outcome = app.test_cli_runner().invoke(args=["backup", "verify", *([name] if name else [])])

    assert outcome.exit_code == 1
    assert "no backup" in outcome.output
