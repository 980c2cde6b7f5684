import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.domain import codes
from nti_lms.domain.errors import CodeMistyped
from nti_lms.domain.keyring import KeyRing

PAPER = "K7QP-2MXD-9RTA-V3HC"
RECOVERY = "1W5R-EVSF-5ZGF-0DB3-8Q8E-RD2C-57VF"


def test_tokens_differ_and_hold_256_bits():
    first, second = codes.new_token(), codes.new_token()

    assert first != second
    assert len(first) == len(second) == 43  # 6 bits a letter


def test_token_hash_is_sha_256():
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    assert codes.token_hash("abc").hex() == expected


def test_paper_codes_differ_and_read_back_as_they_are():
    made = {codes.new_paper_code() for _ in range(200)}

    assert len(made) == 200
    assert {codes.normal_paper_code(code) for code in made} == made
    assert {tuple(map(len, code.split("-"))) for code in made} == {(4, 4, 4, 4)}
    assert set("".join(made)) == {*codes.LETTERS, "-"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (PAPER, PAPER),
        ("k7qp-2mxd-9rta-v3hc", PAPER),
        ("K7QP2MXD9RTAV3HC", PAPER),
        ("  k7qp 2mxd\t9rta v3hc\n", PAPER),
        ("K7QP–2MXD—9RTA.V3HC", PAPER),
        ("OoIi-lL01-0000-1111", "0011-1101-0000-1111"),
        ("ＫＴＱＰ-2mxd-9rta-v3hc", "KTQP-2MXD-9RTA-V3HC"),
    ],
)
def test_normal_paper_code_reads_what_hands_write(typed, expected):
    assert codes.normal_paper_code(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", PAPER[:-1], PAPER + "A", "U" + PAPER[1:], "Ñ" + PAPER[1:], RECOVERY]
)
def test_normal_paper_code_refuses_what_no_code_can_be(typed):
    with pytest.raises(CodeMistyped):
        codes.normal_paper_code(typed)


def test_recovery_codes_differ_and_hold_128_bits():
    made = [codes.new_recovery_code() for _ in range(200)]
    raws = {codes.parse_recovery_code(code) for code in made}

    assert len(raws) == 200
    assert {len(raw) for raw in raws} == {16}
    assert {tuple(map(len, code.split("-"))) for code in made} == {(4,) * 7}


def test_parse_recovery_code_reads_what_hands_write():
    typed = " " + RECOVERY.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert codes.parse_recovery_code(typed) == codes.parse_recovery_code(RECOVERY)


def test_parse_recovery_code_notices_any_one_wrong_letter():
    letters = RECOVERY.replace("-", "")

    for place in range(len(letters)):
        for letter in set(codes.LETTERS) - {letters[place]}:
            with pytest.raises(CodeMistyped):
                codes.parse_recovery_code(letters[:place] + letter + letters[place + 1 :])


@given(number=st.integers(0, 2**128 - 1), place=st.integers(0, 24))
def test_parse_recovery_code_notices_two_neighbours_that_changed_places(number, place):
    letters = list(codes._grouped(number << 10 | number % 1021, 28).replace("-", ""))
    swapped = letters.copy()
    swapped[place], swapped[place + 1] = letters[place + 1], letters[place]

    if swapped != letters:
        with pytest.raises(CodeMistyped):
            codes.parse_recovery_code("".join(swapped))


@pytest.mark.parametrize("typed", ["", RECOVERY[:-1], RECOVERY + "0", PAPER, "U" + RECOVERY[1:]])
def test_parse_recovery_code_refuses_what_no_code_can_be(typed):
    with pytest.raises(CodeMistyped):
        codes.parse_recovery_code(typed)


def test_parse_recovery_code_refuses_more_than_128_bits():
    number = 1 << 128
    typed = codes._grouped(number << 10 | number % 1021, 28)

    with pytest.raises(CodeMistyped):
        codes.parse_recovery_code(typed)


def test_recovery_keks_follow_the_code_and_the_pepper():
    ring, raw = KeyRing.new(), codes.parse_recovery_code(RECOVERY)

    kek = codes.recovery_kek(raw, ring.pepper)

    assert codes.recovery_kek(raw, ring.pepper) == kek
    assert codes.recovery_kek(bytes(16), ring.pepper) != kek
    assert codes.recovery_kek(raw, ring.repeppered().pepper) != kek


def test_last_four_is_the_same_for_the_code_and_for_what_a_hand_wrote():
    assert codes.last_four(PAPER) == "V3HC"
    assert codes.last_four(" v3hc ") == "V3HC"
    assert codes.last_four("Olio") == "0110"
    assert codes.last_four("") == ""
