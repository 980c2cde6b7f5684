"""Random codes: tokens for machines, paper codes for hands, recovery codes for journals.

The letters are Crockford's base 32, without I, L, O and U. In its groups of four a person may
type small letters, spaces, O for 0, and I or L for 1.
"""

import secrets
import unicodedata
from hashlib import sha256

from nti_lms.domain.errors import CodeMistyped
from nti_lms.domain.keyring import Kek, Pepper

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
PAPER_BITS = 80
PAPER_LENGTH = 16
RECOVERY_BITS = 128
RECOVERY_LENGTH = 28
CHECK_BITS = 10
# A prime below 2^10, so any one wrong letter and any two swapped neighbours change the check.
CHECK_PRIME = 1021


def new_token() -> str:
    """256 random bits as 43 letters that are safe in a cookie or an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What the server keeps of a token or a paper code: its SHA-256."""
    return sha256(token.encode()).digest()


def new_paper_code() -> str:
    """80 random bits to be handed over on paper: `K7QP-2MXD-9RTA-V3HC`."""
    return _grouped(secrets.randbits(PAPER_BITS), PAPER_LENGTH)


def normal_paper_code(text: str) -> str:
    """The code as it was printed, from however it was typed.

    Raises:
        CodeMistyped: it has not sixteen letters, or one that no code has.
    """
    return _grouped(_number(text, PAPER_LENGTH), PAPER_LENGTH)


def new_recovery_code() -> str:
    """128 random bits and a check, in seven groups of four: the second way into a journal."""
    number = secrets.randbits(RECOVERY_BITS)
    return _grouped(number << CHECK_BITS | number % CHECK_PRIME, RECOVERY_LENGTH)


def parse_recovery_code(text: str) -> bytes:
    """The 16 random bytes of a recovery code, from however it was typed.

    Raises:
        CodeMistyped: a letter is missing, foreign, wrong, or has changed places.
    """
    number, check = divmod(_number(text, RECOVERY_LENGTH), 1 << CHECK_BITS)
    if number >> RECOVERY_BITS or check != number % CHECK_PRIME:
        raise CodeMistyped
    return number.to_bytes(RECOVERY_BITS // 8, "big")


def recovery_kek(raw: bytes, pepper: Pepper) -> Kek:
    """The key for a private key, from the bytes of its recovery code."""
    return pepper.kek(raw, "recovery code")


def last_four(text: str) -> str:
    """The last four letters of a code, or of what was typed to show that it is written down."""
    return _letters(text)[-4:]


def _letters(text: str) -> str:
    shown = unicodedata.normalize("NFKC", text).upper().translate(LOOKALIKES)
    return "".join(letter for letter in shown if letter.isalnum())


def _number(text: str, length: int) -> int:
    letters = _letters(text)
    if len(letters) != length or not set(letters) <= set(LETTERS):
        raise CodeMistyped
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    return number


def _grouped(number: int, length: int) -> str:
    letters = [LETTERS[number >> 5 * place & 31] for place in reversed(range(length))]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, length, 4))
