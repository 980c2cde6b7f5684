"""Commands for whoever runs the site: parse, call a service, say what happened."""

from flask import Flask
from flask_migrate import Migrate

from nti_lms.cli import curriculum, demo, doctor, metrics, people, printing, work
from nti_lms.database import db
from nti_lms.services import workbooks
from nti_lms.settings import ROOT


def init_app(app: Flask) -> None:
    """Add every group of commands."""
    Migrate(app, db, directory=ROOT / "migrations")
    for group in (curriculum.commands, people.commands, demo.commands, printing.commands):
        app.cli.add_command(group)
    app.cli.add_command(work.worker)
    work.KINDS[workbooks.KIND] = printing.run_job
    app.cli.add_command(metrics.metrics)
    app.cli.add_command(doctor.doctor)
