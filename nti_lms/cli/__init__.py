"""Commands for whoever runs the site: parse, call a service, say what happened."""

from flask import Flask
from flask_migrate import Migrate

from nti_lms.cli import (
    backup,
    curriculum,
    demo,
    doctor,
    keys,
    metrics,
    people,
    printing,
    work,
)
from nti_lms.database import db
from nti_lms.services import erasures, workbooks
from nti_lms.settings import ROOT


def init_app(app: Flask) -> None:
    """Add every group of commands."""
    Migrate(app, db, directory=ROOT / "migrations")
    for feature in (curriculum, people, demo, printing, backup, keys):
        app.cli.add_command(feature.commands)
    app.cli.add_command(work.worker)
    work.KINDS[workbooks.KIND] = printing.run_job
    work.KINDS[backup.KIND] = backup.run_job
    work.KINDS[erasures.KIND] = backup.copy_ledger
    work.DAILY[:] = [backup.KIND]
    app.cli.add_command(metrics.metrics)
    app.cli.add_command(doctor.doctor)
