"""Where the links of a lesson lead on the site, and what they name on the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from nti_lms.curriculum import LOCALES, Fact, read_facts, resolve
from nti_lms.services import library
from nti_lms.services.outline import Outline
from nti_lms.web.filters import safe_html

_LESSON = re.compile(r'<a href="lesson:([a-z0-9-]+)">(.*?)</a>', re.DOTALL)
_PLACE = re.compile(r"([0-9]+)-([0-9]+)-")


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the glossary explains; `other` is its form in the other language."""

    key: str
    word: str
    means: str
    other: str
    other_language: str


@dataclass(frozen=True, slots=True)
class Source:
    """A fact that the lesson cites: how sure it is, when it was reviewed, how not to read it."""

    fact: Fact
    confidence: str
    reviewed: str
    caution: str


class Links:
    """Points the links of one lesson, in one language; keeps what they name, in order."""

    def __init__(self, outline: Outline, language: str) -> None:
        self.terms: dict[str, Term] = {}
        self.sources: dict[str, Source] = {}
        self.cited: dict[str, Source] = {}  # since it was last cleared
        self._language = language
        self._lessons = {lesson.key for lesson in outline.lessons()}
        self._numbers = _reserved_numbers()
        self._glossary = library.register("glossary")
        self._evidence = library.register("evidence")
        self._facts = read_facts({"evidence": self._evidence}, language)

    def __call__(self, html: str) -> Markup:
        """Cleaned HTML of the lesson with its links pointing at pages of the site."""
        return safe_html(resolve(_LESSON.sub(self._name_absent, html), self._address))

    def _name_absent(self, link: re.Match[str]) -> str:
        """A link to a lesson that is not there yet as its words, with the number it will have."""
        key, words = link[1], link[2]
        is_absent = key not in self._lessons and key in self._numbers
        return f"{words} ({self._numbers[key]})" if is_absent else link[0]

    def _address(self, scheme: str, name: str) -> str | None:
        """Where a link of ours leads, None to nowhere."""
        if scheme == "help":
            return url_for("public.help", _anchor=None if name == "page" else name)
        if scheme == "lesson":
            return url_for("learn.lesson", key=name) if name in self._lessons else None
        if scheme == "fact" and name in self._facts:
            self.cited[name] = self.sources.setdefault(name, self._source(name))
            return f"#fact-{name}"
        if scheme == "term" and name in self._glossary:
            self.terms.setdefault(name, _term(name, self._glossary[name], self._language))
            return f"#term-{name}"
        return None

    def _source(self, name: str) -> Source:
        fact = self._facts[name]
        caution = self._evidence[name].get("caution") or {}
        sure = {
            "H": _("High certainty: the original was seen, or several sources agree."),
            "M": _("Medium certainty: reported by a source other than the original."),
        }
        return Source(
            fact=fact,
            confidence=sure.get(fact.confidence, ""),
            reviewed=format_date(fact.reviewed_on, "long", LOCALES[self._language]),
            caution=str(caution.get(self._language, "")),
        )


def _reserved_numbers() -> dict[str, str]:
    """The number of every lesson that the curriculum foresees, by key."""
    lessons = library.register("ids").get("lessons", {})
    places = {entry["key"]: _PLACE.match(folder) for folder, entry in lessons.items()}
    return {str(key): f"{place[1]}.{place[2]}" for key, place in places.items() if place}


def _term(name: str, entry: Mapping[str, Any], language: str) -> Term:
    other = "en" if language == "es" else "es"
    word = str(entry[language]["term"])
    return Term(
        key=name,
        word=word[:1].upper() + word[1:],
        means=str(entry[language]["means"]),
        other=str(entry[other]["term"]),
        other_language=other,
    )
