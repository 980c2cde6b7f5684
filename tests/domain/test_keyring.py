import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain.errors import (
    KeyIsCurrent,
    KeyRingMalformed,
    SealBroken,
    UnknownEnvelope,
    UnknownKey,
)
from nti_lms.domain.keyring import KeyRing, key_id_of

RING, NOON = KeyRing.new(), datetime(2027, 3, 1, 12, tzinfo=UTC)
PLACE = b"user.totp:42"
SEALED = RING.wrap(b"a secret", PLACE)


@given(plain=st.binary(max_size=200), context=st.binary(max_size=50))
def test_unwrap_gives_back_what_was_wrapped(plain, context):
    assert RING.unwrap(RING.wrap(plain, context), context) == plain


def test_wrapped_bytes_begin_with_their_version_and_key():
    assert SEALED[0] == 0x11
    assert key_id_of(SEALED) == RING.current
    assert len(SEALED) == 1 + 8 + 12 + len(b"a secret") + 16


def test_unwrap_refuses_another_place():
    with pytest.raises(SealBroken):
        RING.unwrap(SEALED, b"user.totp:43")


def test_unwrap_refuses_every_flipped_bit():
    for bit in range(8 * len(SEALED)):
        changed = bytearray(SEALED)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            RING.unwrap(bytes(changed), PLACE)


def test_unwrap_refuses_what_is_cut_short():
    for length in range(len(SEALED)):
        with pytest.raises(SealBroken):
            RING.unwrap(SEALED[:length], PLACE)


def test_unwrap_names_an_unknown_format_and_an_unknown_key():
    with pytest.raises(UnknownEnvelope):
        RING.unwrap(b"\x12" + SEALED[1:], PLACE)
    with pytest.raises(UnknownKey):
        KeyRing.new().unwrap(SEALED, PLACE)


def test_a_rotated_ring_opens_the_old_and_wraps_with_the_new():
    rotated = RING.rotated(NOON)

    sealed = rotated.wrap(b"later", PLACE)

    assert rotated.unwrap(SEALED, PLACE) == b"a secret"
    assert key_id_of(sealed) == rotated.current
    assert rotated.current not in RING.keys
    with pytest.raises(UnknownKey):
        RING.unwrap(sealed, PLACE)


def test_a_prepared_key_waits_and_is_the_next_one():
    prepared = RING.prepared()
    waiting = prepared.waiting

    assert (RING.waiting, prepared.current) == (None, RING.current)
    assert prepared.prepared() == prepared
    assert prepared.rotated(NOON).current == waiting
    assert prepared.rotated(NOON).waiting is None
    assert KeyRing.parse(prepared.dump()).waiting == waiting


def test_a_key_may_go_once_no_request_can_hold_it():
    rotated = RING.rotated(NOON)

    assert rotated.free_from(RING.current) == NOON + timedelta(hours=1)
    assert rotated.free_from(rotated.current) is None
    assert rotated.retired(RING.current).replaced_at == {}


def test_a_ring_of_the_first_version_is_read():
    kept = json.loads(RING.dump())
    del kept["replaced_at"]

    assert KeyRing.parse(json.dumps(kept)) == RING


def test_rotation_of_keys_leaves_peppers_and_the_other_way_round():
    assert RING.rotated(NOON).pepper == RING.pepper
    assert RING.repeppered().current == RING.current
    assert RING.repeppered().keys == RING.keys
    assert RING.repeppered().pepper != RING.pepper


def test_a_retired_key_opens_nothing_any_more():
    rotated = RING.rotated(NOON).repeppered()

    retired = rotated.retired(RING.current).retired(RING.current_pepper)

    assert list(retired.keys) == [rotated.current]
    assert list(retired.peppers) == [rotated.current_pepper]
    with pytest.raises(UnknownKey):
        retired.unwrap(SEALED, PLACE)


def test_the_keys_in_use_and_foreign_ones_cannot_be_retired():
    for key_id in (RING.current, RING.current_pepper):
        with pytest.raises(KeyIsCurrent):
            RING.retired(key_id)
    with pytest.raises(UnknownKey):
        RING.retired("0" * 16)


def test_pepper_of_refuses_a_pepper_that_the_ring_does_not_hold():
    with pytest.raises(UnknownKey):
        RING.pepper_of(bytes(41))
    with pytest.raises(SealBroken):
        RING.pepper_of(b"")


def test_keks_differ_by_root_purpose_and_pepper():
    root, other = bytes(32), bytes(31) + b"\x01"
    keks = [
        RING.pepper.kek(root, "passphrase"),
        RING.pepper.kek(other, "passphrase"),
        RING.pepper.kek(root, "recovery code"),
        RING.repeppered().pepper.kek(root, "passphrase"),
    ]

    assert len({kek.secret for kek in keks}) == 4


def test_parse_reads_what_dump_wrote():
    ring = RING.rotated(NOON).repeppered()

    assert KeyRing.parse(ring.dump()) == ring


@pytest.mark.parametrize("text", ["", "not json", "[]", "null", "{}", "[" * 100_000])
def test_parse_refuses_what_is_no_ring(text):
    with pytest.raises(KeyRingMalformed, match="^not the text of a key ring$"):
        KeyRing.parse(text)


ONE_KEY = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I="


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"version": 2}, "written by another version"),
        ({"current": "0" * 16}, "a current key is missing"),
        ({"current": []}, "not the text of a key ring"),
        ({"current_pepper": None}, "a current key is missing"),
        ({"keys": {}}, "a current key is missing"),
        ({"keys": []}, "not the text of a key ring"),
        ({"keys": {"a" * 16: 5}}, "not the text of a key ring"),
        ({"keys": {"a" * 16: "ñ"}}, "not the text of a key ring"),
        ({"keys": {"a" * 16: ONE_KEY[4:]}}, "an id or a secret has a wrong length"),
        ({"current": "key", "keys": {"key": ONE_KEY}}, "an id or a secret has a wrong length"),
    ],
)
def test_parse_refuses_a_ring_with_a_wrong_part_and_never_quotes_it(fields, told):
    sound = json.loads(RING.dump()) | {"current": "a" * 16, "keys": {"a" * 16: ONE_KEY}}
    KeyRing.parse(json.dumps(sound))

    with pytest.raises(KeyRingMalformed, match=f"^{told}$"):
        KeyRing.parse(json.dumps(sound | fields))
