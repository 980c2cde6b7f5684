"""The render service: text in and bytes out over a Unix socket, nothing on disk, nothing queued.

`python -m nti_lms.printing.service` holds the socket, and little else in memory. Once somebody asks
it forks the press room, which loads WeasyPrint and answers, until nobody has asked for a while.
"""

import contextlib
import logging.config
import os
import selectors
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from nti_lms import logs
from nti_lms.printing.limits import Limits
from nti_lms.printing.signals import woken_by_signals
from nti_lms.settings import Settings

IDLE_SECONDS = 600.0


class Service:
    """The keeper of the socket. It ends when a press room fails, and whoever watches it starts it
    again in a while.
    """

    def __init__(self, socket_path: Path, limits: Limits, idle_seconds: float) -> None:
        """`socket_path` is made new, for this user alone."""
        self.socket_path = socket_path
        self.limits = limits
        self.idle_seconds = idle_seconds
        self.room: int | None = None
        self.is_stopping = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT, and let the press room finish; the exit code."""
        with self._listening() as listener, woken_by_signals(self._stop) as alarm:
            while not self.is_stopping:
                if self._is_asked(listener, alarm) and self._open_room(listener):
                    return 1
            return 0

    def _is_asked(self, listener: socket.socket, alarm: socket.socket) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(alarm, selectors.EVENT_READ)
            ready = {key.fileobj for key, _ in selector.select()}
        if alarm in ready:
            alarm.recv(64)
        return listener in ready and not self.is_stopping

    def _open_room(self, listener: socket.socket) -> int:
        """Wait out the life of a press room; its exit code."""
        self.room = os.fork()
        if self.room == 0:
            self._work_and_exit(listener)
        if self.is_stopping:  # asked in between, when there was nobody yet to hand it on to
            os.kill(self.room, signal.SIGTERM)
        _, status = os.waitpid(self.room, 0)
        self.room = None
        return os.waitstatus_to_exitcode(status)

    def _work_and_exit(self, listener: socket.socket) -> None:
        """The press room's whole life. Never returns, and runs no clean-up of its parent."""
        code = 1
        try:
            self.room = None
            from nti_lms.printing import room  # noqa: PLC0415 -- what this is all about

            room.work(listener, self.limits, self.idle_seconds, lambda: self.is_stopping)
            code = 0
        except Exception:
            logging.getLogger(__name__).exception("the press room failed")
        finally:
            os._exit(code)

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

    def _stop(self) -> None:
        self.is_stopping = True
        self.socket_path.unlink(missing_ok=True)
        if self.room is not None:
            os.kill(self.room, signal.SIGTERM)


def serve(
    socket_path: Path, limits: Limits | None = None, idle_seconds: float = IDLE_SECONDS
) -> int:
    """Serve on `socket_path` until SIGTERM; the exit code."""
    return Service(socket_path, limits or Limits(), idle_seconds).run()


def main() -> int:
    """Serve where the settings say. Without Flask and the tables it holds half the memory."""
    logging.config.dictConfig(logs.configuration())
    os.umask(0o077)
    return serve(Settings.from_env(os.environ).render_socket)


if __name__ == "__main__":
    raise SystemExit(main())
