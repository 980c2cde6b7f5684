"""The press room: WeasyPrint and the fonts, loaded once, and a forked child for each request.

A child is held to limits and dies when it has answered.
"""

import contextlib
import gc
import logging
import os
import selectors
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing import press, render, wire
from nti_lms.printing.limits import Limits, confine
from nti_lms.printing.manuscript import Manuscript
from nti_lms.printing.signals import woken_by_signals

MAX_CHILDREN = 2
_HEARTBEAT = 1.0


@dataclass(slots=True)
class _Child:
    connection: socket.socket
    deadline: float


class Room:
    """The parent: it accepts, forks, counts and buries, and never reads a request itself."""

    def __init__(self, listener: socket.socket, limits: Limits, idle_seconds: float) -> None:
        self.listener = listener
        self.limits = limits
        self.idle_seconds = idle_seconds
        self.children: dict[int, _Child] = {}
        self.is_draining = False

    def run(self, is_over: Callable[[], bool]) -> None:
        """Answer until nobody has asked for a while, or SIGTERM, or `is_over` says that it came
        before this could hear it; then let the children finish.
        """
        with woken_by_signals(self._drain) as alarm, selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            selector.register(alarm, selectors.EVENT_READ)
            used_at = time.monotonic()
            while not (self.is_draining or is_over()):
                ready = {key.fileobj for key, _ in selector.select(_HEARTBEAT)}
                if alarm in ready:
                    alarm.recv(64)
                if self.listener in ready:
                    self._accept()
                self._bury()
                if self.children or self.listener in ready:
                    used_at = time.monotonic()
                elif time.monotonic() - used_at > self.idle_seconds:
                    return
            selector.unregister(self.listener)
            self.listener.close()
            while self.children:
                if selector.select(_HEARTBEAT):
                    alarm.recv(64)
                self._bury()

    def _drain(self, *_: object) -> None:
        self.is_draining = True

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        connection.setblocking(True)
        if len(self.children) >= MAX_CHILDREN:
            _answer(connection, {"error": "busy"})
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            self.listener.close()
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


def work(
    listener: socket.socket, limits: Limits, idle_seconds: float, is_over: Callable[[], bool]
) -> None:
    """Warm up, then answer at `listener` while somebody asks."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="nti-press-", dir=_memory()) as scratch:
        tempfile.tempdir = scratch
        render.warm()
        gc.collect()
        gc.freeze()
        Room(listener, limits, idle_seconds).run(is_over)


def _memory() -> Path | None:
    """A folder that is no disk, where there is one."""
    folder = Path("/dev/shm")  # noqa: S108 -- a private folder is made in it
    return folder if os.access(folder, os.W_OK) else None
