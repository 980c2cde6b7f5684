"""The registers beside curriculum.yml: their form, and what is in the register of evidence."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from nti_lms.curriculum.documents import Document
from nti_lms.curriculum.grammar import ID
from nti_lms.curriculum.types import LANGUAGES, Fact, Problem

Fault = tuple[tuple[str, ...], str]  # the path of keys to the place, and what is wrong there


def check_register(name: str, document: Document, path: str) -> list[Problem]:
    """What is wrong with the form of a register; one of another name may have any form."""
    find = _RULES.get(name)
    if find is None:
        return []
    if not isinstance(document.content, dict):
        return [Problem(path, 1, "the register is a mapping of ids to entries")]
    return [Problem(path, document.line(*keys), what) for keys, what in find(document.content)]


def _entries(
    find: Callable[[Mapping[str, Any]], Iterator[str]],
) -> Callable[[Any], Iterator[Fault]]:
    """Check each entry of a register with `find`, and the entry's id."""

    def rule(content: Mapping[str, Any]) -> Iterator[Fault]:
        for name, entry in content.items():
            if not ID.fullmatch(name):
                yield (name,), f"{name}: an id is lower-case words joined by hyphens"
            if not isinstance(entry, dict):
                yield (name,), f"{name}: an entry is a mapping"
                continue
            for what in find(entry):
                yield (name,), f"{name}: {what}"

    return rule


def _lacks_words(entry: Mapping[str, Any], key: str) -> Iterator[str]:
    found = entry.get(key)
    for language in LANGUAGES:
        words = found.get(language) if isinstance(found, dict) else None
        if not isinstance(words, str) or not words.strip():
            yield f"{key} is missing in {language}"


def _fact_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from _lacks_words(entry, "statement")
    yield from _lacks_words(entry, "population")
    source = entry.get("source")
    if not isinstance(source, dict) or not isinstance(source.get("name"), str):
        yield "the source has no name"
    for key in ("reviewed_on", "next_review"):
        if read_day(entry.get(key)) is None:
            yield f"{key} is no day, such as 2026-11-24"


def _term_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    for language in LANGUAGES:
        found = entry.get(language)
        for key in ("term", "means"):
            if not isinstance(found, dict) or not isinstance(found.get(key), str):
                yield f"{key} is missing in {language}"


def _service_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from _lacks_words(entry, "name")
    yield from _lacks_words(entry, "coverage")


def _ids_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    lessons = content.get("lessons")
    if not isinstance(lessons, dict):
        yield ("lessons",), "lessons are missing: folder names, each with its key"
        return
    seen: dict[str, str] = {}
    for folder, entry in lessons.items():
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or not ID.fullmatch(key):
            yield ("lessons", folder), f"{folder} has no key of lower-case words joined by hyphens"
        elif seen.setdefault(key, folder) != folder:
            yield ("lessons", folder), f"the key {key} belongs to {seen[key]}"


_RULES: Mapping[str, Callable[[Any], Iterator[Fault]]] = {
    "evidence": _entries(_fact_faults),
    "glossary": _entries(_term_faults),
    "help": _entries(_service_faults),
    "ids": _ids_faults,
}


def reserved_keys(registers: Mapping[str, Any]) -> dict[str, str]:
    """The keys that ids.yml gives to lessons, by the name of their folder."""
    ids = registers.get("ids")
    lessons = ids.get("lessons") if isinstance(ids, dict) else None
    entries = lessons.items() if isinstance(lessons, dict) else ()
    return {
        str(folder): str(entry["key"])
        for folder, entry in entries
        if isinstance(entry, dict) and entry.get("key")
    }


def read_day(value: Any) -> date | None:
    """The day that an ISO date names, or None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def read_facts(registers: Mapping[str, Any], language: str) -> dict[str, Fact]:
    """The register of evidence in one language, by id. A malformed entry is left out."""
    evidence = registers.get("evidence")
    entries = evidence.items() if isinstance(evidence, dict) else ()
    return {
        name: _fact(name, entry, language)
        for name, entry in entries
        if isinstance(entry, dict) and not list(_fact_faults(entry))
    }


def _fact(name: str, entry: Mapping[str, Any], language: str) -> Fact:
    source = entry["source"]
    year = source.get("year")
    return Fact(
        key=name,
        statement=entry["statement"][language],
        population=entry["population"][language],
        period=str(entry.get("period") or ""),
        source=source["name"],
        year=year if isinstance(year, int) else None,
        url=str(source.get("url") or ""),
        confidence=str(entry.get("confidence") or ""),
        reviewed_on=date.fromisoformat(entry["reviewed_on"]),
        next_review=date.fromisoformat(entry["next_review"]),
    )
