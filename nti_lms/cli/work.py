"""The processes beside the web server: flask worker, flask render-service."""

import logging
import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from nti_lms import jobs
from nti_lms.mail import Mailer


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs and send mail until asked to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker %(levelname)s %(message)s")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    settings = current_app.extensions["settings"]
    mailer = Mailer(settings.smtp_url, settings.mail_from, settings.mail_folder)
    jobs.run(KINDS, mailer, stop, daily=DAILY if settings.is_backed_up_daily else [])


@click.command("render-service")
@with_appcontext
def render_service() -> None:
    """Turn pages into PDF for this host's web processes, over a Unix socket."""
    from nti_lms.printing.service import serve  # noqa: PLC0415 -- slow import

    serve(current_app.extensions["settings"].render_socket)


KINDS: dict[str, jobs.Work] = {}
DAILY: list[str] = []
