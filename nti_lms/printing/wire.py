"""Messages between a client and the press: a JSON header and a body, each after its length.

The press speaks first, READY or an error; then comes the request, then the answer.
"""

import json
import socket
import struct
from typing import Any

MAX_BYTES = 64 * 1024 * 1024
READY = {"ready": True}
_LENGTHS = struct.Struct(">II")


class BrokenMessage(Exception):
    """The other side hung up early, or said something that is no message."""


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one message. Raises OSError if nobody listens any more."""
    head = json.dumps(header).encode()
    connection.sendall(_LENGTHS.pack(len(head), len(body)) + head + body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One message as header and body.

    Raises:
        BrokenMessage: it ends early, is too long, or its header is no JSON object.
        OSError: the connection failed, or its timeout passed.
    """
    head_length, body_length = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    if head_length + body_length > MAX_BYTES:
        raise BrokenMessage("the message is too long")
    try:
        header = json.loads(_exactly(connection, head_length))
    except ValueError as fault:
        raise BrokenMessage("the header is not JSON") from fault
    if not isinstance(header, dict):
        raise BrokenMessage("the header is not an object")
    return header, _exactly(connection, body_length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        piece = connection.recv(min(length - len(received), 1 << 20))
        if not piece:
            raise BrokenMessage("the message ends early")
        received += piece
    return bytes(received)
