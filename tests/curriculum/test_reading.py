import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nti_lms.curriculum import (
    Item,
    check_texts,
    digest,
    from_plain,
    measure_lesson,
    read_lesson,
    rewrite,
    skeleton,
    to_plain,
)
from nti_lms.curriculum.passages import read_draft
from nti_lms.curriculum.reading_ease import count_syllables

NORMS = "m1-punto-de-partida/1-2-sexo-genero-normas"
LISTENING = "m4-violencias/4-5-cuando-alguien-nos-cuenta"


@pytest.fixture(scope="module")
def texts(originals):
    return [(language, text) for pair in originals.values() for language, text in pair.items()]


@pytest.fixture
def norms(originals):
    lesson, problems = read_lesson(originals[NORMS]["es"], language="es", path="es.md")
    assert problems == []
    return lesson


def read(text, language="es"):
    return read_lesson(text, language=language, path="es.md")


def test_the_head_is_read(norms):
    assert (norms.key, norms.title, norms.minutes, norms.group_minutes) == (
        *("sex-gender-norms", "Sexo, género y normas"),
        *(25, 60),
    )
    assert list(norms.objectives) == ["tell-apart", "sanction", "change"]


def test_blocks_are_read_in_order(norms):
    assert [block.id for block in norms.blocks] == [
        *("fever", "four-words", "sanction", "three-beliefs", "community-gap", "a-door"),
        *("square-and-kitchen", "three-generations", "norms-move", "that-is-how-we-are", "line"),
        *("house-norm", "norm-to-move", "check", "take-leave-try", "reading"),
    ]


def test_a_figure_has_its_image_its_words_and_its_caption(norms):
    figure = norms.block("three-generations")

    assert figure.image == "three-generations.svg"
    assert figure.alt.startswith("Tres reglas cruzan")
    assert figure.html.startswith("<p>Una línea de tres")
    assert figure.part("description").html.count("<li>") == 3


def test_a_reflection_has_its_prompt_apart(norms):
    house, closing = norms.block("house-norm"), norms.block("take-leave-try")

    assert house.prompt == "¿Qué norma sobre los hombres sostiene mi institución sin decirlo?"
    assert house.html.startswith("<p>Piense en un permiso")
    assert (closing.prompt, closing.html) == ("La próxima vez que suene el teléfono a las diez", "")
    assert [(item.id, item.html) for item in closing.items] == [
        ("take", "Una pregunta que me llevo"),
        ("leave", "Un «siempre fue así» que dejo"),
        ("try", "Algo que voy a probar, aunque alguien se ría"),
    ]


def test_an_activity_has_parts_steps_and_boxes(norms):
    activity = norms.block("line")

    steps = activity.part("steps").parts
    assert [(step.id, step.attributes["minutes"]) for step in steps] == [
        *(("write", "10"), ("place", "15"), ("mark", "15"), ("ask", "15")),
    ]
    assert [item.id for item in activity.part("questions").items] == ["open", "deepen", "act"]
    assert activity.part("key-points").items == ()
    assert activity.part("key-points").html.startswith("<ul>")


def test_prose_and_boxes_of_a_sheet_part_ways(originals):
    lesson, _ = read(originals[LISTENING]["es"])

    sheet = next(
        part for part in lesson.block("triads").part("handouts").parts if part.id == "sheet-pocket"
    )
    assert [item.id for item in sheet.items] == ["my-slim", "my-dna", "my-contact", "my-rest"]
    assert sheet.html.startswith("<ol>")
    assert sheet.html.endswith("<p>No investigo. No medio. No prometo.</p>")


def test_a_pair_is_cut_at_its_arrow(originals):
    lesson, _ = read(originals[LISTENING]["es"])

    items = next(part for part in lesson.block("check").parts if part.id == "replies").items
    assert items[0] == Item(
        id="hear",
        html="«Escucho que quiere parar.»",
        right=("acknowledge", "Reconocer sin premiar"),
        feedback="<p>Toma en serio su deseo, sin aplauso.</p>",
        line=items[0].line,
    )
    assert (items[-1].id, items[-1].right) == ("", ("reconcile", "Acercar a la pareja"))


def test_lines_are_those_of_the_file(originals):
    for text in (originals[NORMS]["es"], originals[LISTENING]["en"]):
        lines = text.split("\n")
        lesson, _ = read(text)
        for block in lesson.blocks:
            assert lines[block.line - 1].startswith(f"::: {{.{block.kind} #{block.id}")
            for part in block.parts:
                assert part.title in lines[part.line - 1]
                for item in part.items:
                    assert f"`{item.id or item.right[0]}`" in lines[item.line - 1]


def test_a_file_is_put_together_again_byte_for_byte(texts):
    for _, text in texts:
        lesson, _ = read(text)

        assert rewrite(lesson, {block.id: block.source for block in lesson.blocks}) == text


def test_rewrite_changes_one_block_alone(norms):
    changed = rewrite(norms, {"a-door": "::: {.text #a-door}\n\n## Otra\n\nPuerta.\n\n:::"})

    lesson, problems = read(changed)
    assert problems == []
    assert lesson.block("a-door").title == "Otra"
    before, after = ({b.id: b.source for b in found.blocks} for found in (norms, lesson))
    assert [name for name in before if before[name] != after[name]] == ["a-door"]


def test_a_lesson_survives_json(texts):
    for language, text in texts:
        lesson, _ = read(text, language)

        assert from_plain(json.loads(json.dumps(to_plain(lesson)))) == lesson


def test_line_ends_and_a_byte_order_mark_do_not_matter(originals):
    text = originals[NORMS]["es"]

    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)
    assert read(text.replace("\n", "\r")) == read(text)


def test_spaces_at_the_ends_of_lines_do_not_change_a_digest():
    assert digest("::: {.text #a}\n\nUno.\n\n:::") == digest("::: {.text #a}  \n\nUno. \n\n:::")
    assert digest("::: {.text #a}\n\nUno.\n\n:::") != digest("::: {.text #a}\n\nDos.\n\n:::")


def test_digests_are_those_of_the_stamps(shipped, norms):
    kept = yaml.safe_load((shipped / NORMS / "stamps.yml").read_text())["en"]

    assert {block.id: block.digest for block in norms.blocks} == kept


def test_the_skeleton_holds_no_word_of_any_language(originals):
    for pair in originals.values():
        spanish, english = (skeleton(read(pair[name], name)[0]) for name in ("es", "en"))

        assert spanish == english
        assert "\n".join(spanish).isascii()


def test_the_skeleton_shows_what_must_agree(norms):
    lines = skeleton(norms)

    assert lines[0] == (
        "lesson sex-gender-norms 25/60 minutes, level 0, objectives tell-apart sanction change"
    )
    assert "text #norms-move [p3] -> fact:paternity-leave term:commitment-to-action" in lines
    assert "    [x] leave +feedback" in lines
    assert "    good-idea -> attitude +feedback" in lines
    assert "    #place minutes=15 [p]" in lines


def test_rewrite_takes_texts_of_other_lengths(norms):
    long = "::: {{.text #{}}}\n\n## Otra\n\nUna.\nDos.\n\n:::"
    changed = rewrite(norms, {name: long.format(name) for name in ("four-words", "a-door")})

    lesson, problems = read(changed)
    assert problems == []
    assert [block.id for block in lesson.blocks] == [block.id for block in norms.blocks]
    assert lesson.block("a-door").source == long.format("a-door")


def test_links_have_their_own_lines():
    head = "---\nkey: a\n---\n\n::: {.text #a}\n\n"
    draft = read_draft(read(f"{head}Uno *dos\ntres* [c\nd](term:e)\n[f](term:g).\n\n:::\n")[0])

    links = [link for _, passage in draft.walk() for link in passage.links]
    assert [(link.name, link.words, link.line) for link in links] == [
        ("e", "c d", 8),
        ("g", "f", 10),
    ]


# ---- what is too much


BOMBS = {
    "a large file": ("a" * 200_001, 1, "the file is larger than 200 kB"),
    "a wide table": (
        f"x\n\n|{'a|' * 21}\n|{'-|' * 21}\n",
        3,
        "a table of more than 20 columns",
    ),
    "a long table": ("x\n\n" + "|a|\n" * 501, 3, "a table of more than 500 rows"),
    "many tables": (
        "|a|\n" * 400 + ("x\n\n" + "|a|\n" * 400) * 5,
        1,
        "the tables of the file hold more than 2000 rows",
    ),
    "many brackets": ("[" * 2001, 1, "the file holds more than 2000 opening brackets"),
    "many lines": ("a\n" * 5_000, 1, "the file has more than 5000 lines"),
    "many marks": ("*a " * 5_001, 1, "the file holds more than 5000 marks such as * _ ` & <"),
    "deep emphasis": ("*a _a " * 1_200 + "b_ b* " * 1_200, 1, "the text is nested too deeply"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_too_heavy_is_not_parsed(bomb):
    text, line, what = BOMBS[bomb]

    lesson, problems = read(text)

    assert lesson is None
    assert (problems[-1].line, problems[-1].what) == (line, what)


def test_tables_at_the_limit_are_parsed():
    table = f"|{'a|' * 20}\n|{'-|' * 20}\n" + f"|{'b|' * 20}\n" * 498
    lesson, _ = read(f"---\nkey: a\n---\n\n::: {{.text #a}}\n\n## A\n\n{table}\n:::\n")

    assert lesson.blocks[0].html.count("<tr>") == 499


# ---- whatever a file holds


LESSON = Path(__file__).with_name("kinds.md").read_text(encoding="utf-8")


def check_anything(text, registers, today):
    return check_texts(
        {"es": text, "en": LESSON},
        key="every-kind",
        registers=registers,
        lesson_keys=[],
        figures={"a.svg": text.encode("utf-8", "replace")},
        stamps={},
        today=today,
    )


def test_a_text_cut_anywhere_is_read_and_checked(originals, registers, today):
    text = originals[NORMS]["es"]
    for end in range(0, len(text), 700):
        for problem in check_anything(text[:end], registers, today):
            assert 1 <= problem.line <= text.count("\n") + 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_text_is_read_and_checked(registers, today, data):
    lines = LESSON.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.one_of(st.sampled_from([*lines, ":::", "---"]), st.text(max_size=30)))
        change = data.draw(st.sampled_from(["drop", "replace", "insert", "join"]))
        if change in ("drop", "replace"):
            del lines[at]
        if change in ("replace", "insert"):
            lines.insert(at, other)
        if change == "join" and at < len(lines):
            lines[at] += other
        lines = lines or [""]

    check_anything("\n".join(lines), registers, today)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="-:{}.#=|[]()>*_`~\\ \n\t1a→«x&!<", max_size=200))
def test_any_marks_are_read_and_checked(registers, today, text):
    check_anything(
        f"---\nkey: every-kind\n---\n\n::: {{.quiz #a}}\n\n{text}\n\n:::\n", registers, today
    )


# ---- measures


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("sol", "es", 1),
        ("norma", "es", 2),
        ("guerra", "es", 2),
        ("país", "es", 2),
        ("cuidado", "es", 3),
        ("aéreo", "es", 4),
        ("care", "en", 1),
        ("table", "en", 2),
        ("walked", "en", 1),
        ("wanted", "en", 2),
        ("why", "en", 1),
    ],
)
def test_syllables_are_counted(word, language, count):
    assert count_syllables(word, language) == count


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        pytest.param("Todos se rieron.", 3, id="in the ideas"),
        pytest.param("Escriba también qué le pasa a quien no cumple.", 0, id="in a prompt"),
    ],
)
def test_the_measures_are_those_of_the_ideas(originals, norms, sentence, more):
    text = originals[NORMS]["es"]
    assert sentence in text
    longer, _ = read(text.replace(sentence, f"{sentence} Todos se rieron.", 1))

    assert measure_lesson(longer).words == measure_lesson(norms).words + more


def test_an_empty_lesson_measures_nothing():
    lesson, _ = read("---\nkey: a\n---\n")

    assert measure_lesson(lesson).words == 0
