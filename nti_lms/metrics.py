"""Numbers for Prometheus, counted in every process and told on a private address by one.

Off unless NTI_METRICS is set; then the supervisor names a folder that all processes share.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@cache
def _requests() -> tuple[Any, Any] | None:
    """Counter and histogram of requests; None while nobody asks for numbers."""
    if not os.environ.get(FOLDER):
        return None
    from prometheus_client import Counter, Histogram  # noqa: PLC0415 -- slow import

    count = Counter("nti_requests", "Requests answered.", ["view", "status"])
    seconds = Histogram(
        "nti_request_seconds",
        "Time to answer.",
        ["view"],
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    )
    return count, seconds


def note_request(view: str, status: int, seconds: float) -> None:
    """Count an answered request by its view and its status."""
    if found := _requests():
        count, histogram = found
        count.labels(view, str(status)).inc()
        histogram.labels(view).observe(seconds)


def forget_process(pid: int) -> None:
    """A web process has ended: its gauges end with it, its counts stay."""
    if os.environ.get(FOLDER):
        from prometheus_client import multiprocess  # noqa: PLC0415 -- slow import

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def fresh_folder(data: Path) -> Path:
    """An empty folder for the counts of this run."""
    folder = data / "metrics"
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    return folder
