"""The two primitives that the sealing rooms share, and the first bytes of what they make."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nti_lms.domain.errors import SealBroken, UnknownEnvelope

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """`plain` under AES-256-GCM: a random nonce, then the ciphertext with its tag.

    `bound` is authenticated and not kept: opening needs the same bytes again.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What `encrypt` was given. Raises SealBroken if anything differs by one bit."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except InvalidTag:
        raise SealBroken from None


def derive(secret: bytes, purpose: str, *, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA256. `secret` must be hard to guess already."""
    info = f"nti-lms: {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)


def without_version(sealed: bytes, version: int) -> bytes:
    """`sealed` after its first byte. Raises UnknownEnvelope if that byte is not `version`."""
    if sealed[:1] != bytes([version]):
        raise UnknownEnvelope
    return sealed[1:]
