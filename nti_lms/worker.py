"""The process beside the web server that works: `python -m nti_lms.worker`.

Not a command of `flask`, which would load every other one and Alembic for as long as it runs.
"""

import logging.config
import os
import signal
import threading
from collections.abc import Mapping, Sequence

from flask import Flask

from nti_lms import jobs, logs
from nti_lms.app import create_app
from nti_lms.cli import backup, printing
from nti_lms.mail import Mailer
from nti_lms.services import erasures, workbooks

KINDS: Mapping[str, jobs.Work] = {
    workbooks.KIND: printing.run_job,
    backup.KIND: backup.run_job,
    erasures.KIND: backup.copy_ledger,
}
DAILY: Sequence[str] = [backup.KIND]


def run(app: Flask) -> None:
    """Run jobs and send mail until asked to stop."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    settings = app.extensions["settings"]
    mailer = Mailer(settings.smtp_url, settings.mail_from, settings.mail_folder)
    with app.app_context():
        jobs.run(KINDS, mailer, stop, daily=DAILY if settings.is_backed_up_daily else [])


if __name__ == "__main__":
    logging.config.dictConfig(logs.configuration())
    os.umask(0o077)
    run(create_app(os.environ, has_commands=False))
