"""Words as a search compares them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain.searching import AROUND, MOST_CHARACTERS, MOST_WORDS, excerpt, fold, stems


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Reflexión", "reflexion"),
        ("¡QUÉ DÍA, Señora!", "que dia senora"),
        ("jach'a ñäñä", "jach a nana"),
        ("Ley N.º 348", "ley n o 348"),
        ("«»…", ""),
    ],
)
def test_folding_leaves_plain_letters_and_digits(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Reflexiones", ["reflexion"]),
        ("violencias", ["violencia"]),
        ("studies", ["stud"]),
        ("¿Qué es una norma social?", ["norma", "social"]),
        ("ley 348 de", ["ley", "348"]),
        ("es", ["es"]),
        ("que", ["que"]),
        ("norma NORMA normas", ["norma"]),
        ("%&*", []),
    ],
)
def test_what_is_sought(query, expected):
    assert stems(query) == expected


@given(st.text(max_size=3 * MOST_CHARACTERS))
def test_stems_are_few_and_hold_nothing_that_a_database_could_mistake(query):
    found = stems(query)

    assert len(found) <= MOST_WORDS
    assert all(re.fullmatch("[a-z0-9]+", stem) for stem in found)


def test_an_excerpt_stands_around_the_first_sought_word():
    body = " ".join([*["antes"] * 40, "la", "Reflexión,", *["después"] * 60])

    pieces = excerpt(body, ["reflexion"])

    assert [words for words, is_sought in pieces if is_sought] == ["Reflexión,"]
    assert (pieces[0], pieces[-1]) == (("…", False), ("…", False))
    assert sum(len(words.split()) for words, _ in pieces) == 2 + 3 * AROUND


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("Toda norma social, normas de casa.", ["norma"]) == [
        ("Toda", False),
        ("norma", True),
        ("social,", False),
        ("normas", True),
        ("de casa.", False),
    ]


@given(st.text(), st.text())
def test_an_excerpt_is_made_of_anything(body, query):
    words = " ".join(body.split())

    assert all(piece in words or piece == "…" for piece, _ in excerpt(body, stems(query)))
