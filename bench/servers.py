"""Servers under measure: started, watched through /proc, ended by their own id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and the process at the root of its tree."""

    port: int
    pid: int

    def cpu_ms(self) -> float:
        """What its whole tree has computed so far, ended children included."""
        return sum(_ticks(pid) for pid in self.tree()) * 1000 / TICKS

    def memory_mb(self) -> float:
        """What its whole tree holds, shared pages counted once (proportional set size)."""
        return sum(_pss_kb(pid) for pid in self.tree()) / 1000

    def tree(self) -> list[int]:
        """Every process of it that lives."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            if fields := _fields(entry):
                children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            waiting += children.get(pid, [])
        return found


@contextmanager
def serve(command: list[str], env: Mapping[str, str], port: int, ready: str) -> Iterator[Server]:
    """Start a server, wait until `ready` answers, and end it."""
    process = subprocess.Popen(  # noqa: S603 -- our own commands
        command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}{ready}", process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def gunicorn(app: str, port: int) -> list[str]:
    """A web server like the product's, for another application."""
    python = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    return [*python, "--bind", f"127.0.0.1:{port}", app]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urlopen(url):  # noqa: S310 -- our own server
                return
        except URLError as error:
            if getattr(error, "code", 0):
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"{url} never answered")


def _ticks(pid: int) -> int:
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return sum(int(field) for field in fields[11:15]) if fields else 0


def _fields(stat: Path) -> list[str]:
    """The fields after the name, so that the first is the state; empty when it has ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
