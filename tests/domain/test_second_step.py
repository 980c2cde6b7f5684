"""Codes of an app, against the vectors of RFC 6238."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from nti_lms.domain import second_step

# Appendix B of RFC 6238, SHA-1: the secret in ASCII, the last six of eight digits.
SECRET = b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_234_567_890, "005924"),
    (20_000_000_000, "353130"),
]


def matching(typed, *, at, after=0):
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return second_step.matching_step(SECRET, typed, at=moment, after=after)


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_the_codes_of_the_standard_fit(at, code):
    assert matching(code, at=at) == at // 30


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(seconds, fits):
    at = datetime.fromtimestamp(1_111_111_109, UTC) + timedelta(seconds=seconds)

    assert (matching("081804", at=at) is not None) == fits


def test_a_code_is_not_taken_twice():
    step = matching("287082", at=59)

    assert matching("287082", at=59, after=step) is None


def test_a_code_may_be_typed_with_a_space():
    assert matching("287 082", at=59) == 1


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "abcdef", "٢٨٧٠٨٢"])
def test_anything_else_fits_nothing(typed):
    assert matching(typed, at=59) is None


def test_the_address_tells_the_app_who_and_where():
    parts = urlsplit(second_step.address(SECRET, handle="ana@example.org", issuer="NTI"))

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/NTI:ana%40example.org"
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["NTI"]}


def test_two_secrets_differ():
    assert second_step.new_secret() != second_step.new_secret()
