"""Passphrases: one costly stretch, what may be kept of it, and which are too weak.

One rule of normalisation holds wherever a passphrase is read, at sign-in and at unlock:
Unicode NFKC, then no white space at either end. Case and inner spaces count.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from nti_lms.domain.ciphers import derive
from nti_lms.domain.errors import RecipeMalformed, TooLong
from nti_lms.domain.keyring import Kek, Pepper, marked

MIN_CHARACTERS = 10
ADVISED_CHARACTERS = 15
MAX_CHARACTERS = 128
SALT_BYTES = 16
VERIFIER = 0x51
COMMON = frozenset(Path(__file__).with_name("common_passphrases.txt").read_text("utf-8").split())


class Fault(StrEnum):
    """Why a passphrase is refused."""

    SHORT = "short"
    LONG = "long"
    ONE_CHARACTER = "one-character"
    COMMON = "common"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one person's passphrase is stretched; the defaults are today's parameters.

    Raises:
        RecipeMalformed: a parameter that Argon2id cannot take, or that would stall the server.
    """

    salt: bytes
    memory_kib: int = 19456
    iterations: int = 2
    lanes: int = 1
    version: int = 1

    def __post_init__(self) -> None:
        sound = (
            self.version == 1
            and len(self.salt) == SALT_BYTES
            and 1 <= self.lanes <= 16
            and 8 * self.lanes <= self.memory_kib <= 1_048_576
            and 1 <= self.iterations <= 64
        )
        if not sound:
            raise RecipeMalformed

    @classmethod
    def new(cls) -> Self:
        """Today's parameters with a fresh salt."""
        return cls(secrets.token_bytes(SALT_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The recipe that `dump` wrote. Raises RecipeMalformed."""
        try:
            version, memory_kib, iterations, lanes, salt = text.split("$")
            numbers = int(memory_kib), int(iterations), int(lanes), int(version)
            return cls(bytes.fromhex(salt), *numbers)
        except ValueError:
            raise RecipeMalformed from None

    def dump(self) -> str:
        """One short line without secrets: version, KiB, iterations, lanes, salt."""
        numbers = f"{self.version}${self.memory_kib}${self.iterations}${self.lanes}"
        return f"{numbers}${self.salt.hex()}"

    @property
    def is_outdated(self) -> bool:
        """Whether today's parameters are other ones: time to make a new recipe at sign-in."""
        return self != Recipe(self.salt)


DUMMY = Recipe(bytes(SALT_BYTES))
"""To spend the same time on an account that does not exist."""


@dataclass(frozen=True, slots=True)
class Stretched:
    """What one stretch gives: a value to sign in with, and the root of a key.

    `auth` says nothing about the key; neither is ever kept as it is.
    """

    auth: bytes = field(repr=False)
    _root: bytes = field(repr=False)

    def kek(self, pepper: Pepper) -> Kek:
        """The key for this person's private key, useless to whoever lacks the key ring."""
        return pepper.kek(self._root, "passphrase")


def stretch(passphrase: str, recipe: Recipe) -> Stretched:
    """Both values from one Argon2id call: about 50 ms and `recipe.memory_kib` of memory.

    Raises:
        TooLong: more than 128 characters; nothing was spent on it.
    """
    plain = normal(passphrase)
    if len(plain) > MAX_CHARACTERS:
        raise TooLong
    root = hash_secret_raw(
        plain.encode("utf-8", "surrogatepass"),
        recipe.salt,
        time_cost=recipe.iterations,
        memory_cost=recipe.memory_kib,
        parallelism=recipe.lanes,
        hash_len=32,
        type=Type.ID,
        version=ARGON2_VERSION,
    )
    return Stretched(derive(root, "passphrase auth"), derive(root, "passphrase root"))


def verifier(auth: bytes, pepper: Pepper) -> bytes:
    """What the account keeps, 41 bytes: a version, the pepper's id, HMAC-SHA256 of `auth`."""
    key = derive(pepper.secret, "pepper of verifiers")
    return marked(VERIFIER, pepper.id) + hmac.digest(key, auth, "sha256")


def verify(auth: bytes, pepper: Pepper, kept: bytes) -> bool:
    """Whether `kept` was made of this `auth` and `pepper`, in constant time.

    `KeyRing.pepper_of(kept)` finds the pepper.
    """
    return hmac.compare_digest(verifier(auth, pepper), kept)


def normal(passphrase: str) -> str:
    """The one form in which a passphrase is counted, compared and stretched."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def faults(passphrase: str, context_words: Iterable[str]) -> list[Fault]:
    """Why this passphrase is too weak, in the order of `Fault`; empty when it will do.

    `context_words` are the person's name, mail and organisation, and the programme's own
    name. Case, accents, punctuation and digits at the ends do not hide a common word.
    """
    plain = normal(passphrase)
    bare = _bare(plain)
    seen = {bare, bare.strip("0123456789")} - {""}
    found = {
        Fault.SHORT: len(plain) < MIN_CHARACTERS,
        Fault.LONG: len(plain) > MAX_CHARACTERS,
        Fault.ONE_CHARACTER: len(set(plain.casefold())) == 1,
        Fault.COMMON: not seen.isdisjoint(COMMON),
        Fault.CONTEXT: not seen.isdisjoint(_bare(part) for part in _parts(context_words)),
    }
    return [fault for fault, is_so in found.items() if is_so]


def _parts(words: Iterable[str]) -> Iterator[str]:
    """Each word, and of a mail address also what stands before the @."""
    for word in words:
        yield from (word, word.partition("@")[0])


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
