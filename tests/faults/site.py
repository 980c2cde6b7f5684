"""The product as `./start` runs it, on a folder of its own, with processes that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from nti_lms.settings import ROOT
from tests.browser.serving import clean_environment, free_port, is_ready

PATIENCE = 90.0


def eventually(is_so: Callable[[], object], what: str, *, within: float = PATIENCE) -> None:
    """Wait until it is so. Raises TimeoutError naming `what` did not come about."""
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        time.sleep(0.02)


class Site:
    """A site with the fictitious cohort. `database_url` None means SQLite in its own folder."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.data = folder / "var"
        self.log = folder.with_name(f"{folder.name}.log")  # outlives the folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = clean_environment() | {
            "NTI_DATA": str(self.data),
            "NTI_PORT": str(self.port),
            "NTI_DEMO": "1",
            "NTI_DAILY_BACKUP": "no",  # it would take the room on a small disk
        }
        if database_url is not None:
            self._environment["DATABASE_URL"] = database_url
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Site":
        assert self._run("nti_lms.prepare", "--demo").wait() == 0, self.log.read_text()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def passphrase(self) -> str:
        """The passphrase of the whole cohort."""
        return (self.data / "demo-passphrase").read_text("utf-8").strip()

    def start(self) -> None:
        """Start everything and wait until it is ready."""
        self._supervisor = self._run("nti_lms.supervisor")
        self.wait_until_ready()

    def stop(self) -> None:
        """Ask everything to end."""
        if self._supervisor is not None:
            self._supervisor.send_signal(signal.SIGTERM)
            self._supervisor.wait(PATIENCE)

    def wait_until_ready(self) -> None:
        """Until it says of itself that it can do its work."""
        eventually(lambda: is_ready(self.url), "the site is ready")

    # --- its processes ---

    def web(self) -> int | None:
        """The process id of the web server, the parent of those that answer."""
        return self._child("gunicorn")

    def worker(self) -> int | None:
        """The process id of whoever runs the jobs."""
        return self._child("nti_lms.worker")

    def answering(self) -> list[int]:
        """The process ids of those that answer requests."""
        web = self.web()
        return children(web) if web else []

    def kill_web(self) -> None:
        """With -9: the web server and all that answer."""
        kill([web] if (web := self.web()) else [], self.answering())

    def kill_answering(self) -> None:
        """With -9: those that answer; the web server starts others."""
        kill(self.answering())

    def kill_worker(self) -> None:
        """With -9: whoever runs the jobs, not what it has begun."""
        kill([worker] if (worker := self.worker()) else [])

    def kill_all(self) -> None:
        """With -9: everything at once, as when the machine loses its power; then start again."""
        # Who is frozen starts nobody that this list would lack, and that would keep the port.
        services = freeze([self._pid])
        below = freeze(services)
        assert self._supervisor is not None
        kill([self._pid], services, below)
        self._supervisor.wait(PATIENCE)
        self.start()

    @property
    def _pid(self) -> int:
        assert self._supervisor is not None
        assert self._supervisor.poll() is None, "the supervisor has ended"
        return self._supervisor.pid

    def _child(self, word: str) -> int | None:
        found = [pid for pid in children(self._pid) if word in command(pid)]
        return found[0] if found else None

    def _run(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )


def freeze(pids: list[int]) -> list[int]:
    """Stop processes where they stand; the ids of those that they have started."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            continue
    return [child for pid in pids for child in children(pid)]


def kill(*groups: list[int]) -> None:
    """End processes at once; one that is gone already is no matter."""
    for pid in (pid for group in groups for pid in group):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def children(pid: int) -> list[int]:
    """The ids of the processes that `pid` started; none when it is gone."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def command(pid: int) -> list[str]:
    """The words of its command; none when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
