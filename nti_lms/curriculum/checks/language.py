"""Length, ease, and words that are not used here."""

import re
import unicodedata

from nti_lms.curriculum.checks.faults import Faults, Known
from nti_lms.curriculum.passages import Draft, Link, Passage
from nti_lms.curriculum.reading_ease import ideas_of, measure, sentences

FEWEST_WORDS, MOST_WORDS = 800, 1300  # of ideas
LEAST_EASE = 55
MOST_AVERAGE, MOST_IN_SENTENCE = 20, 40  # words a sentence

_BANNED = re.compile(
    r"\w@s?\b|\b(?:tod|niñ|amig|compañer|l)xs?\b|\btodes\b"
    r"|\b(?:tú|tienes|puedes|quieres|debes)\b",
    re.I,
)
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”")
_HTML = re.compile(r"</?[a-z][^<>]*>", re.I)


def check_language(draft: Draft, known: Known) -> Faults:
    """Lengths and ease of the ideas and of the whole, banned forms, terms in another form."""
    yield from _check_measures(draft)
    for _, passage in draft.walk():
        yield from _check_forms(passage)
        for link in passage.links:
            if link.scheme == "term":
                yield from _check_term(link, draft.lesson.language, known)


def _check_measures(draft: Draft) -> Faults:
    language = draft.lesson.language
    whole = sentences(passage for _, passage in draft.walk())
    ideas = measure(ideas_of(draft), language)
    ease = min(ideas.ease, measure(whole, language).ease)
    if not FEWEST_WORDS <= ideas.words <= MOST_WORDS:
        yield 1, f"{ideas.words} words of ideas; {FEWEST_WORDS} to {MOST_WORDS:,} are asked for"
    if ease < LEAST_EASE:
        yield 1, f"hard to read: an ease of {ease:.1f}; {LEAST_EASE} at least is asked for"
    if ideas.average > MOST_AVERAGE:
        yield 1, f"{ideas.average:.1f} words a sentence; {MOST_AVERAGE} at the most are asked for"
    for sentence in whole:
        if len(sentence.words) > MOST_IN_SENTENCE:
            yield (
                sentence.line,
                f"{len(sentence.words)} words in one sentence: «{sentence.text[:60]}…»",
            )


def _check_forms(passage: Passage) -> Faults:
    own = _QUOTED.sub(lambda quoted: re.sub(r"[^\n]", " ", quoted.group()), passage.said)
    if found := _BANNED.search(own):
        yield (
            passage.line_at(found.start(), own),
            f"a form that is not used here: «{found.group()}»",
        )
    if found := _HTML.search(passage.said):
        line = passage.line_at(found.start(), passage.said)
        yield line, f"HTML is not read, it is shown as it stands: «{found.group()}»"


def _check_term(link: Link, language: str, known: Known) -> Faults:
    entry = known.register("glossary").get(link.name)
    own = entry.get(language) if isinstance(entry, dict) else None
    term = own.get("term") if isinstance(own, dict) else None
    if isinstance(term, str) and not is_form_of(link.words, term):
        yield link.line, f"the glossary says «{term}», not «{link.words}»"


def is_form_of(words: str, term: str) -> bool:
    """Whether `words` share a word with `term`, in whatever form; short words do not count."""
    parts = _fold(term)
    stems = [_stem(part) for part in parts if len(part) > 3] or parts
    return any(word.startswith(stem) for word in _fold(words) for stem in stems)


def _stem(word: str) -> str:
    """The beginning that the forms of a word share."""
    return word[: max(3, len(word) * 3 // 5)]


def _fold(text: str) -> list[str]:
    letters = unicodedata.normalize("NFD", text.casefold())
    return re.findall(
        r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter))
    )
