"""The doctor names what is wrong, and the command that mends it."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from nti_lms import clock
from nti_lms.database import unit_of_work
from nti_lms.models import Message
from nti_lms.services import jobs, outbox
from tests.conftest import keep


@pytest.fixture
def data(app):
    """The data folder of an installation that lacks nothing."""
    assert app.test_cli_runner().invoke(args=["backup", "create"]).exit_code == 0
    return app.extensions["settings"].data


@pytest.fixture
def ask(app, data):
    def ask():
        outcome = app.test_cli_runner().invoke(args=["doctor"])
        return outcome.exit_code, outcome.output

    return ask


def test_a_sound_installation_has_nothing_to_mend(ask):
    assert ask() == (0, "All is well.\n")


def test_files_that_others_can_read_are_named_with_their_cure(ask, data):
    (data / "keyring").chmod(0o644)

    code, said = ask()

    assert code == 1
    assert f"chmod 600 {data / 'keyring'}" in said


def test_a_day_without_a_backup_is_named(ask, data, time_machine):
    time_machine.move_to(clock.now() + timedelta(hours=25))

    assert "backup create" in ask()[1]


def test_no_backup_at_all_is_named(ask, data):
    shutil.rmtree(data / "backups")

    assert "none yet" in ask()[1]


def test_failed_jobs_are_named(ask):
    with unit_of_work():
        job = jobs.enqueue("workbook", workbook_id=1)
        job.tries = jobs.MOST_TRIES
        jobs.fail(job, "Crash")

    assert "1 jobs failed" in ask()[1]


def test_mail_that_does_not_leave_is_named(ask):
    with unit_of_work():
        outbox.write("ana@example.org", "Hola", "Hola")
    fresh = ask()
    now = clock.now()
    keep(
        Message(
            recipient="b@example.org",
            subject="",
            body="",
            created_at=now - timedelta(hours=2),
            send_after=now,
        )
    )

    assert fresh[0] == 0
    assert "1 mails have waited" in ask()[1]


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"host": "192.168.1.5"}, "plain HTTP"), ({"is_second_step_required": False}, "second step")],
)
def test_open_doors_are_named(ask, app, monkeypatch, changes, word):
    settings = replace(app.extensions["settings"], **changes)
    monkeypatch.setitem(app.extensions, "settings", settings)

    assert word in ask()[1]
