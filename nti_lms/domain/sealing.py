"""Journals under seal: one key pair per person, one fresh key per revision. Bytes in, bytes out.

Sealing needs the public key alone. docs/crypto.md draws every envelope and says what it promises.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from nti_lms.domain.ciphers import KEY_BYTES, decrypt, derive, encrypt, without_version
from nti_lms.domain.errors import KeyMalformed, SealBroken, TooLong
from nti_lms.domain.keyring import ID_BYTES, Kek, KeyRing, key_id_of, marked

ENTRY = 0x21
PRIVATE_KEY = 0x31
SESSION_KEYS = 0x41

MAX_TEXT_BYTES = 200_000
BUCKETS = tuple(1024 * size for size in (1, 4, 16, 64, 256))
LENGTH_BYTES = 4

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A P-256 pair: the public point (65 bytes, uncompressed) and the private key (DER, PKCS 8)."""

    public: bytes
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyContext:
    """Whose private key is wrapped, which of their pairs, and what opens this wrap."""

    owner_id: int
    key_pair_id: int
    way: Literal["passphrase", "recovery"]

    def bound(self) -> bytes:
        """The bytes that the wrap is tied to, after its own first nine."""
        return _json(PRIVATE_KEY, self.owner_id, self.key_pair_id, self.way)


@dataclass(frozen=True, slots=True)
class Context:
    """The one place where an envelope may be opened: its table, row, author and revision.

    `entry_id` is a number or, for an entry begun offline, the name that the browser gave it.
    """

    table: str
    entry_id: int | str
    owner_id: int
    revision: int

    def bound(self) -> bytes:
        """The bytes that both layers are tied to, format version first."""
        return _json(ENTRY, self.table, self.entry_id, self.owner_id, self.revision)


def new_key_pair() -> KeyPair:
    """A fresh pair."""
    private = ec.generate_private_key(CURVE)
    return KeyPair(
        public=private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        private=private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def wrap_private(private: bytes, kek: Kek, context: KeyContext) -> bytes:
    """A private key locked by a passphrase's or a recovery code's key; it names its pepper."""
    head = marked(PRIVATE_KEY, kek.pepper_id)
    return head + encrypt(kek.secret, private, head + context.bound())


def unwrap_private(wrapped: bytes, kek: Kek, context: KeyContext) -> bytes:
    """The private key. Raises SealBroken: a wrong passphrase or code, or another's wrap.

    The `kek` needs the pepper of the wrap, which `KeyRing.pepper_of(wrapped)` finds.
    """
    body = without_version(wrapped, PRIVATE_KEY)[ID_BYTES:]
    head = marked(PRIVATE_KEY, key_id_of(wrapped))
    return decrypt(kek.secret, body, head + context.bound())


def seal(text: bytes, public_key: bytes, context: Context) -> bytes:
    """An envelope that only the owner of `public_key` can open, and only in its place.

    Its size shows no more than the bucket that `text` fell into. Two seals never look alike.

    Raises:
        TooLong: more than 200,000 bytes.
        KeyMalformed: `public_key` is no point of P-256.
    """
    key, bound = secrets.token_bytes(KEY_BYTES), context.bound()
    sealed_key = SUITE.encrypt(key, _public(public_key), info=bound)
    size = len(sealed_key).to_bytes(LENGTH_BYTES, "big")
    return bytes([ENTRY]) + size + sealed_key + encrypt(key, _padded(text), bound)


def open_envelope(envelope: bytes, private_key: bytes, context: Context) -> bytes:
    """The text that was sealed.

    Raises:
        SealBroken: a bit was changed, the place is another, or the key is not its owner's.
        KeyMalformed: `private_key` is no private key of P-256.
    """
    sealed_key, body = _split(without_version(envelope, ENTRY))
    bound = context.bound()
    try:
        key = SUITE.decrypt(sealed_key, _private(private_key), info=bound)
    except InvalidTag:
        raise SealBroken from None
    if len(key) != KEY_BYTES:
        raise SealBroken
    return _unpadded(decrypt(key, body, bound))


def seal_for(text: bytes, public_key: bytes, context: Context, ring: KeyRing) -> bytes:
    """`seal`, and the key ring's layer around it: what a row keeps."""
    return ring.wrap(seal(text, public_key, context), context.bound())


def open_for(kept: bytes, private_key: bytes, context: Context, ring: KeyRing) -> bytes:
    """The text of what `seal_for` made. Raises as `open_envelope` and `KeyRing.unwrap` do."""
    return open_envelope(ring.unwrap(kept, context.bound()), private_key, context)


def seal_keys(private_keys: Mapping[int, bytes], token: str) -> bytes:
    """Private keys by key pair's id, for the session's row while the journal is unlocked.

    Only the cookie's `token` opens them, and the server keeps no more than its hash.
    """
    named = {str(pair_id): b64encode(key).decode() for pair_id, key in private_keys.items()}
    head = bytes([SESSION_KEYS])
    return head + encrypt(_session_key(token), json.dumps(named).encode(), head)


def open_keys(sealed: bytes, token: str) -> dict[int, bytes]:
    """The private keys by key pair's id. Raises SealBroken if the token is another."""
    body = without_version(sealed, SESSION_KEYS)
    named = json.loads(decrypt(_session_key(token), body, bytes([SESSION_KEYS])))
    return {int(pair_id): b64decode(key) for pair_id, key in named.items()}


def _session_key(token: str) -> bytes:
    return derive(token.encode(), "private keys of a session")


def _json(*parts: int | str) -> bytes:
    # The same bytes as JSON.stringify of the same list, for envelopes sealed in a browser.
    return json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()


def _padded(text: bytes) -> bytes:
    if len(text) > MAX_TEXT_BYTES:
        raise TooLong
    counted = len(text).to_bytes(LENGTH_BYTES, "big") + text
    return counted.ljust(next(size for size in BUCKETS if len(counted) <= size), b"\0")


def _unpadded(padded: bytes) -> bytes:
    text, _ = _split(padded)
    return text


def _split(counted: bytes) -> tuple[bytes, bytes]:
    """A part that its length precedes, and the rest."""
    end = LENGTH_BYTES + int.from_bytes(counted[:LENGTH_BYTES], "big")
    if end > len(counted):
        raise SealBroken
    return counted[LENGTH_BYTES:end], counted[end:]


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise KeyMalformed from None


def _private(der: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_der_private_key(der, password=None)
    except (ValueError, TypeError):
        raise KeyMalformed from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise KeyMalformed
    return key
