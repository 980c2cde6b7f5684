"""Commands for whoever runs the site: parse, call a service, say what happened."""

from flask import Flask

from nti_lms.cli import (
    backup,
    curriculum,
    demo,
    doctor,
    keys,
    metrics,
    people,
    printing,
)
from nti_lms.database import db
from nti_lms.settings import ROOT


def init_app(app: Flask) -> None:
    """Add every group of commands."""
    from flask_migrate import Migrate  # noqa: PLC0415 -- slow import

    Migrate(app, db, directory=ROOT / "migrations")
    for feature in (curriculum, people, demo, printing, backup, keys):
        app.cli.add_command(feature.commands)
    app.cli.add_command(metrics.metrics)
    app.cli.add_command(doctor.doctor)
