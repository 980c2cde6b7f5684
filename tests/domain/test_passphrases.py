import dataclasses
from datetime import UTC, datetime

import pytest

from nti_lms.domain import passphrases
from nti_lms.domain.errors import RecipeMalformed, TooLong
from nti_lms.domain.keyring import KeyRing
from nti_lms.domain.passphrases import DUMMY, Fault, Recipe, Stretched

QUICK = Recipe(bytes(16), memory_kib=8, iterations=1)
RING, NOON = KeyRing.new(), datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_new_recipe_meets_the_floor_and_has_its_own_salt():
    first, second = Recipe.new(), Recipe.new()

    assert first.memory_kib >= 19 * 1024
    assert first.iterations >= 2
    assert first.lanes >= 1
    assert len(first.salt) == 16
    assert first.salt != second.salt
    assert dataclasses.replace(DUMMY, salt=first.salt) == first


def test_parse_reads_what_dump_wrote():
    assert Recipe.parse(QUICK.dump()) == QUICK
    assert QUICK.dump() == "1$8$1$1$" + "00" * 16


def test_a_recipe_is_outdated_when_todays_parameters_are_others():
    assert Recipe.new().is_outdated is False
    assert QUICK.is_outdated is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1$8$1$1",
        "2$8$1$1$" + "00" * 16,
        "1$7$1$1$" + "00" * 16,
        "1$8$0$1$" + "00" * 16,
        "1$8$1$0$" + "00" * 16,
        "1$8$1$1$" + "00" * 15,
        "1$8$1$1$" + "zz" * 16,
        "1$9999999999$1$1$" + "00" * 16,
        "1$8$65$1$" + "00" * 16,
        "1$x$1$1$" + "00" * 16,
    ],
)
def test_parse_refuses_a_recipe_that_cannot_be_cooked(text):
    with pytest.raises(RecipeMalformed):
        Recipe.parse(text)


def test_stretch_calls_argon2id_once_with_the_recipe(monkeypatch):
    calls = []
    monkeypatch.setattr(
        passphrases,
        "hash_secret_raw",
        lambda *given, **named: calls.append((given, named)) or bytes(32),
    )

    stretched = passphrases.stretch("pan con queso y api", DUMMY)
    stretched.kek(RING.pepper)
    passphrases.verify(
        stretched.auth, RING.pepper, passphrases.verifier(stretched.auth, RING.pepper)
    )

    assert calls == [
        (
            (b"pan con queso y api", bytes(16)),
            {
                "time_cost": 2,
                "memory_cost": 19456,
                "parallelism": 1,
                "hash_len": 32,
                "type": passphrases.Type.ID,
                "version": 19,
            },
        )
    ]


def test_stretch_is_the_same_for_the_same_words_and_no_others():
    once = passphrases.stretch("camino al salar", QUICK)

    assert passphrases.stretch("camino al salar", QUICK) == once
    for phrase, recipe in (
        ("Camino al salar", QUICK),
        ("camino  al salar", QUICK),
        ("camino al salar", dataclasses.replace(QUICK, salt=bytes(15) + b"\x01")),
        ("camino al salar", dataclasses.replace(QUICK, iterations=2)),
    ):
        assert passphrases.stretch(phrase, recipe).auth != once.auth


@pytest.mark.parametrize(
    "typed",
    [
        "ñandú y picaflor",
        "n\u0303andu\u0301 y picaflor",
        " ñandú y picaflor\n",
        "ñandú\xa0y picaflor",
    ],
)
def test_stretch_reads_one_phrase_however_the_keyboard_wrote_it(typed):
    expected = passphrases.stretch("\xf1and\xfa y picaflor", QUICK)

    assert passphrases.stretch(typed, QUICK) == expected


def test_stretch_refuses_a_long_phrase_before_argon2(monkeypatch):
    monkeypatch.setattr(passphrases, "hash_secret_raw", lambda *_, **__: pytest.fail("spent"))

    with pytest.raises(TooLong):
        passphrases.stretch("a" * 129, QUICK)


def test_stretch_takes_the_longest_phrase_that_faults_allows():
    phrase = "corazón y " * 12 + "12345678"
    assert len(phrase) == 128

    assert passphrases.faults(phrase, []) == []
    assert isinstance(passphrases.stretch(phrase, QUICK), Stretched)


def test_the_kek_says_nothing_about_the_auth_value_and_needs_the_pepper():
    stretched = passphrases.stretch("camino al salar", QUICK)

    keks = {stretched.kek(ring.pepper).secret for ring in (RING, RING.repeppered())}

    assert len(keks | {stretched.auth, stretched._root}) == 4
    assert stretched.kek(RING.pepper).pepper_id == RING.current_pepper
    assert repr(stretched) == "Stretched()"


def test_verify_accepts_the_right_value_and_pepper_only():
    kept = passphrases.verifier(bytes(32), RING.pepper)

    assert passphrases.verify(bytes(32), RING.pepper, kept) is True
    assert passphrases.verify(bytes(31) + b"\x01", RING.pepper, kept) is False
    assert passphrases.verify(bytes(32), RING.repeppered().pepper, kept) is False
    assert passphrases.verify(bytes(32), RING.pepper, kept[:-1]) is False
    assert passphrases.verify(bytes(32), RING.pepper, b"") is False


def test_verify_goes_on_after_the_ring_has_rotated():
    kept = passphrases.verifier(bytes(32), RING.pepper)
    ring = RING.rotated(NOON).repeppered()

    assert passphrases.verify(bytes(32), ring.pepper_of(kept), kept) is True


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("el río baja despacio", []),
        ("diez letras", []),
        ("9 letras.", [Fault.SHORT]),
        ("  9 letras.  ", [Fault.SHORT]),
        ("", [Fault.SHORT]),
        ("ab" * 64, []),
        ("ab" * 64 + "c", [Fault.LONG]),
        ("aaaaaaaaaaaa", [Fault.ONE_CHARACTER]),
        ("aaaaAAAA", [Fault.SHORT, Fault.ONE_CHARACTER]),
        ("1234567890", [Fault.COMMON]),
        ("contraseña", [Fault.COMMON]),
        ("Contraseña2026", [Fault.COMMON]),
        ("Te quiero mucho!", [Fault.COMMON]),
        ("diosesamor777", [Fault.COMMON]),
        ("passwordpassword", [Fault.COMMON]),
        ("qwerty", [Fault.SHORT, Fault.COMMON]),
        ("María Quispe", [Fault.CONTEXT]),
        ("mariaquispe1985", [Fault.CONTEXT]),
        ("m.quispe.mamani", [Fault.CONTEXT]),
        ("m.quispe.mamani@ejemplo.org", [Fault.CONTEXT]),
        ("fundación ejemplo", [Fault.CONTEXT]),
        ("María Quispe baila", []),
        ("🦙🌵🦙🌵🦙🌵🦙🌵🦙🌵", []),
    ],
)
def test_faults_names_what_is_weak(passphrase, expected):
    words = ["María Quispe", "m.quispe.mamani@ejemplo.org", "Fundación Ejemplo", ""]

    assert passphrases.faults(passphrase, words) == expected


def test_faults_are_plain_words():
    assert [str(fault) for fault in Fault] == [
        "short",
        "long",
        "one-character",
        "common",
        "context",
    ]


def test_every_common_phrase_is_written_as_it_is_compared():
    assert {phrase for phrase in passphrases.COMMON if passphrases._bare(phrase) != phrase} == set()
    assert len(passphrases.COMMON) > 300
