"""flask metrics: the numbers of all processes, for Prometheus, on a private address."""

import signal
import threading
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from nti_lms.database import db
from nti_lms.services import condition


@click.command("metrics")
@with_appcontext
def metrics() -> None:
    """Tell numbers at NTI_METRICS until asked to stop."""
    address = current_app.extensions["settings"].metrics
    if address is None:
        raise click.ClickException("set NTI_METRICS to a private address such as 127.0.0.1:9100")
    from prometheus_client import (  # noqa: PLC0415 -- optional library
        CollectorRegistry,
        start_http_server,
    )
    from prometheus_client.multiprocess import (  # noqa: PLC0415 -- optional library
        MultiProcessCollector,
    )

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Site(current_app._get_current_object()))  # type: ignore[attr-defined]
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    start_http_server(address[1], addr=address[0], registry=registry)
    stop.wait()


class Site:
    """What waits and what failed, counted when somebody asks."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[Any]:
        """One gauge for each count."""
        from prometheus_client.core import (  # noqa: PLC0415 -- optional library
            GaugeMetricFamily,
        )

        with self.app.app_context():
            found = condition.read()
            db.session.rollback()
        for name in condition.Condition.__slots__:
            yield GaugeMetricFamily(
                f"nti_{name}", f"{name.replace('_', ' ').capitalize()}.", getattr(found, name)
            )
