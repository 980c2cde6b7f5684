"""Backups: flask backup …, and the job that makes one every day."""

import logging
import time
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup

from nti_lms import backups
from nti_lms.backups import Backup, BackupFault, Ledger
from nti_lms.database import unit_of_work
from nti_lms.models import Job
from nti_lms.services import jobs
from nti_lms.settings import Settings
from nti_lms.storage import Storage

log = logging.getLogger(__name__)

commands = AppGroup("backup", help="Copies of database and files, without any secret.")

KIND = "backup"
BEAT_SECONDS = 30
SECRETS = """
Not in it, on purpose: the secrets of this site. Without them nobody signs in and no journal
opens. Keep a copy of both files in another place than the backups:
    {data}/keyring
    {data}/secret-key
"""
ERASED = """What people had erased is erased again: {gone} rows. The list of it goes until
{until:%Y-%m-%d %H:%M} UTC; whatever was erased later is back. Tell people, so that they can
erase it again."""
NEXT = """
Everybody signs in again. Workbooks are built again when somebody asks for one.
{erased}

Next:
  1. ./start
  2. sign in, open a lesson with a figure, and let one person open their journal
  3. flask --app wsgi backup create
"""


@commands.command("create")
def create_command() -> None:
    """Make a backup now, while the site goes on, and check it."""
    settings = _settings()
    try:
        backup = backups.create(settings.backups, _storage())
        backups.check(backup)
    except BackupFault as fault:
        raise click.ClickException(f"no backup was made: {fault}.") from None
    click.echo(f"{backup.folder}\n{_line(backup)}\nIt was read again, and is sound.")
    click.echo(SECRETS.format(data=settings.data), nl=False)


@commands.command("list")
def list_command() -> None:
    """List the backups, the newest first."""
    settings = _settings()
    for backup in backups.list_backups(settings.backups):
        click.echo(_line(backup))
    click.echo(f"in {settings.backups}", err=True)


@commands.command("verify")
@click.argument("name", required=False)
def verify_command(name: str | None) -> None:
    """Read a backup again, by name or path; the newest by default."""
    try:
        backup = backups.find(_settings().backups, name)
        backups.check(backup)
    except BackupFault as fault:
        raise click.ClickException(f"not sound: {fault}.") from None
    click.echo(f"{_line(backup)}\nEvery hash and every count is right, and the database opens.")


@commands.command("restore")
@click.argument("name")
def restore_command(name: str) -> None:
    """Put a backup, by name or path, where there is no database and no file yet."""
    try:
        backup = backups.find(_settings().backups, name)
        ledger = backups.read_ledger(backup.folder.parent, _settings().backups)
        gone = backups.restore(backup, _storage(), current_app.extensions["keyring"], ledger)
    except BackupFault as fault:
        raise click.ClickException(f"not restored: {fault}.") from None
    (_settings().data / "prepared").unlink(missing_ok=True)
    click.echo(f"Restored, every count as in the backup:\n{_line(backup)}")
    click.echo(NEXT.format(erased=_erased(ledger, backup, gone)), nl=False)


def copy_ledger(_job: Job) -> None:
    """Put the list of what was erased beside the backups, soon after each time."""
    backups.copy_ledger(_settings().backups)


def run_job(job: Job) -> None:
    """Make a backup, read it again, and only then let old ones go."""
    shelf = _settings().backups
    try:
        backup = backups.create(shelf, _storage(), _beat(job.id))
        backups.check(backup)
    except BackupFault as fault:
        log.error("no backup was made: %s", fault)
        raise
    gone = backups.prune(shelf)
    log.info("backup %s made; %d old ones removed", backup.name, len(gone))


def _beat(job_id: int) -> Callable[[], None]:
    """What renews the job's lease, twice a minute at the most, however often it is called."""
    due = time.monotonic() + BEAT_SECONDS

    def beat() -> None:
        nonlocal due
        if time.monotonic() >= due:
            with unit_of_work():
                jobs.report(job_id, 0, 0)
            due = time.monotonic() + BEAT_SECONDS

    return beat


def _erased(ledger: Ledger, backup: Backup, gone: int) -> str:
    """What was erased again, and since when nobody knows."""
    until = max(ledger.until or backup.manifest.made_at, backup.manifest.made_at)
    return ERASED.format(gone=gone, until=until)


def _line(backup: Backup) -> str:
    told = backup.manifest
    size = sum((backup.folder / name).stat().st_size for name in told.files)
    rows = told.standing.rows
    people, entries = rows.get("user", 0), rows.get("entry", 0)
    return (
        f"{backup.name}  {size / 1e6:.1f} MB  {people} people, {entries} journal pages, "
        f"{sum(rows.values())} rows, {len(told.files) - 1} files; {told.database}, "
        f"revision {told.standing.revision}, NTI LMS {told.product}"
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
