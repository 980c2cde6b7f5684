from dataclasses import fields
from fractions import Fraction

import pytest

from nti_lms.domain.answers import normalise, read_number, read_range
from nti_lms.domain.errors import UnknownOption
from nti_lms.domain.grading import Mark, Remark, grade
from nti_lms.domain.questions import KINDS, Accepted, Asked, Key, Option, shuffled

SINGLE = Key("q", "single", options=("a", "b"), right=("b",), feedback={"a": "no", "b": "yes"})
TRUE_FALSE = Key("q", "true-false", options=("true", "false"), right=("false",))
MULTIPLE = Key(
    "q",
    "multiple",
    options=("a", "b", "c", "d"),
    right=("a", "c"),
    feedback={"a": "fa", "b": "fb", "c": "fc", "d": "fd"},
)
MATCH = Key(
    "q",
    "match",
    options=("l1", "l2", "l3"),
    pairs={"l1": "r1", "l2": "r2", "l3": "r3"},
    targets=("r1", "r2", "r3", "spare"),
    feedback={"l1": "f1", "l2": "f2", "l3": "f3", "spare": "nothing matches it"},
)
ORDER = Key(
    "q",
    "order",
    options=("a", "b", "c"),
    right=("a", "b", "c"),
    feedback={"a": "first", "c": "last"},
)
SHORT = Key(
    "q",
    "short",
    accepted=(
        Accepted("full", "Defensoría de la Niñez | DNA", right=True),
        Accepted("slim", "SLIM", right=False),
        Accepted("other", "*", right=False),
    ),
    feedback={"full": "yes", "slim": "not this one", "other": "look again"},
)
NUMERIC = Key(
    "q",
    "numeric",
    accepted=(
        Accepted("sum", "60", right=True),
        Accepted("near", "55 ± 0.5", right=False),
        Accepted("other", "*", right=False),
    ),
    feedback={"sum": "yes", "near": "the closing", "other": "add again"},
)
GAPS = {
    "first": (Accepted("x", "norma", right=True), Accepted("y", "ley", right=False)),
    "second": (Accepted("x", "burla | risa", right=True), Accepted("y", "*", right=False)),
}
CHOSEN = Key(
    "q",
    "cloze",
    options=("first", "second"),
    gaps=GAPS,
    is_chosen=True,
    feedback={"first/x": "f1", "second/y": "f2"},
)
TYPED = Key("q", "cloze", options=("first", "second"), gaps=GAPS, feedback={"first/x": "f1"})
SCALE = Key("q", "scale", options=("no", "yes"), feedback={"no": "try", "yes": "go on"})
OPEN = Key("q", "open", model="for example")

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


@pytest.mark.parametrize(
    ("key", "response", "share", "entries"),
    [
        (SINGLE, "b", 1, ["yes"]),
        (SINGLE, "a", 0, ["no"]),
        (SINGLE, "", 0, []),
        (TRUE_FALSE, "false", 1, []),
        (TRUE_FALSE, "true", 0, []),
        (MULTIPLE, ["c", "a"], 1, ["fa", "fc"]),
        (MULTIPLE, ["a"], HALF, ["fa"]),
        (MULTIPLE, ["a", "b"], 0, ["fa", "fb"]),
        (MULTIPLE, ["a", "b", "c"], HALF, ["fa", "fb", "fc"]),
        (MULTIPLE, ["b", "d"], 0, ["fb", "fd"]),
        (MULTIPLE, ["a", "b", "c", "d"], 0, ["fa", "fb", "fc", "fd"]),
        (MULTIPLE, ["a", "a", "c"], 1, ["fa", "fc"]),
        (MULTIPLE, [], 0, []),
        (MATCH, {"l1": "r1", "l2": "r2", "l3": "r3"}, 1, ["f1", "f2", "f3"]),
        (MATCH, {"l1": "r1", "l3": "r2"}, THIRD, ["f1", "f3"]),
        (MATCH, {"l1": "r1", "l2": ""}, THIRD, ["f1"]),
        (MATCH, {"l2": "spare"}, 0, ["f2", "nothing matches it"]),
        (MATCH, {}, 0, []),
        (ORDER, ["a", "b", "c"], 1, ["first", "last"]),
        (ORDER, ["a", "c", "b"], THIRD, ["first", "last"]),
        (ORDER, ["c", "a", "b"], 0, ["first", "last"]),
        (ORDER, ["a"], THIRD, ["first"]),
        (ORDER, ["a", "a", "b", "c"], 1, ["first", "last"]),
        (ORDER, [], 0, []),
        (SHORT, "dna.", 1, ["yes"]),
        (SHORT, "  DEFENSORIA  de la ninez ", 1, ["yes"]),
        (SHORT, "el SLIM", 0, ["look again"]),
        (SHORT, "slim", 0, ["not this one"]),
        (SHORT, " ", 0, []),
        (NUMERIC, "60", 1, ["yes"]),
        (NUMERIC, "60,0", 1, ["yes"]),
        (NUMERIC, "55.5", 0, ["the closing"]),
        (NUMERIC, "55,51", 0, ["add again"]),
        (NUMERIC, "sesenta", 0, ["add again"]),
        (NUMERIC, "", 0, []),
        (CHOSEN, {"first": "x", "second": "x"}, 1, ["f1"]),
        (CHOSEN, {"first": "x", "second": "y"}, HALF, ["f1", "f2"]),
        (CHOSEN, {"first": "", "second": "x"}, HALF, []),
        (CHOSEN, {}, 0, []),
        (TYPED, {"first": "Norma.", "second": "RISA"}, 1, ["f1"]),
        (TYPED, {"first": "ley", "second": "risa"}, HALF, []),
        (SCALE, "no", 0, ["try"]),
        (OPEN, "my words", 0, ["for example"]),
        (OPEN, "", 0, ["for example"]),
    ],
)
def test_grade_gives_the_share_that_is_right_and_speaks_to_what_was_answered(
    key, response, share, entries
):
    mark = grade(key, response)

    assert mark.share == share
    assert [remark.html for remark in mark.feedback] == entries
    assert mark.won == share * mark.offered


@pytest.mark.parametrize(
    ("key", "response"),
    [
        (SINGLE, "z"),
        (SINGLE, ["b"]),
        (TRUE_FALSE, "maybe"),
        (MULTIPLE, ["a", "z"]),
        (MULTIPLE, "a"),
        (MATCH, {"l9": "r1"}),
        (MATCH, {"l1": "r9"}),
        (MATCH, ["l1"]),
        (ORDER, ["a", "z"]),
        (SHORT, {"a": "b"}),
        (NUMERIC, ["60"]),
        (CHOSEN, {"third": "x"}),
        (CHOSEN, {"first": "z"}),
        (TYPED, {"third": "x"}),
        (SCALE, "perhaps"),
        (OPEN, ["words"]),
        (MULTIPLE, [["a"]]),
        (MATCH, {"l1": {}}),
    ],
)
def test_grade_refuses_what_the_question_does_not_offer(key, response):
    with pytest.raises(UnknownOption):
        grade(key, response)


def test_grade_offers_the_points_of_the_question():
    key = Key("q", "single", points=3, options=("a", "b"), right=("b",))
    order = Key("q", "order", points=2, options=("a", "b", "c"), right=("a", "b", "c"))

    assert grade(key, "b") == Mark(Fraction(1), offered=3)
    assert grade(key, "a") == Mark(Fraction(0), offered=3)
    assert [grade(key, "b").won, grade(key, "a").won] == [3, 0]
    assert grade(order, ["a", "c", "b"]).won == Fraction(2, 3)  # a third of two points


@pytest.mark.parametrize("key", [SCALE, OPEN])
def test_a_scale_and_an_open_question_offer_nothing(key):
    mark = grade(key, "yes")

    assert (mark.won, mark.offered, mark.is_right) == (0, 0, False)


def test_the_remark_for_everyone_comes_last_and_bears_no_id():
    key = Key("q", "single", options=("a",), right=("a",), feedback={"a": "yes"}, model="and so")

    assert grade(key, "a").feedback == (Remark("a", "yes"), Remark("", "and so"))


def test_every_kind_has_a_rule():
    for kind in KINDS:
        assert grade(Key("q", kind), "").won == 0


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Sanción", "sancion"),
        ("  una   norma. ", "una norma"),
        ("e\u0301l", "él"),
        ("AÑO", "ano"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_accents_spaces_and_a_final_period_do_not_count(text, same):
    assert normalise(text) == normalise(same)


@pytest.mark.parametrize(("one", "other"), [("una norma", "norma una"), ("no. 1", "no 1")])
def test_words_their_order_and_inner_marks_count(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7.5", Fraction(15, 2)),
        ("7,5", Fraction(15, 2)),
        ("-3", Fraction(-3)),
        ("−3", Fraction(-3)),
        ("17 %", Fraction(17)),
        ("60.", Fraction(60)),
        ("0.1", Fraction(1, 10)),
        ("1.234,5", None),
        ("1e9", None),
        ("٣", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_has_a_point_or_a_comma_and_nothing_else(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "span"),
    [("60", (60, 0)), ("55 ± 0.5", (55, HALF)), ("55 ± -1", None), ("± 3", None), ("x", None)],
)
def test_a_range_is_a_number_and_its_tolerance(text, span):
    assert read_range(text) == span


def test_a_tolerance_holds_both_its_ends():
    key = Key("q", "numeric", accepted=(Accepted("a", "55 ± 0.5", right=True),))

    assert [grade(key, said).won for said in ("54.49", "54.5", "55.5", "55.51")] == [0, 1, 1, 0]


def test_what_is_asked_has_no_place_for_what_is_right():
    assert {field.name for field in fields(Asked)} == {
        *("id", "kind", "stem", "html", "options", "targets", "gaps", "shuffle")
    }


def test_shuffled_depends_on_the_seed_alone():
    options = [Option(name, name) for name in "abcde"]

    assert shuffled(options, 7) == shuffled(list(reversed(options)), 7)
    assert len({shuffled(options, seed) for seed in range(200)}) > 60
    assert {option.id for option in shuffled(options, 7)} == set("abcde")
    assert "".join(option.id for option in shuffled(options, 7)) == "ceadb"


def test_an_added_option_leaves_the_others_in_their_order():
    options = [Option(name, name) for name in "abcde"]

    fewer = [option for option in shuffled(options, 3) if option.id != "c"]

    assert list(shuffled([option for option in options if option.id != "c"], 3)) == fewer
