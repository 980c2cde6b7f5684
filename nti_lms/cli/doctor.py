"""flask doctor: what is wrong with an installation, and the command that mends it."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import click
import pysqlite3.dbapi2 as library
from flask import current_app
from flask.cli import with_appcontext

from nti_lms import backups, clock, migrating
from nti_lms.database import db
from nti_lms.services import condition
from nti_lms.settings import Settings

SECRETS = ("secret-key", "keyring", "demo-passphrase")
SQLITE_FLOOR = (3, 51, 3)  # below it, commits may be lost when two processes write
BACKUP_DUE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, in a sentence, and the command or setting that mends it."""

    what: str
    cure: str


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Name what is wrong and the command that mends it; fail if there is anything."""
    settings = current_app.extensions["settings"]
    complaints = [*_files(settings), *_database(), *_work(), *_doors(settings)]
    for complaint in complaints:
        click.echo(f"- {complaint.what}\n  {complaint.cure}")
    if complaints:
        raise click.ClickException(f"{len(complaints)} to mend")
    click.echo("All is well.")


def _files(settings: Settings) -> Iterator[Complaint]:
    for path, most in [(settings.data, 0o700), *((settings.data / s, 0o600) for s in SECRETS)]:
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & ~most:
            yield Complaint(f"{path} can be read by others ({mode:o})", f"chmod {most:o} {path}")
    made = backups.list_backups(settings.backups)
    if not made or clock.now() - made[0].manifest.made_at > BACKUP_DUE:
        age = "the last is older than a day" if made else "none yet"
        yield Complaint(f"no backup: {age}", "flask --app wsgi backup create")


def _database() -> Iterator[Complaint]:
    if library.sqlite_version_info < SQLITE_FLOOR:
        version = library.sqlite_version
        yield Complaint(f"SQLite {version} may lose what was written", "run ./start again")
    with db.engine.connect() as connection:
        if not migrating.is_at_head(connection):
            what = "the tables are not those of this version"
            yield Complaint(what, "flask --app wsgi db upgrade")


def _work() -> Iterator[Complaint]:
    found = condition.read()
    if found.jobs_failed:
        yield Complaint(
            f"{found.jobs_failed} jobs failed",
            "look for them in the log, then ask again",
        )
    if found.mail_late:
        yield Complaint(
            f"{found.mail_late} mails have waited for more than an hour",
            "check NTI_SMTP_URL, and that the worker runs (./start runs it)",
        )


def _doors(settings: Settings) -> Iterator[Complaint]:
    if not settings.is_https and settings.host not in {"127.0.0.1", "localhost", "::1"}:
        yield Complaint(
            f"passphrases travel over plain HTTP on {settings.host}",
            "put a proxy with HTTPS in front and set NTI_PUBLIC_URL=https://…",
        )
    if not settings.is_second_step_required and not settings.is_demo:
        yield Complaint("staff may sign in without a second step", "unset NTI_SECOND_STEP")
