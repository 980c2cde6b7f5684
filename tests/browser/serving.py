"""The product as `./start` runs it, on a folder of its own, and a page elsewhere to leave for."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import URLError
from urllib.request import urlopen

from nti_lms.settings import ROOT

PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the product listens, and the passphrase of its whole fictitious cohort."""

    url: str
    passphrase: str
    elsewhere: str


class Elsewhere(BaseHTTPRequestHandler):
    """The neutral site that people leave for."""

    def do_GET(self) -> None:  # noqa: N802 -- the name that the library calls
        body = b"<!doctype html><title>Elsewhere</title><h1>Weather</h1><link rel=icon href=data:,>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Prepare and start everything, and end it again with what it said kept in `folder`."""
    with open_elsewhere() as elsewhere:
        url = f"http://localhost:{(port := free_port())}"  # a name, which passkeys need
        environment = clean_environment() | {
            "NTI_DATA": str(folder / "var"),
            "NTI_PORT": str(port),
            "NTI_PUBLIC_URL": url,
            "NTI_DEMO": "1",
            "NTI_NEUTRAL_URL": elsewhere,
        }
        with (folder / "log").open("wb") as log:
            run = {"cwd": ROOT, "env": environment, "stdout": log, "stderr": log}
            subprocess.run([sys.executable, "-m", "nti_lms.prepare", "--demo"], check=True, **run)
            supervisor = subprocess.Popen([sys.executable, "-m", "nti_lms.supervisor"], **run)
            try:
                wait_until_ready(url, supervisor)
                passphrase = (folder / "var" / "demo-passphrase").read_text("utf-8").strip()
                yield Site(url, passphrase, elsewhere)
            finally:
                supervisor.send_signal(signal.SIGTERM)
                supervisor.wait(PATIENCE)


@contextmanager
def open_elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def wait_until_ready(url: str, supervisor: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready(url):
        assert supervisor.poll() is None, "the supervisor ended"
        assert time.monotonic() < deadline, "the site was not ready in time"
        time.sleep(0.05)


def is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=PATIENCE) as response:  # noqa: S310 -- our own site
            return bool(response.status == 200)
    except (URLError, ConnectionError):
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """Ours, without what somebody has set for a site of their own."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NTI_") and name != "DATABASE_URL"
    }
