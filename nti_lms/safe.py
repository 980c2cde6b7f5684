"""The secrets of an installation: made once, kept as files that only its owner reads."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from nti_lms.domain.keyring import KeyRing

SHORTEST = 32  # characters of a secret key: what `make` writes has 43


class WeakSecret(Exception):
    """The key that signs cookies was chosen by a hand, and is short."""


class NoSecrets(Exception):
    """The data folder holds no secrets yet; `flask prepare` makes them."""


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
        raise NoSecrets(f"no secrets in {data}; run `flask prepare` first") from None
    if len(secret_key.strip()) < SHORTEST:
        raise WeakSecret(f"{data / 'secret-key'} is too short; delete it and run ./start again")
    return Secrets(secret_key, KeyRing.parse(ring))


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner reads, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh, text)
    fresh.replace(path)


def _write_new(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 -- a descriptor, not a path
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
