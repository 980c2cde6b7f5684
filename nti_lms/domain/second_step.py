"""The second step of signing in: six-digit codes of an app, by RFC 6238."""

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
DIGITS = 6
# A clock may be one step off, and typing takes time.
LEEWAY = (-1, 0, 1)


def new_secret() -> str:
    """160 random bits in base 32, as apps read them."""
    return pyotp.random_base32(length=32)


def address(secret: str, *, handle: str, issuer: str) -> str:
    """What the QR code holds: an `otpauth:` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=handle, issuer_name=issuer)


def matching_step(secret: str, typed: str, *, at: datetime, after: int) -> int | None:
    """The time step whose code was typed, later than the step `after`; None when there is none.

    A step counts 30 seconds since 1970. Passing the last step that was used refuses a code that
    somebody has read over a shoulder.
    """
    digits = "".join(letter for letter in typed if letter.isdigit())
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    found = None
    for step in (totp.timecode(at) + offset for offset in LEEWAY):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode())
        found = step if fits and step > after else found
    return found
