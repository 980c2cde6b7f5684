"""Hear of signals where one waits for sockets."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def woken_by_signals(stop: Callable[[], None]) -> Iterator[socket.socket]:
    """A socket that can be read after each signal; SIGTERM and SIGINT call `stop` first."""
    alarm, bell = socket.socketpair()
    with alarm, bell:
        bell.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        before = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
        try:
            yield alarm
        finally:
            signal.set_wakeup_fd(before)
