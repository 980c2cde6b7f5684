from dataclasses import replace
from pathlib import Path

import pytest

from nti_lms.curriculum import (
    Block,
    check,
    check_texts,
    fill_gaps,
    load,
    questions,
    read_lesson,
)
from nti_lms.domain.grading import grade
from nti_lms.domain.questions import KINDS, Gap, Option, Question

TEXT = Path(__file__).with_name("kinds.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def block() -> Block:
    lesson, problems = read_lesson(TEXT, language="es", path="es.md")
    assert problems == []
    assert lesson
    return lesson.blocks[0]


@pytest.fixture(scope="module")
def by_id(block) -> dict[str, Question]:
    return {question.asked.id: question for question in questions(block)}


def test_the_sample_holds_every_kind(block):
    assert {question.asked.kind for question in questions(block)} == set(KINDS)


def test_what_is_asked_holds_no_answer_of_any_kind(block):
    assert TEXT.count("SECRET-") == 30
    for question in questions(block):
        assert "SECRET" not in repr(question.asked)


def test_the_key_holds_every_answer(block):
    shown = "".join(repr(question.key) for question in questions(block))

    assert [n for n in range(1, 31) if f"SECRET-{n}<" not in shown and n not in (15, 16, 25)] == []
    assert "SECRET-15 | SECRET-16" in shown
    assert "text='SECRET-25'" in shown


def test_options_stand_as_in_the_file_and_keep_their_markup(by_id):
    asked = by_id["one"].asked

    assert asked.options == (
        Option("shout", "Se grita"),
        Option("cite", "Se <strong>cita</strong>"),
    )
    assert asked.stem == '¿Qué se hace con un <a href="fact:images-survey">dato</a>?'


def test_right_sides_and_entries_to_order_stand_by_id(by_id):
    assert [option.id for option in by_id["pairs"].asked.options] == ["z-dawn", "y-noon", "x-dusk"]
    assert [side.id for side in by_id["pairs"].asked.targets] == [
        *("evening", "midday", "morning", "night")
    ]
    assert [option.id for option in by_id["steps"].asked.options] == ["eat", "go", "wake"]


def test_a_gap_offers_options_only_when_they_are_chosen(by_id):
    assert by_id["pick"].asked.gaps == (
        Gap("rule", (Option("norm", "norma"), Option("law", "ley"))),
        Gap("laugh", (Option("song", "canción"), Option("joke", "burla"))),
    )
    assert by_id["type"].asked.gaps == (Gap("rule"),)


def test_only_what_has_no_order_of_its_own_is_shuffled(by_id):
    shuffled = {name for name, question in by_id.items() if question.asked.shuffle}

    assert shuffled == {"several", "pairs", "steps", "pick", "type"}


def test_prose_stays_with_what_is_asked(by_id):
    assert by_id["sum"].asked.html == "<p>Sin calculadora.</p>"


def test_gaps_give_way_to_controls(by_id):
    filled = fill_gaps(by_id["pick"].asked.html, lambda gap: f"<select name={gap}>")

    assert filled == "<p>Una <select name=rule> y una <select name=laugh>.</p>"


RIGHT = {
    "one": "cite",
    "several": ["year", "place"],
    "day": "true",
    "pairs": {"z-dawn": "morning", "y-noon": "midday", "x-dusk": "evening"},
    "steps": ["wake", "eat", "go"],
    "office": "secret-16",
    "sum": "4,2",
    "pick": {"rule": "norm", "laugh": "joke"},
    "type": {"rule": "secret-25"},
    "sure": "help",
    "write": "Mis palabras.",
}


def test_right_answers_win_all_the_points_there_are(by_id):
    marks = {name: grade(by_id[name].key, answer) for name, answer in RIGHT.items()}

    assert {name: (mark.won, mark.offered) for name, mark in marks.items()} == {
        **dict.fromkeys(RIGHT, (1, 1)),
        "one": (2, 2),
        "sure": (0, 0),
        "write": (0, 0),
    }


def test_feedback_follows_the_answer(by_id):
    def said(name, answer):
        return [remark.html for remark in grade(by_id[name].key, answer).feedback]

    assert said("pairs", {"z-dawn": "night"}) == ["<p>SECRET-8</p>", "<p>SECRET-11</p>"]
    assert said("pick", {"rule": "law", "laugh": "joke"}) == [
        "<p>SECRET-22</p>",
        "<p>SECRET-24</p>",
    ]
    assert said("write", "") == ["<p>SECRET-30</p>"]


# Changes to the sample, and the fault that each makes in its question.
FAULTS = {
    "- [ ] `colour` El": ("- [x] `colour` El", "several: it needs right and wrong options"),
    "- `x-dusk` Se pone → `evening` Tarde\n  > SECRET-10\n": (
        "",
        "pairs: a match needs 3 pairs or more",
    ),
    "3. `go` Salir\n   > SECRET-14\n": ("", "steps: it needs 3 entries or more"),
    "- [x] `dna`": ("- [ ] `dna`", "office: no right answer"),
    "4 ± 0.25": ("cuatro", "sum: «cuatro» is no number, nor a number ± its tolerance"),
    "4 ±": ("4,5 ±", "sum: «4,5 ± 0.25» is no number, nor a number ± its tolerance"),
    "- [ ] `other` *\n  > SECRET-20": (
        "- [x] `other` *\n  > SECRET-20",
        "sum: * takes any answer, so it cannot be right",
    ),
    "- [x] `dna` SECRET-15 | SECRET-16": (
        "- [x] `dna` *",
        "office: * takes any answer, so it comes last",
    ),
    "- [x] `joke`": ("- [ ] `joke`", "pick: the gap laugh has 0 right answers; it needs one"),
    "> SECRET-30": ("- [x] `a` b\n  > c", "write: no model answer"),
    "- `help` Con ayuda": ("- Con ayuda", "sure: an option without an id"),
    "`shout` Se grita": ("`shout`", "one: an option without words"),
    "Sin calculadora.": ("Sin [____](gap:x).", "sum: only a cloze has gaps"),
    "### Ordene. {": ("### {", "steps: nothing is asked"),
    "points=2": ("points=two", "one does not understand points=two"),
    " input=select": ("", "pick lacks its attribute «input»"),
}


@pytest.mark.parametrize("sound", FAULTS)
def test_each_kind_tells_its_own_faults(sound, check_texts_of):
    broken, what = FAULTS[sound]
    assert TEXT.count(sound) == 1

    before, after = check_texts_of(TEXT), check_texts_of(TEXT.replace(sound, broken))

    new = {problem.what for problem in after} - {problem.what for problem in before}
    assert f"question #{what}" in new


def test_a_quiz_asks_four_to_six_questions_of_four_kinds(check_texts_of):
    head, _, rest = TEXT.partition("### Relacione.")
    few = f"{head}:::\n"

    problems = {(problem.line, problem.what) for problem in check_texts_of(few)}

    assert (13, "3 questions; a lesson asks 4 to 6") in problems
    assert (13, "11 questions; a lesson asks 4 to 6") in {
        (problem.line, problem.what) for problem in check_texts_of(TEXT)
    }


def test_a_quiz_needs_four_kinds(check_texts_of):
    one = TEXT.partition("### ¿Qué")[2].partition("### Elija.")[0]
    singles = [f"### ¿Qué{one}".replace("#one", f"#one-{number}") for number in range(4)]
    text = TEXT.partition("### ¿Qué")[0] + "".join(singles) + ":::\n"

    found = {(problem.line, problem.what) for problem in check_texts_of(text)}

    assert (13, "fewer than 4 kinds of question") in found


# What stands in the sample, and the same question with another answer.
TURNED = ("- [x] `true` Verdadero\n  > SECRET-6\n- [ ] `false`", "- [ ] `true` V\n- [x] `false`")
ANSWER = "- [x] `cite` Se **cita**\n  > SECRET-2\n"
MOVED = (f"- [ ] `shout` Se grita\n  > SECRET-1\n{ANSWER}", f"{ANSWER}- [ ] `shout` Se grita\n")
LENGTHENED = ("Se **cita**", "Se **cita** con su año")


def sample(*changes):
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("false", "true", "fault"),
    [
        (0, 5, None),
        (2, 4, None),
        (1, 5, "es: 5 of 6 true-false questions are answered «true»"),
        (5, 1, "es: 5 of 6 true-false questions are answered «false»"),
    ],
)
def test_neither_true_nor_false_answers_more_than_two_thirds(false, true, fault, answers_of):
    found = answers_of([sample(TURNED)] * false + [TEXT] * true)

    assert [what.partition(";")[0] for what in found] == [fault] * bool(fault)


@pytest.mark.parametrize(
    ("asked", "moved", "lengthened", "fault"),
    [
        (7, 0, 7, None),
        (8, 4, 4, None),
        (8, 3, 0, "es: 5 of 8 single questions have their right option in place 2"),
        (8, 5, 0, "es: 5 of 8 single questions have their right option in place 1"),
        (8, 4, 5, "es: 5 of 8 single questions have the longest option right"),
    ],
)
def test_right_options_share_no_place_and_no_length(asked, moved, lengthened, fault, answers_of):
    found = answers_of(
        sample(
            *[TURNED] * (at % 2),
            *[MOVED] * (at < moved),
            *[LENGTHENED] * (at < lengthened),
        )
        for at in range(asked)
    )

    assert [what.partition(";")[0] for what in found] == [fault] * bool(fault)


def test_one_single_question_in_a_quiz_has_no_habit(check_texts_of):
    habits = {"the right option is always the first", "the right option is always the longest"}
    alone = sample(MOVED, LENGTHENED)
    head, _, rest = alone.partition("### ¿Qué")
    question, _, rest = rest.partition("### Elija.")
    again = question.replace("#one", "#two")
    two = f"{head}### ¿Qué{question}### ¿Qué{again}### Elija.{rest}"

    assert habits.isdisjoint(problem.what for problem in check_texts_of(alone))
    assert habits <= {problem.what for problem in check_texts_of(two)}


@pytest.fixture
def answers_of(folder, today):
    """What the check of a whole curriculum says of the answers of such lessons."""

    def run(texts):
        curriculum = load(folder)
        module = curriculum.modules[0]
        lessons = [read_lesson(text, language="es", path="es.md")[0] for text in texts]
        folders = [replace(module.lessons[0], texts={"es": lesson}) for lesson in lessons]
        whole = replace(curriculum, modules=(replace(module, lessons=tuple(folders)),))
        problems = check(whole, today=today)
        return [problem.what for problem in problems if problem.path == "curriculum.yml"]

    return run


@pytest.fixture
def check_texts_of(registers, today):
    def run(text):
        return check_texts(
            {"es": text},
            key="every-kind",
            registers=registers,
            lesson_keys=[],
            figures={},
            stamps=None,
            today=today,
        )

    return run


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("attempts=0", "the quiz #every does not understand attempts=0"),
        ("attempts=ten", "the quiz #every does not understand attempts=ten"),
        ("wait=0", "the quiz #every does not understand wait=0"),
        ("attempts=1 wait=5", "a wait says nothing where one attempt is all there is"),
        ("attempts=9 wait=9999", None),
    ],
)
def test_the_terms_of_a_quiz_are_checked(check_texts_of, said, what):
    opening = TEXT[TEXT.index("::: {.quiz #") :].partition("}")[0]
    name = opening.rpartition("#")[2]

    before = {problem.what for problem in check_texts_of(TEXT)}
    after = {problem.what for problem in check_texts_of(TEXT.replace(opening, f"{opening} {said}"))}

    assert after - before == ({what.replace("#every", f"#{name}")} if what else set())
