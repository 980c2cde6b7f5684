"""The secrets of an installation: made once, kept as files that only its owner reads."""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nti_lms.domain.errors import KeyRingMalformed
from nti_lms.domain.keyring import KeyRing

log = logging.getLogger(__name__)

SHORTEST = 32  # characters of a secret key: what `make` writes has 43


class WeakSecret(Exception):
    """The key that signs cookies was chosen by a hand, and is short."""


class NoSecrets(Exception):
    """The data folder holds no secrets; a new site gets them from ./start."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What signs cookies and forms, and the key ring around everything sealed."""

    secret_key: str = field(repr=False)
    ring: KeyRing = field(repr=False)


def make(data: Path) -> None:
    """Make the data folder (0700) and whichever secret is missing (0600)."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    _write_new(data / "secret-key", secrets.token_urlsafe(32))
    _write_new(data / "keyring", KeyRing.new().dump())


def read(data: Path) -> Secrets:
    """The secrets. Raises NoSecrets, WeakSecret, or KeyRingMalformed for a ring a hand broke."""
    try:
        secret_key = (data / "secret-key").read_text("utf-8")
        ring = (data / "keyring").read_text("utf-8")
    except FileNotFoundError:
        raise NoSecrets(
            f"{data} lacks secret-key or keyring. For a new site ./start makes them; to restore a "
            "backup, first put your copies of both files there"
        ) from None
    if len(secret_key.strip()) < SHORTEST:
        raise WeakSecret(f"{data / 'secret-key'} is too short; delete it and run ./start again")
    return Secrets(secret_key, KeyRing.parse(ring))


class RingFile:
    """The key ring as its file holds it now, for a process that outlives a change of keys.

    Another process replaces the file before any row names a new key. So whoever has loaded a row
    and then asks for the ring gets one that opens it, without being told or started again.
    """

    def __init__(self, data: Path, ring: KeyRing) -> None:
        self._path, self._ring = data / "keyring", ring
        self._seen: tuple[int, int] | None = None

    def ring(self) -> KeyRing:
        """The ring; the last good one while the file is missing or broken."""
        try:
            found = self._path.stat()
            seen = (found.st_ino, found.st_mtime_ns)
            if seen != self._seen:
                self._ring = KeyRing.parse(self._path.read_text("utf-8"))
                self._seen = seen
        except (OSError, KeyRingMalformed):
            log.exception("the key ring cannot be read; going on with the one in memory")
        return self._ring


def write_ring(data: Path, ring: KeyRing) -> None:
    """Replace the key ring; running processes take it up at their next request."""
    write_private(data / "keyring", ring.dump())


@contextmanager
def locked_ring(data: Path) -> Iterator[KeyRing]:
    """The ring, which nobody else changes meanwhile."""
    handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield read(data).ring
    finally:
        os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner reads, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh, text)
    fresh.replace(path)
    sync(path.parent)


def _write_new(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 -- a descriptor, not a path
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """See a file, or the names in a folder, on the disk: a power cut must not take it back."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
