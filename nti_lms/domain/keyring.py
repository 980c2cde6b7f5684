"""The application's key ring: what its file holds, and the outer layer around everything kept.

The ring has two sets of secrets. *Keys* seal rows and are rotated at will: a row names its
key and can be sealed again by a command. *Peppers* are mixed into passphrases and recovery
codes and can only be replaced when a person signs in, so they rotate on their own.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from nti_lms.domain.ciphers import KEY_BYTES, decrypt, derive, encrypt, without_version
from nti_lms.domain.errors import KeyIsCurrent, KeyRingMalformed, SealBroken, UnknownKey

FILE_VERSION = 1
WRAPPED = 0x11
ID_BYTES = 8
LONGEST_REQUEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kek:
    """A key that locks private keys, and the id of the pepper that is mixed into it."""

    pepper_id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pepper:
    """A secret that the database never holds."""

    id: str
    secret: bytes = field(repr=False)

    def kek(self, root: bytes, purpose: str) -> Kek:
        """The key-encryption key of `root`, which nobody can compute without this pepper."""
        salt = derive(self.secret, "pepper of keks")
        return Kek(self.id, derive(root, f"kek of {purpose}", salt=salt))


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys and peppers by id (16 hexadecimal digits), each 32 bytes, and which of them is in use.

    Keys stand in the order in which they were made: one behind the current waits for its turn.
    `replaced_at` tells when a key was last the current one; those of old files lack it.

    Raises:
        KeyRingMalformed: an id, a length or the choice of the current ones is wrong.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    current_pepper: str
    peppers: Mapping[str, bytes] = field(repr=False)
    replaced_at: Mapping[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.current not in self.keys or self.current_pepper not in self.peppers:
            raise KeyRingMalformed("a current key is missing")
        for key_id, secret in [*self.keys.items(), *self.peppers.items()]:
            if not _is_id(key_id) or len(secret) != KEY_BYTES:
                raise KeyRingMalformed("an id or a secret has a wrong length")

    @classmethod
    def new(cls) -> Self:
        """A ring with one fresh key and one fresh pepper."""
        key_id, pepper_id = _new_id(), _new_id()
        return cls(key_id, {key_id: _new_secret()}, pepper_id, {pepper_id: _new_secret()})

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ring that `dump` wrote. Raises KeyRingMalformed, which never quotes the text."""
        try:
            kept = json.loads(text)
            if kept["version"] != FILE_VERSION:
                raise KeyRingMalformed("written by another version")
            return cls(
                kept["current"],
                _secrets_from(kept["keys"]),
                kept["current_pepper"],
                _secrets_from(kept["peppers"]),
                {
                    key: datetime.fromisoformat(at)
                    for key, at in kept.get("replaced_at", {}).items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise KeyRingMalformed("not the text of a key ring") from None

    def dump(self) -> str:
        """The whole ring as JSON text, secrets included: for a file that only its owner reads."""
        kept = {
            "version": FILE_VERSION,
            "current": self.current,
            "keys": _secrets_to(self.keys),
            "current_pepper": self.current_pepper,
            "peppers": _secrets_to(self.peppers),
            "replaced_at": {key: at.isoformat() for key, at in self.replaced_at.items()},
        }
        return json.dumps(kept, indent=2) + "\n"

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """`plain` sealed under the current key, to be opened with the same `context` only.

        `context` names the place: say `b"user.totp:42"`.
        """
        head = marked(WRAPPED, self.current)
        return head + encrypt(self._wrapping_key(self.current), plain, head + context)

    def unwrap(self, sealed: bytes, context: bytes) -> bytes:
        """What `wrap` was given, whichever key of the ring it used.

        Raises:
            SealBroken: or its kinds, UnknownEnvelope and UnknownKey.
        """
        key_id = key_id_of(sealed)
        head, body = sealed[: 1 + ID_BYTES], without_version(sealed, WRAPPED)[ID_BYTES:]
        return decrypt(self._wrapping_key(key_id), body, head + context)

    @property
    def pepper(self) -> Pepper:
        """The pepper for new verifiers and new wraps."""
        return Pepper(self.current_pepper, self.peppers[self.current_pepper])

    def pepper_of(self, kept: bytes) -> Pepper:
        """The pepper that a verifier or a wrapped private key was made with. Raises UnknownKey."""
        pepper_id = key_id_of(kept)
        if pepper_id not in self.peppers:
            raise UnknownKey
        return Pepper(pepper_id, self.peppers[pepper_id])

    @property
    def waiting(self) -> str | None:
        """The key that was added for the next rotation, or None."""
        ids = list(self.keys)
        return ids[-1] if ids[-1] != self.current else None

    def prepared(self) -> Self:
        """The ring with a key that waits for the next rotation; nothing is wrapped by it yet."""
        fresh = {_new_id(): _new_secret()}
        return self if self.waiting else replace(self, keys={**self.keys, **fresh})

    def rotated(self, at: datetime) -> Self:
        """The ring with another current key from `at` on: the one that waits, or a fresh one.

        The old ones still open, and peppers stay.
        """
        ring = self.prepared()
        replaced_at = {**ring.replaced_at, ring.current: at}
        return replace(ring, current=str(ring.waiting), replaced_at=replaced_at)

    def free_from(self, key_id: str) -> datetime | None:
        """From when on a key that no row names may go; None: at any time.

        Until then a request that began with the old ring might still keep a row under it.
        """
        replaced_at = self.replaced_at.get(key_id)
        return replaced_at and replaced_at + LONGEST_REQUEST

    def repeppered(self) -> Self:
        """The ring with a fresh current pepper; what was made with the old ones still opens."""
        pepper_id = _new_id()
        peppers = {**self.peppers, pepper_id: _new_secret()}
        return replace(self, current_pepper=pepper_id, peppers=peppers)

    def retired(self, key_id: str) -> Self:
        """The ring without this key or pepper: what still uses it can never be opened again.

        Raises:
            KeyIsCurrent: it is the one in use.
            UnknownKey: the ring does not hold it.
        """
        if key_id in (self.current, self.current_pepper):
            raise KeyIsCurrent
        if key_id not in self.keys and key_id not in self.peppers:
            raise UnknownKey
        keys = {kept: secret for kept, secret in self.keys.items() if kept != key_id}
        peppers = {kept: secret for kept, secret in self.peppers.items() if kept != key_id}
        replaced_at = {kept: at for kept, at in self.replaced_at.items() if kept != key_id}
        return replace(self, keys=keys, peppers=peppers, replaced_at=replaced_at)

    def _wrapping_key(self, key_id: str) -> bytes:
        if key_id not in self.keys:
            raise UnknownKey
        return derive(self.keys[key_id], "wrapping key")


def marked(version: int, key_id: str) -> bytes:
    """The first nine bytes of whatever names its key: a version, then the id."""
    return bytes([version]) + bytes.fromhex(key_id)


def key_id_of(sealed: bytes) -> str:
    """The id of the key or pepper that wrapped bytes, a verifier or a wrapped private key name."""
    if len(sealed) < 1 + ID_BYTES:
        raise SealBroken
    return sealed[1 : 1 + ID_BYTES].hex()


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


def _new_secret() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _is_id(text: str) -> bool:
    return len(text) == 2 * ID_BYTES and set(text) <= set("0123456789abcdef")


def _secrets_to(held: Mapping[str, bytes]) -> dict[str, str]:
    return {key_id: b64encode(secret).decode() for key_id, secret in held.items()}


def _secrets_from(kept: Any) -> dict[str, bytes]:
    return {key_id: b64decode(secret, validate=True) for key_id, secret in kept.items()}
