"""Challenges for passkeys: random, signed for one session and one use, good for ten minutes."""

import secrets

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from nti_lms.models import Session
from nti_lms.services.passkeys import Site

LASTS_SECONDS = 600
BYTES = 32


def site() -> Site:
    """This site, as browsers know it: from the public address, never from the Host header."""
    origin = str(current_app.extensions["settings"].public_url)
    host = origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]
    return Site(host=host, origin=origin)


def new() -> bytes:
    """A fresh challenge."""
    return secrets.token_bytes(BYTES)


def signed(challenge: bytes, session: Session) -> str:
    """The challenge as it travels through the form."""
    return _signer().dumps([challenge.hex(), session.token_hash.hex()])


def opened(text: str, session: Session) -> bytes:
    """The challenge of a form of this session; empty, which fits nothing, for any other."""
    try:
        challenge, name = _signer().loads(text, max_age=LASTS_SECONDS)
    except (BadData, ValueError):
        return b""
    return bytes.fromhex(challenge) if name == session.token_hash.hex() else b""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="passkey")
