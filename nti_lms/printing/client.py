"""Ask the render service for a book. No WeasyPrint here: the web process uses it."""

import socket
import time
from pathlib import Path

from nti_lms.domain.errors import PrintingBusy, PrintingFailed
from nti_lms.printing import wire
from nti_lms.printing.manuscript import Manuscript

_PAUSE = 0.1


def render(
    socket_path: Path, manuscript: Manuscript, *, patience: float = 5.0, timeout: float = 65.0
) -> bytes:
    """The book as PDF bytes; nothing of it is written to disk on the way.

    Asks again for `patience` seconds while the service is busy, and waits `timeout` seconds for an
    answer.

    Raises:
        PrintingBusy: the service is still busy after `patience`.
        PrintingFailed: the service is not there, or could not make the book.
    """
    message = manuscript.to_bytes()
    give_up = time.monotonic() + patience
    while True:
        header, body = _ask(socket_path, message, timeout)
        error = header.get("error")
        if error is None:
            return body
        if error != "busy":
            raise PrintingFailed(str(header.get("what", error)))
        if time.monotonic() >= give_up:
            raise PrintingBusy(f"still busy after {patience:g} seconds")
        time.sleep(_PAUSE)


def _ask(socket_path: Path, message: bytes, timeout: float) -> tuple[dict[str, object], bytes]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(socket_path))
            greeting, _ = wire.receive(connection)
            if greeting != wire.READY:
                return greeting, b""
            wire.send(connection, {"kind": "book"}, message)
            return wire.receive(connection)
        except (OSError, wire.BrokenMessage) as fault:
            raise PrintingFailed("the render service did not answer") from fault
