"""Words as a search compares them: no accents, no capitals, no plural endings."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

MOST_CHARACTERS = 200
MOST_WORDS = 10
SHORT = 3  # shorter words are passed over when there are longer ones
AROUND = 14  # words of an excerpt before the first that was sought, and twice as many after it

# Words that a question is made of, and that tell nothing: passed over beside others, as folded.
COMMON = {
    *("que", "cual", "cuales", "quien", "quienes", "como", "donde", "cuando", "una", "uno"),
    *("unos", "unas", "los", "las", "del", "por", "para", "con", "sin", "son", "esta", "este"),
    *("esto", "mis", "sus", "the", "and", "for", "with", "what", "which", "who", "how"),
    *("where", "when", "are", "this", "that"),
}

_WORD = re.compile(r"[a-z0-9]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:ies|es|s)$")


def fold(text: str) -> str:
    """The words of a text without accents and capitals, one space between: "¡Día!" "dia"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def stems(query: str) -> list[str]:
    """What the sought words begin with, each once: letters a to z and digits alone.

    Empty when nothing in `query` can be sought. What is beyond the limits is passed over.
    """
    words = list(dict.fromkeys(fold(query[:MOST_CHARACTERS]).split()))[:MOST_WORDS]
    telling = [word for word in words if _tells(word)] or words
    return list(dict.fromkeys(_PLURAL.sub("", word) for word in telling))


def excerpt(body: str, sought: Sequence[str]) -> list[tuple[str, bool]]:
    """The part of `body` around the first sought word, in pieces: the words, and whether sought.

    Words that follow one another and are sought alike are one piece. Begins and ends with "…" where
    something was left out.
    """
    words, stems = body.split(), tuple(sought)
    first = next((n for n, word in enumerate(words) if _is_sought(word, stems)), 0)
    start, end = max(0, first - AROUND), first + 2 * AROUND
    shown = groupby(words[start:end], lambda word: _is_sought(word, stems))
    pieces = [(" ".join(alike), is_sought) for is_sought, alike in shown]
    before, after = [("…", False)] * (start > 0), [("…", False)] * (end < len(words))
    return [*before, *pieces, *after]


def _tells(word: str) -> bool:
    return word.isdigit() or (len(word) >= SHORT and word not in COMMON)


def _is_sought(word: str, stems: tuple[str, ...]) -> bool:
    return any(part.startswith(stems) for part in _parts(word))


@lru_cache(maxsize=10_000)
def _parts(word: str) -> list[str]:
    """A word of a published text, folded: texts are made of the same words again and again."""
    return fold(word).split()
