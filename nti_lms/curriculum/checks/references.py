"""Links that lead somewhere, and figures that stand in the register of evidence."""

import re
from collections.abc import Collection, Mapping

from nti_lms.curriculum.checks.faults import Faults, Known
from nti_lms.curriculum.markup import WEB_SCHEMES
from nti_lms.curriculum.passages import Draft, Link, Passage
from nti_lms.curriculum.registers import read_facts
from nti_lms.curriculum.types import Block, Fact

HELP_PAGE = "page"  # help:page is the page itself, not a service

_STATISTICS = {
    "es": re.compile(
        r"\d[\d.,]* ?%|\b\w+ de cada (?:\d|dos|tres|cuatro|cinco|seis|ocho|diez|cien)"
        r"|(?<!segunda )(?<!primera )\bmitad de (?:l[ao]s|quienes|ell[ao]s|tod[ao]s)\b"
        r"|casi la mitad|\bun tercio\b|\bveces m[aá]s\b|gran mayoría",
        re.I,
    ),
    "en": re.compile(
        r"\d[\d.,]* ?%|\b(?:one|two|three|four) (?:in|out of) "
        r"(?:\d|two|three|four|five|six|eight|ten|every|a hundred)"
        r"|(?<!second )(?<!first )\bhalf of (?:the \w+s|those|them|all|women|men|people)\b"
        r"|almost half|\ba third\b|\btimes (?:more|as)\b|great majority",
        re.I,
    ),
}
_PHONE = re.compile(r"\b(?:800[ -]?\d{2}[ -]?\d{4}|[67]\d{2}[ -]?\d{5}|\d{7,8})\b")
_BROKEN_LINK = re.compile(r"\]\s?\([^)\s]*")
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?|[^\W\d_]+")
_VALUES = {
    "dos": "2",
    "tres": "3",
    "cuatro": "4",
    "cinco": "5",
    "seis": "6",
    "siete": "7",
    "ocho": "8",
    "nueve": "9",
    "diez": "10",
    "once": "11",
    "doce": "12",
    "quince": "15",
    "veinte": "20",
    "cien": "100",
    "mil": "1000",
    "mitad": "1/2",
    "tercio": "1/3",
    "mayoría": "most",
    "doble": "x2",
    "triple": "x3",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "fifteen": "15",
    "twenty": "20",
    "hundred": "100",
    "thousand": "1000",
    "half": "1/2",
    "third": "1/3",
    "majority": "most",
    "double": "x2",
    "twice": "x2",
}


def check_references(draft: Draft, known: Known) -> Faults:
    """Links to what does not exist, and numbers that are tied to no fact or to another one."""
    language = draft.lesson.language
    facts = read_facts(known.registers, language)
    for block, passage in draft.walk():
        for link in passage.links:
            yield from _check_link(link, block, known)
            if link.scheme == "fact" and link.name in facts:
                yield from _check_claim(link, facts[link.name], known)
        yield from _check_loose(passage, language)
    yield from _check_fact_blocks(draft)


def _check_link(link: Link, block: Block, known: Known) -> Faults:
    targets: Mapping[str, Collection[str]] = {
        "fact": known.register("evidence"),
        "term": known.register("glossary"),
        "help": {**known.register("help"), HELP_PAGE: {}},
        "lesson": known.lessons,
    }
    if link.scheme in targets:
        if link.name not in targets[link.scheme]:
            yield link.line, f"no such {link.scheme}: {link.name}"
    elif link.scheme == "gap":
        if block.kind != "quiz":
            yield link.line, f"a gap has its place in a cloze: {link.address}"
    elif link.scheme not in WEB_SCHEMES:
        yield link.line, f"unknown kind of link: {link.address}"
    if not link.words.strip():
        yield link.line, f"a link without words: {link.address}"


def _check_claim(link: Link, fact: Fact, known: Known) -> Faults:
    if fact.next_review < known.today:
        yield link.line, f"the fact {fact.key} is past its review of {fact.next_review}"
    stated = numbers_in(fact.statement).keys()
    for value, words in numbers_in(link.words).items():
        if value not in stated:
            yield link.line, f"«{words}» is not in the statement of {fact.key}"


def numbers_in(text: str) -> dict[str, str]:
    """The numbers in a text, in digits or in words: a common form of each, and as it stands."""
    found: dict[str, str] = {}
    for match in _NUMBER.findall(text.lower()):
        value = match if match[0].isdigit() else _VALUES.get(match)
        if value:
            found.setdefault(value, match)
    return found


def _check_loose(passage: Passage, language: str) -> Faults:
    loose = passage.loose.replace("\n", " ")
    found = _STATISTICS[language].search(loose)
    if found and not passage.is_wrong:
        line = passage.line_at(found.start(), passage.loose)
        yield line, f"a figure that is tied to no fact: «{found.group()}»"
    said = passage.said.replace("\n", " ")
    for pattern, what in (
        (_PHONE, "a phone number; link to help: instead"),
        (_BROKEN_LINK, "a link that cannot be read"),
    ):
        if match := pattern.search(said):
            yield passage.line_at(match.start(), passage.said), f"{what}: «{match.group()}»"


def _check_fact_blocks(draft: Draft) -> Faults:
    for block, passages in draft.passages:
        schemes = {link.scheme for passage in passages for link in passage.links}
        if block.kind == "fact" and "fact" not in schemes:
            yield block.line, f"the fact #{block.id} cites no fact"
