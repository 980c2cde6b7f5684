import json
import secrets
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain import codes, passphrases, sealing
from nti_lms.domain.errors import KeyMalformed, SealBroken, TooLong, UnknownEnvelope
from nti_lms.domain.keyring import KeyRing
from nti_lms.domain.sealing import Context, KeyContext

TEXT = "Lo que pensé hoy, y ñandú 🦙".encode()
PLACE = Context("journal_entry", entry_id=5, owner_id=7, revision=2)
ADA, BO = sealing.new_key_pair(), sealing.new_key_pair()
RING = KeyRing.new()
KEK = RING.pepper.kek(bytes(32), "tests")
WRAP = KeyContext(owner_id=7, key_pair_id=4, way="passphrase")
TOKEN = codes.new_token()

ENVELOPE = sealing.seal(TEXT, ADA.public, PLACE)
KEPT = sealing.seal_for(TEXT, ADA.public, PLACE, RING)
WRAPPED = sealing.wrap_private(ADA.private, KEK, WRAP)
SESSION_KEYS = sealing.seal_keys({4: ADA.private, 9: BO.private}, TOKEN)


def flipped(sealed: bytes, bit: int) -> bytes:
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def seal_by_hand(text: bytes, *, info: bytes, bound: bytes) -> bytes:
    """What docs/crypto.md tells a browser to do, in other words than the module's."""
    padded = len(text).to_bytes(4, "big") + text + bytes(1024 - 4 - len(text))
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ADA.public)
    sealed_key = suite.encrypt(key, point, info=info)
    body = nonce + AESGCM(key).encrypt(nonce, padded, bound)
    return b"\x21" + len(sealed_key).to_bytes(4, "big") + sealed_key + body


@given(text=st.binary(max_size=3000))
def test_open_gives_back_what_was_sealed(text):
    envelope = sealing.seal(text, ADA.public, PLACE)

    assert sealing.open_envelope(envelope, ADA.private, PLACE) == text


def test_open_gives_back_the_longest_text():
    text = secrets.token_bytes(sealing.MAX_TEXT_BYTES)

    envelope = sealing.seal(text, ADA.public, PLACE)

    assert sealing.open_envelope(envelope, ADA.private, PLACE) == text


def test_seal_refuses_one_byte_too_many():
    with pytest.raises(TooLong):
        sealing.seal(bytes(sealing.MAX_TEXT_BYTES + 1), ADA.public, PLACE)


def test_seal_needs_the_public_key_alone():
    public = bytes(ADA.public)

    envelope = sealing.seal(TEXT, public, PLACE)

    assert ADA.private not in envelope
    assert sealing.open_envelope(envelope, ADA.private, PLACE) == TEXT


def test_two_seals_of_one_text_share_no_part():
    first, second = (sealing.seal(TEXT, ADA.public, PLACE) for _ in range(2))

    assert first[:5] == second[:5]  # the version and a length
    assert {first[at : at + 16] for at in range(5, len(first))}.isdisjoint(
        second[at : at + 16] for at in range(5, len(second) - 15)
    )


def test_every_seal_has_a_key_of_its_own():
    private = sealing.load_der_private_key(ADA.private, password=None)

    envelopes = [sealing.seal(TEXT, ADA.public, PLACE) for _ in range(20)]

    bound = PLACE.bound()
    keys = {sealing.SUITE.decrypt(envelope[5:118], private, info=bound) for envelope in envelopes}
    assert len(keys) == 20


def test_open_refuses_another_persons_key():
    with pytest.raises(SealBroken):
        sealing.open_envelope(ENVELOPE, BO.private, PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="journal_draft"),
        replace(PLACE, entry_id=6),
        replace(PLACE, entry_id="5"),
        replace(PLACE, owner_id=8),
        replace(PLACE, revision=3),
    ],
)
def test_open_refuses_another_place(elsewhere):
    with pytest.raises(SealBroken):
        sealing.open_envelope(ENVELOPE, ADA.private, elsewhere)


def test_open_reads_an_envelope_made_by_hand_from_the_drawing():
    bound = b'[33,"journal_entry",5,7,2]'

    envelope = seal_by_hand(TEXT, info=bound, bound=bound)

    assert len(envelope) == len(ENVELOPE)
    assert sealing.open_envelope(envelope, ADA.private, PLACE) == TEXT


@pytest.mark.parametrize(
    ("info_version", "bound_version"), [(b"34", b"34"), (b"33", b"34"), (b"34", b"33")]
)
def test_open_refuses_a_key_or_a_text_bound_to_another_version(info_version, bound_version):
    info = b"[" + info_version + b',"journal_entry",5,7,2]'
    bound = b"[" + bound_version + b',"journal_entry",5,7,2]'

    envelope = seal_by_hand(TEXT, info=info, bound=bound)

    with pytest.raises(SealBroken):
        sealing.open_envelope(envelope, ADA.private, PLACE)


def test_open_refuses_a_text_shorter_than_it_claims_to_be():
    key, bound, nonce = bytes(32), PLACE.bound(), bytes(12)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ADA.public)
    sealed_key = sealing.SUITE.encrypt(key, point, info=bound)
    body = nonce + AESGCM(key).encrypt(nonce, b"\0\0\0\x09short", bound)

    with pytest.raises(SealBroken):
        sealing.open_envelope(b"\x21\0\0\0\x71" + sealed_key + body, ADA.private, PLACE)


def test_open_refuses_a_sealed_key_of_another_length():
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ADA.public)
    sealed_key = sealing.SUITE.encrypt(bytes(31), point, info=PLACE.bound())
    size = len(sealed_key).to_bytes(4, "big")

    with pytest.raises(SealBroken):
        sealing.open_envelope(b"\x21" + size + sealed_key + bytes(40), ADA.private, PLACE)


@given(bit=st.integers(0, 8 * len(ENVELOPE) - 1))
def test_open_refuses_any_flipped_bit(bit):
    with pytest.raises(SealBroken):
        sealing.open_envelope(flipped(ENVELOPE, bit), ADA.private, PLACE)


def test_open_refuses_every_flipped_bit_of_the_head_and_the_sealed_key():
    for bit in range(8 * (5 + 113)):
        with pytest.raises(SealBroken):
            sealing.open_envelope(flipped(ENVELOPE, bit), ADA.private, PLACE)


@given(length=st.integers(0, len(ENVELOPE) - 1))
def test_open_refuses_an_envelope_cut_short(length):
    with pytest.raises(SealBroken):
        sealing.open_envelope(ENVELOPE[:length], ADA.private, PLACE)


@given(noise=st.binary(max_size=300))
def test_open_refuses_noise(noise):
    with pytest.raises(SealBroken):
        sealing.open_envelope(b"\x21" + noise, ADA.private, PLACE)


@pytest.mark.parametrize("version", [0x00, 0x11, 0x22, 0x31, 0x41, 0x51, 0xFF])
def test_open_knows_its_own_format_only(version):
    with pytest.raises(UnknownEnvelope):
        sealing.open_envelope(bytes([version]) + ENVELOPE[1:], ADA.private, PLACE)


@pytest.mark.parametrize(
    ("length", "bucket"),
    [(0, 1), (1, 1), (900, 1), (1020, 1), (1021, 4), (4093, 16), (65_000, 64), (200_000, 256)],
)
def test_an_envelope_shows_the_bucket_of_its_text_and_no_more(length, bucket):
    envelope = sealing.seal(bytes(length), ADA.public, PLACE)

    assert len(envelope) == 1 + 4 + 113 + 12 + 1024 * bucket + 16


def test_seal_refuses_what_is_no_public_key():
    for point in (b"", b"\x04", ADA.public[:-1], b"\x04" + bytes(64)):
        with pytest.raises(KeyMalformed):
            sealing.seal(TEXT, point, PLACE)


def test_open_refuses_what_is_no_private_key_of_the_curve():
    other_curve = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        sealing.Encoding.DER, sealing.PrivateFormat.PKCS8, sealing.NoEncryption()
    )

    for key in (b"", ADA.private[:-1], other_curve):
        with pytest.raises(KeyMalformed):
            sealing.open_envelope(ENVELOPE, key, PLACE)


def test_a_kept_envelope_opens_with_the_key_and_the_ring_together():
    assert sealing.open_for(KEPT, ADA.private, PLACE, RING) == TEXT
    with pytest.raises(SealBroken):
        sealing.open_for(KEPT, ADA.private, PLACE, KeyRing.new())
    with pytest.raises(SealBroken):
        sealing.open_for(KEPT, BO.private, PLACE, RING)


@given(bit=st.integers(0, 8 * len(KEPT) - 1))
def test_a_kept_envelope_refuses_any_flipped_bit(bit):
    with pytest.raises(SealBroken):
        sealing.open_for(flipped(KEPT, bit), ADA.private, PLACE, RING)


def test_a_wrapped_private_key_opens_in_its_place_alone():
    assert sealing.unwrap_private(WRAPPED, KEK, WRAP) == ADA.private
    for other in (
        replace(WRAP, owner_id=8),
        replace(WRAP, key_pair_id=5),
        replace(WRAP, way="recovery"),
    ):
        with pytest.raises(SealBroken):
            sealing.unwrap_private(WRAPPED, KEK, other)


def test_a_wrapped_private_key_needs_its_kek():
    other = RING.pepper.kek(bytes(31) + b"\x01", "tests")

    with pytest.raises(SealBroken):
        sealing.unwrap_private(WRAPPED, other, WRAP)


@given(bit=st.integers(0, 8 * len(WRAPPED) - 1))
def test_a_wrapped_private_key_refuses_any_flipped_bit(bit):
    with pytest.raises(SealBroken):
        sealing.unwrap_private(flipped(WRAPPED, bit), KEK, WRAP)


def test_a_wrapped_private_key_names_its_pepper_after_the_ring_has_a_new_one():
    ring = RING.repeppered()

    assert ring.pepper_of(WRAPPED) == RING.pepper
    assert ring.pepper != RING.pepper


def test_session_keys_open_with_their_token_alone():
    assert sealing.open_keys(SESSION_KEYS, TOKEN) == {4: ADA.private, 9: BO.private}
    with pytest.raises(SealBroken):
        sealing.open_keys(SESSION_KEYS, codes.new_token())


@given(bit=st.integers(0, 8 * len(SESSION_KEYS) - 1))
def test_session_keys_refuse_any_flipped_bit(bit):
    with pytest.raises(SealBroken):
        sealing.open_keys(flipped(SESSION_KEYS, bit), TOKEN)


def test_what_the_server_keeps_of_a_token_does_not_open_the_session_keys():
    kept = codes.token_hash(TOKEN)

    for guess in (kept.hex(), kept.decode("latin-1")):
        with pytest.raises(SealBroken):
            sealing.open_keys(SESSION_KEYS, guess)


def test_secrets_stay_out_of_what_is_printed():
    shown = f"{ADA!r} {RING!r} {RING.pepper!r} {KEK!r}"

    hidden = [ADA.private, *RING.keys.values(), *RING.peppers.values(), KEK.secret]
    assert [secret for secret in hidden if repr(secret)[2:-1] in shown] == []


def test_everything_that_version_1_sealed_still_opens():
    kept = json.loads(Path(__file__).with_name("fixtures").joinpath("sealed-v1.json").read_text())
    ring, text = KeyRing.parse(kept["ring"]), kept["text"].encode()
    private, place = b64decode(kept["private_key"]), Context(*kept["context"])
    stretched = passphrases.stretch(kept["passphrase"], passphrases.Recipe.parse(kept["recipe"]))
    verifier = b64decode(kept["verifier"])
    by_passphrase = b64decode(kept["wrapped_by_passphrase"])
    by_recovery = b64decode(kept["wrapped_by_recovery"])
    raw = codes.parse_recovery_code(kept["recovery_code"])

    assert sealing.open_envelope(b64decode(kept["entry"]), private, place) == text
    assert sealing.open_for(b64decode(kept["kept_entry"]), private, place, ring) == text
    assert passphrases.verify(stretched.auth, ring.pepper_of(verifier), verifier) is True
    kek = stretched.kek(ring.pepper_of(by_passphrase))
    assert sealing.unwrap_private(by_passphrase, kek, KeyContext(7, 4, "passphrase")) == private
    kek = codes.recovery_kek(raw, ring.pepper_of(by_recovery))
    assert sealing.unwrap_private(by_recovery, kek, KeyContext(7, 4, "recovery")) == private
    opened = sealing.open_keys(b64decode(kept["session_keys"]), kept["token"])
    assert opened == {4: private}
