"""The render service: text in and bytes out over a Unix socket, nothing on disk, nothing queued.

`python -m nti_lms.printing.service SOCKET` loads WeasyPrint and the fonts once, then gives each
request to a forked child that is held to limits and dies when it has answered.
"""

import contextlib
import gc
import logging.config
import os
import selectors
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nti_lms import logs
from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing import press, render, wire
from nti_lms.printing.limits import Limits, confine
from nti_lms.printing.manuscript import Manuscript
from nti_lms.settings import Settings

MAX_CHILDREN = 2
_HEARTBEAT = 1.0


@dataclass(slots=True)
class _Child:
    connection: socket.socket
    deadline: float


class Service:
    """The parent: it accepts, forks, counts and buries, and never reads a request itself."""

    def __init__(self, socket_path: Path, limits: Limits) -> None:
        """`socket_path` is made new, for this user alone."""
        self.socket_path = socket_path
        self.limits = limits
        self.children: dict[int, _Child] = {}
        self.is_draining = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then let the children finish."""
        with self._listening() as listener, self._woken_by_signals() as alarm:
            selector = selectors.DefaultSelector()
            selector.register(listener, selectors.EVENT_READ)
            selector.register(alarm, selectors.EVENT_READ)
            while not self.is_draining:
                ready = {key.fileobj for key, _ in selector.select(_HEARTBEAT)}
                if alarm in ready:
                    alarm.recv(64)
                if listener in ready:
                    self._accept(listener)
                self._bury()
            selector.unregister(listener)
            listener.close()
            self.socket_path.unlink(missing_ok=True)
            while self.children:
                if selector.select(_HEARTBEAT):
                    alarm.recv(64)
                self._bury()

    @contextlib.contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        self.socket_path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            before = os.umask(0o177)
            try:
                listener.bind(str(self.socket_path))
            finally:
                os.umask(before)
            listener.listen()
            listener.setblocking(False)
            yield listener

    @contextlib.contextmanager
    def _woken_by_signals(self) -> Iterator[socket.socket]:
        alarm, bell = socket.socketpair()
        with alarm, bell:
            bell.setblocking(False)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._drain)
            signal.signal(signal.SIGCHLD, lambda *_: None)
            before = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
            try:
                yield alarm
            finally:
                signal.set_wakeup_fd(before)

    def _drain(self, *_: object) -> None:
        self.is_draining = True

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.setblocking(True)
        if len(self.children) >= MAX_CHILDREN:
            _answer(connection, {"error": "busy"})
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            listener.close()
            _serve_and_exit(connection, self.limits)
        deadline = time.monotonic() + self.limits.wall_seconds
        self.children[pid] = _Child(connection, deadline)

    def _bury(self) -> None:
        """Collect the children that ended, tell the clients of those that failed, end late ones."""
        now = time.monotonic()
        for pid, child in list(self.children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended == 0:
                if now > child.deadline:
                    os.kill(pid, signal.SIGKILL)
                continue
            if status:
                what = "it took too long" if now > child.deadline else "it stopped half way"
                _answer(child.connection, {"error": "failed", "what": what})
            child.connection.close()
            del self.children[pid]


def _serve_and_exit(connection: socket.socket, limits: Limits) -> None:
    """The child's whole life. Never returns, and runs no clean-up of its parent."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        gc.disable()
        confine(limits)
        connection.settimeout(limits.wall_seconds)
        wire.send(connection, wire.READY)
        _, message = wire.receive(connection)
        wire.send(connection, *_print(message))
        code = 0
    except (OSError, wire.BrokenMessage, MemoryError):
        code = 2
    finally:
        os._exit(code)


def _print(message: bytes) -> tuple[dict[str, str], bytes]:
    try:
        return {}, press.print_book(Manuscript.from_bytes(message))
    except PrintingFailed as fault:
        return {"error": "failed", "what": str(fault)}, b""
    except (ValueError, TypeError, KeyError):
        return {"error": "failed", "what": "the request is no manuscript"}, b""


def _answer(connection: socket.socket, header: dict[str, str]) -> None:
    connection.settimeout(1)
    with contextlib.suppress(OSError):
        wire.send(connection, header)


def serve(socket_path: Path, limits: Limits | None = None) -> None:
    """Warm up, then serve on `socket_path` until SIGTERM."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="nti-press-", dir=_memory()) as scratch:
        tempfile.tempdir = scratch
        render.warm()
        gc.collect()
        gc.freeze()
        Service(socket_path, limits or Limits()).run()


def _memory() -> Path | None:
    """A folder that is no disk, where there is one."""
    folder = Path("/dev/shm")  # noqa: S108 -- a private folder is made in it
    return folder if os.access(folder, os.W_OK) else None


def main() -> None:
    """Serve where the settings say. Without Flask and the tables it holds half the memory."""
    logging.config.dictConfig(logs.configuration())
    os.umask(0o077)
    serve(Settings.from_env(os.environ).render_socket)


if __name__ == "__main__":
    main()
