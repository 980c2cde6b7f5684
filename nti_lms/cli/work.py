"""The process beside the web server that works: flask worker."""

import logging.config
import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from nti_lms import jobs, logs
from nti_lms.mail import Mailer


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs and send mail until asked to stop."""
    logging.config.dictConfig(logs.configuration())
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    settings = current_app.extensions["settings"]
    mailer = Mailer(settings.smtp_url, settings.mail_from, settings.mail_folder)
    jobs.run(KINDS, mailer, stop, daily=DAILY if settings.is_backed_up_daily else [])


KINDS: dict[str, jobs.Work] = {}
DAILY: list[str] = []
