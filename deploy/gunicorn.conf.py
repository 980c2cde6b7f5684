"""How the web server runs; `./start` and any other way to run gunicorn share this file."""

from pathlib import Path
from typing import Any

from nti_lms import logs, metrics

worker_class = "gthread"
# One worker unless WEB_CONCURRENCY says more. Threads wait on the database, not on the processor.
threads = 8
# Less than the supervisor's 30, so that gunicorn ends its own workers.
graceful_timeout = 28
# It would be a way in, and it fails where the work folder is read-only.
control_socket_disable = True
# Addresses of lessons and journals say who read what; the proxy in front should keep none either.
accesslog = None
logconfig_dict = logs.configuration()
# Heartbeats on a busy disk are missed heartbeats.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def child_exit(_server: Any, worker: Any) -> None:
    """A web process has ended; its counts stay."""
    metrics.forget_process(worker.pid)
