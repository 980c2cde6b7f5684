"""The interface in Spanish is whole, says usted, and keeps the form of the English."""

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from babel.support import Translations

from nti_lms import translating

ROOT = Path(__file__).resolve().parents[2]
SPANISH = translating.FOLDER / "es" / "LC_MESSAGES" / "messages.po"

PLACE = re.compile(r"%\((\w+)\)[sd]")
END = re.compile(r"[.?!:]?$")
# Where a sentence, or a quoted one, begins.
BEGINNING = re.compile(r"(?:[.?!:]\s+|· |[«“¿]|^)")
NAMES = {
    *("Action", "Bolivia", "Commitment", "English", "NTI", "PDF", "QR", "Shift", "Spanish", "UN"),
    *("CSV", "ICS", "URL", "UTF-8"),
    *("Apple", "Google"),
    *("National", "Training", "Initiative", "Iniciativa", "Nacional", "Capacitación"),
    "JavaScript",
    *("Acción", "Compromiso", "Mayúsculas", "NTI", "Naciones", "Unidas"),
    *(
        "A4",
        "C1",
        "C15",
        "Font",
        "Hyperlegible",
        "I",
        "L",
        "Letter",
        "License",
        "O",
        "Open",
        "SIL",
        "U",
    ),
}
BANNED = {
    "tú": r"\b(?:tú|tus?|te|ti|contigo|tuy[oa]s?|vos|vosotr[oa]s|vuestr[oa]s?)\b",
    "another ending than the words have": r"\b(?:tod|ell|nosotr|amig|niñ|chic)(?:es|xs?)\b",
    "a word with an at sign in it": r"[a-zñ]+@(?!\w+\.)",
    "another word for contraseña": r"\bclaves?\b|\bfrases? de paso\b|\bpassword\b|\bpassphrase\b",
    "quotes that are not «»": r"[\"“”]",
}


@cache
def catalogue() -> Catalog:
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


@cache
def spoken() -> set[tuple[str, ...]]:
    """Every text of the code and the templates: one English form, or two."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        [(mapping["pattern"], mapping["method"]) for mapping in mappings],
        {mapping["pattern"]: mapping for mapping in mappings},
        {**DEFAULT_KEYWORDS, "_l": None},
    )
    return {forms(text) for _path, _line, text, *_rest in found}


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def pairs() -> Iterator[tuple[str, str]]:
    """Each English form with the Spanish that stands for it."""
    for message in catalogue():
        if message.id:
            yield from zip(forms(message.id), forms(message.string), strict=True)


def end(text: str) -> str:
    return END.search(text.rstrip("»”"))[0]


def oddly_capital(text: str) -> list[str]:
    """Words with a capital that neither begin a sentence nor are names."""
    sentences = BEGINNING.split(PLACE.sub("x", text))
    words = [word.strip(".,:;?!»”()") for each in sentences for word in each.split()[1:]]
    return [word for word in words if word[:1].isupper() and word not in NAMES]


def test_the_catalogue_holds_every_text_and_nothing_else() -> None:
    held = {forms(message.id) for message in catalogue() if message.id}

    assert held == spoken()
    assert list(catalogue().obsolete) == []


def test_every_text_is_translated_and_nothing_is_doubtful() -> None:
    wanting = [
        message.id
        for message in catalogue()
        if message.id and (message.fuzzy or not all(forms(message.string)))
    ]

    assert wanting == []
    assert not catalogue().fuzzy


def test_no_text_stays_in_english() -> None:
    assert [english for english, spanish in pairs() if english == spanish] == []


def test_the_named_parts_are_the_same_on_both_sides() -> None:
    unlike = [
        (english, spanish)
        for english, spanish in pairs()
        if sorted(PLACE.findall(english)) != sorted(PLACE.findall(spanish))
    ]

    assert unlike == []


def test_a_percent_sign_always_opens_a_named_part() -> None:
    texts = [text for pair in pairs() for text in pair]

    assert [text for text in texts if "%" in PLACE.sub("", text)] == []


def test_both_languages_end_a_text_alike() -> None:
    assert [pair for pair in pairs() if end(pair[0]) != end(pair[1])] == []


def test_spanish_questions_open_as_they_close() -> None:
    spanish = [text for _english, text in pairs()]

    assert [text for text in spanish if text.count("¿") != text.count("?")] == []


@pytest.mark.parametrize("what", BANNED)
def test_spanish_never_uses(what: str) -> None:
    banned = re.compile(BANNED[what], re.IGNORECASE)

    assert [spanish for _english, spanish in pairs() if banned.search(spanish)] == []


def test_english_quotes_as_english_does() -> None:
    assert [english for english, _spanish in pairs() if re.search(r'[«»"]', english)] == []


def test_no_text_has_stray_spaces_or_stops() -> None:
    texts = [text for pair in pairs() for text in pair]

    assert [text for text in texts if re.search(r"^\s|\s$|\s\s|\.\.", text)] == []


def test_only_names_have_capitals_inside_a_sentence() -> None:
    texts = [text for pair in pairs() for text in pair]

    assert [(text, oddly_capital(text)) for text in texts if oddly_capital(text)] == []


def test_a_catalogue_is_compiled_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    shutil.copy(SPANISH, source)
    monkeypatch.setattr(translating, "FOLDER", tmp_path)

    at_first = translating.compile_stale()
    once_more = translating.compile_stale()
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    after_a_change = translating.compile_stale()

    assert [at_first, once_more, after_a_change] == [[source], [], [source]]
    assert Translations.load(tmp_path, ["es"]).gettext("Leave now") == "Salir ahora"
