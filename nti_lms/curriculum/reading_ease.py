"""How long a lesson is, and how hard to read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nti_lms.curriculum.passages import Draft, Passage, read_draft
from nti_lms.curriculum.types import Lesson

IDEAS = ("text", "fact", "case")  # the kinds of block that count as ideas, unless they have a use

_END = re.compile(r"(?<=[.!?…])[»”\"’)]*\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SILENT_U = re.compile(r"([qg])u(?=[eiéí])")
_ENGLISH_SILENT = re.compile(
    r"[^aeiouylr]e$|[^aeiouydt]ed$|[^aeiouylszxhcg]es$|re$",
)
_ENGLISH_LE = re.compile(r"[^aeiouy]les?$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of running text: how many words it has, and the line where it begins."""

    text: str
    words: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Words, ease (0 to 100, higher is easier) and words a sentence of some text.

    Ease is Fernández-Huerta in Spanish and Flesch in English; all are 0 for an empty text.
    """

    words: int
    ease: float
    average: float


def sentences(passages: Iterable[Passage]) -> list[Sentence]:
    """The sentences of all passages but headings."""
    return [
        sentence
        for passage in passages
        if not passage.is_heading
        for sentence in _cut(passage)
        if sentence.words
    ]


def _cut(passage: Passage) -> Iterator[Sentence]:
    start = 0
    for end, following in [
        *((at.start(), at.end()) for at in _END.finditer(passage.text)),
        (None, 0),
    ]:
        text = passage.text[start:end]
        line = passage.line_at(start, passage.text)
        yield Sentence(" ".join(text.split()), tuple(_WORD.findall(text)), line)
        start = following


def ideas_of(draft: Draft) -> list[Sentence]:
    """The sentences that carry a lesson's ideas."""
    return sentences(
        passage
        for block, passage in draft.walk()
        if block.kind in IDEAS and "use" not in block.attributes
    )


def measure(found: Sequence[Sentence], language: str) -> Measures:
    """Measure `found`, of one language."""
    words = [word for sentence in found for word in sentence.words]
    if not words:
        return Measures(0, 0.0, 0.0)
    syllables = sum(count_syllables(word, language) for word in words) / len(words)
    average = len(words) / len(found)
    # Fernández-Huerta with words a sentence, as its author must have meant it.
    ease = (
        206.84 - 60 * syllables - 1.02 * average
        if language == "es"
        else 206.835 - 84.6 * syllables - 1.015 * average
    )
    return Measures(len(words), ease, average)


def measure_lesson(lesson: Lesson) -> Measures:
    """Measure the ideas of a lesson, as its readers meet them."""
    return measure(ideas_of(read_draft(lesson)), lesson.language)


def count_syllables(word: str, language: str) -> int:
    """The syllables of a word, by rules that are right for most words."""
    word = word.lower()
    if language == "es":
        groups = re.findall(r"[aeiouáéíóúü]+", _SILENT_U.sub(r"\1", word))
        return max(1, sum(max(1, len(re.findall(r"[aeoáéóíú]", group))) for group in groups))
    count = len(re.findall(r"[aeiouy]+", word))
    if _ENGLISH_SILENT.search(word) and not _ENGLISH_LE.search(word):
        count -= 1
    return max(1, count)
