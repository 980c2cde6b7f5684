"""Compare typed answers with those that an author foresaw."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from nti_lms.domain.questions import Accepted

ANY = "*"
_NUMBER = re.compile(r"[-+−]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")


def normalise(text: str) -> str:
    """`text` as short answers are compared.

    Case, accents (the tilde of ñ among them: not every keyboard has it), runs of spaces and a
    final period do not count; the words and their order do.
    """
    letters = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", " ".join(bare.split()).removesuffix(".").rstrip())


def read_number(text: str) -> Fraction | None:
    """The exact number in `text`, or None.

    A point or a comma is the decimal mark; there is no mark of thousands. A final `%` or period
    is let pass.
    """
    bare = text.strip().removesuffix(".").removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(bare):
        return None
    return Fraction(bare.replace(",", ".").replace("−", "-"))


def read_range(text: str) -> tuple[Fraction, Fraction] | None:
    """The number of `60` or `55 ± 0.5`, and its tolerance, both ends included; or None."""
    number, _, tolerance = text.partition("±")
    middle, margin = read_number(number), read_number(tolerance or "0")
    if middle is None or margin is None or margin < 0:
        return None
    return middle, margin


def find_words(accepted: Sequence[Accepted], text: str) -> Accepted | None:
    """The first answer with a variant that says the same as `text`; `*` is any words at all."""
    said = normalise(text)
    if not said:
        return None
    for answer in accepted:
        variants = [normalise(variant) for variant in answer.text.split("|")]
        if said in variants or answer.text.strip() == ANY:
            return answer
    return None


def find_number(accepted: Sequence[Accepted], text: str) -> Accepted | None:
    """The first answer whose range holds the number in `text`; `*` is anything at all."""
    if not text.strip():
        return None
    said = read_number(text)
    return next((answer for answer in accepted if _holds(answer, said)), None)


def _holds(answer: Accepted, said: Fraction | None) -> bool:
    if answer.text.strip() == ANY:
        return True
    span = read_range(answer.text)
    return span is not None and said is not None and abs(said - span[0]) <= span[1]
