import shutil
from datetime import date

import pytest

from nti_lms.curriculum import Problem, check, load, read_facts, stamp
from nti_lms.curriculum.documents import read_yaml

pytestmark = pytest.mark.slow

NORMS = "m1-punto-de-partida/1-2-sexo-genero-normas"
LISTENING = "m4-violencias/4-5-cuando-alguien-nos-cuenta"
TODAY = date(2026, 11, 25)


def faults(folder):
    return [str(problem) for problem in check(load(folder), today=TODAY)]


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_curriculum_is_read_whole(folder):
    curriculum = load(folder)

    assert curriculum.problems == ()
    assert curriculum.version == "1.0"
    assert [(module.code, module.key, module.phase) for module in curriculum.modules] == [
        ("m1", "starting-point", "F1"),
        ("m4", "violence", "F1"),
    ]
    assert [lesson.number for module in curriculum.modules for lesson in module.lessons] == [
        *("1.2", "4.5"),
    ]
    first = curriculum.modules[0].lessons[0]
    assert (first.key, sorted(first.texts), sorted(first.figures), sorted(first.stamps)) == (
        *("sex-gender-norms", ["en", "es"]),
        *(["three-generations.svg"], ["en"]),
    )
    assert first.texts["es"].path == f"{NORMS}/es.md"
    assert {"curriculum", "evidence", "glossary", "help", "ids"} <= set(curriculum.registers)
    assert faults(folder) == []


def test_the_shipped_curriculum_is_sound(shipped):
    assert faults(shipped) == []


def test_lessons_stand_by_number_not_by_name(folder):
    shutil.copytree(folder / NORMS, folder / "m1-punto-de-partida/1-10-otra")

    assert [lesson.number for lesson in load(folder).modules[0].lessons] == ["1.2", "1.10"]


# ---- what hands can break


def test_a_missing_translation_is_told(folder):
    (folder / NORMS / "en.md").unlink()

    assert faults(folder) == [f"{NORMS}/en.md:1: the file is missing"]


def test_text_that_is_not_utf8_is_told_with_its_line(folder):
    path = folder / NORMS / "en.md"
    path.write_bytes(path.read_bytes().replace(b"language: en", b"language: \xff"))

    assert faults(folder) == [f"{NORMS}/en.md:3: the text is not UTF-8 from here on"]


def test_a_folder_in_the_place_of_a_file_is_told(folder):
    (folder / NORMS / "en.md").unlink()
    (folder / NORMS / "en.md").mkdir()

    assert faults(folder) == [f"{NORMS}/en.md:1: the file cannot be opened: Is a directory"]


def test_a_large_file_is_told(folder):
    (folder / NORMS / "en.md").write_text("a" * 300_000)

    assert faults(folder) == [f"{NORMS}/en.md:1: the file is larger than 200 kB"]


def test_a_register_that_is_no_yaml_is_told(folder):
    (folder / "glossary.yml").write_text("a: [1\nb: 2\n")

    assert faults(folder)[0] == "glossary.yml:2: bad YAML: expected ',' or ']', but got ':'"


REGISTERS = {
    "evidence.yml": [
        ("reviewed_on: 2026", "reviewed_on: 26", "reviewed_on is no day, such as 2026-11-24"),
        ("population: {es: ", "population: {qu: ", "population is missing in es"),
        ("source: {name: ", "source: {title: ", "the source has no name"),
    ],
    "glossary.yml": [("means: ", "meant: ", "means is missing in es")],
    "help.yml": [("name: {es: ", "name: {qu: ", "name is missing in es")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("register", "old", "new", "what"),
    [(name, *change) for name, changes in REGISTERS.items() for change in changes],
)
def test_a_faulty_entry_of_a_register_is_told_at_its_id(folder, register, old, new, what):
    path = folder / register
    edit(path, old, new)
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if new in line)
    line = next(n for n in range(at, -1, -1) if lines[n][:1].isalpha()) + 1
    name = lines[line - 1].partition(":")[0]

    assert f"{register}:{line}: {name}: {what}" in faults(folder)


def test_an_id_twice_in_a_register_is_told(folder):
    path = folder / "help.yml"
    path.write_text(path.read_text() + "dna: {name: {es: a, en: b}, coverage: {es: c, en: d}}\n")
    last = path.read_text().count("\n")

    assert faults(folder) == [f"help.yml:{last}: the key dna stands twice"]


def test_a_key_that_ids_give_to_another_lesson_is_told(folder):
    edit(folder / "ids.yml", "{key: mandates}", "{key: agreements}")

    assert "the key agreements belongs to 1-1-acuerdos" in faults(folder)[0]


@pytest.mark.parametrize("name", ["evidence", "glossary", "help", "ids", "curriculum"])
@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "a: b\n", "a: {b: [c]}\n", "7\n", "a: &x 1\nb: *x\n"]
)
def test_a_register_of_any_form_is_survived(folder, name, text):
    (folder / f"{name}.yml").write_text(text)

    assert faults(folder) != []


@pytest.mark.parametrize("text", ["", "- a\n", "title: [a]\nnumber: one\n", "key: {a: b}\n", "7\n"])
def test_a_module_of_any_form_is_survived(folder, text):
    (folder / "m1-punto-de-partida/module.yml").write_text(text)

    assert load(folder).modules[0].code == "m1"


def test_the_faults_of_a_module_are_told_at_their_lines(folder):
    path = folder / "m1-punto-de-partida/module.yml"
    path.write_text("key: Start\nnumber: 2\nphase: F9\ntitle: {es: Uno}\npurpose: {es: a, en: b}\n")

    name = "m1-punto-de-partida/module.yml"
    assert faults(folder) == [
        f"{name}:1: the key is missing, or is not lower-case words joined by hyphens",
        f"{name}:2: the number is not that of the folder, 1",
        f"{name}:3: the phase is missing, or is none of F0, F1, F2, F3, F4, F5",
        f"{name}:4: the title is missing in en",
    ]


def test_modules_and_their_list_agree(folder):
    edit(folder / "curriculum.yml", "m1-punto-de-partida", "m9-otro")

    assert faults(folder) == [
        "curriculum.yml:1: there is no folder for the module m9-otro",
        "m1-punto-de-partida/module.yml:1: curriculum.yml does not list this module",
    ]
    assert [module.code for module in load(folder).modules] == ["m4", "m1"]


def test_a_lesson_folder_begins_with_its_place(folder):
    (folder / NORMS).rename(folder / "m1-punto-de-partida/3-2-sexo")

    assert faults(folder) == [
        "m1-punto-de-partida/3-2-sexo/es.md:1: the folder's name does not begin with its place,"
        " such as 1-1-"
    ]


def test_no_folder_at_all_is_survived(tmp_path):
    assert [str(problem) for problem in load(tmp_path / "none").problems] == [
        "curriculum.yml:1: the file is missing"
    ]


# ---- between files


def test_two_lessons_cannot_have_one_key(folder):
    shutil.copytree(folder / NORMS, folder / "m1-punto-de-partida/1-9-otra")

    other = "m1-punto-de-partida/1-9-otra"
    assert faults(folder) == [
        f"{other}/{language}.md:2: the key sex-gender-norms belongs to 1-2-sexo-genero-normas"
        for language in ("en", "es")
    ]


def test_a_lesson_that_ids_reserve_may_be_linked_before_it_is_written(folder):
    edit(folder / NORMS / "es.md", "(lesson:power-privilege)", "(lesson:sharing-results)")
    edit(folder / NORMS / "en.md", "(lesson:power-privilege)", "(lesson:sharing-results)")
    stamp(folder / NORMS)

    assert faults(folder) == []


def test_a_fact_past_its_review_is_told_where_it_is_cited(folder):
    path = f"{NORMS}/es.md"
    text = (folder / path).read_text(encoding="utf-8")
    line = text.split("(fact:paternity-leave)")[0].count("\n") + 1

    problems = check(load(folder), today=date(2027, 5, 25))

    assert [problem for problem in problems if problem.path == path] == [
        Problem(path, line, "the fact paternity-leave is past its review of 2027-05-24")
    ]


def test_a_changed_sentence_makes_one_block_stale(folder):
    edit(folder / NORMS / "es.md", "Todos se rieron.", "Se rieron todos.")

    assert faults(folder) == [f"{NORMS}/en.md:15: #fever is older than its block in es"]


def test_a_translation_without_stamps_is_told_once(folder):
    (folder / NORMS / "stamps.yml").unlink()

    assert faults(folder) == [
        f"{NORMS}/en.md:1: there is no note of the es blocks that this follows; stamp it"
    ]


def test_stamping_changes_nothing_that_follows_already(folder):
    for lesson in (NORMS, LISTENING):
        before = (folder / lesson / "stamps.yml").read_bytes()

        stamp(folder / lesson)

        assert (folder / lesson / "stamps.yml").read_bytes() == before


def test_stamping_notes_what_was_translated(folder):
    edit(folder / NORMS / "es.md", "Todos se rieron.", "Se rieron todos.")

    stamp(folder / NORMS)

    assert faults(folder) == []


def test_a_faulty_lesson_is_not_stamped(folder):
    edit(folder / NORMS / "es.md", "key: sex-gender-norms", "kay: sex-gender-norms")

    with pytest.raises(ValueError, match="the head lacks key"):
        stamp(folder / NORMS)


HEAD = "lesson sex-gender-norms 25/{} minutes, level 0, objectives tell-apart sanction change"

# What is replaced in the English file, and how the two skeletons then read.
SKELETONS = [
    ("- [x] `leave`", "- [ ] `leave`", "[x] leave +feedback", "[ ] leave +feedback"),
    ("`coffee`", "`tea`", "[ ] coffee +feedback", "[ ] tea +feedback"),
    ("→ `attitude`", "→ `view`", "good-idea -> attitude +feedback", "good-idea -> view +feedback"),
    (
        *("#house-norm target=C2", "#house-norm target=C3"),
        *("reflection #house-norm target=C2 [p]", "reflection #house-norm target=C3 [p]"),
    ),
    ("#place minutes", "#put minutes", "#place minutes=15 [p]", "#put minutes=15 [p]"),
    ("group-minutes: 60", "group-minutes: 61", HEAD.format(60), HEAD.format(61)),
]


@pytest.mark.parametrize(("old", "new", "ours", "theirs"), SKELETONS)
def test_a_difference_between_skeletons_is_told_with_its_line(folder, old, new, ours, theirs):
    path = folder / NORMS / "en.md"
    edit(path, old, new)
    line = 1 if old.startswith("group") else path.read_text().split(new)[0].count("\n") + 1

    what = f"the skeletons differ: es has «{ours}», en has «{theirs}»"
    assert Problem(f"{NORMS}/en.md", line, what) in check(load(folder), today=TODAY)


def test_a_lost_block_is_told(folder):
    path = folder / NORMS / "en.md"
    text = path.read_text()
    start = text.index("::: {.text #a-door}")
    path.write_text(text[:start] + text[text.index(":::\n", start + 5) + 5 :])

    found = faults(folder)
    assert len(found) == 1
    assert "the skeletons differ: es has «text #a-door [p2]», en has «»" in found[0]


# ---- YAML, read strictly


def test_yaml_keeps_words_that_others_would_change():
    document = read_yaml("a: no\nb: 2026-11-24\nc: 0800\nd: 10:30\ne: 12\nf: null\ng: true\n", "x")

    assert list(document.content.values()) == ["no", "2026-11-24", "0800", "10:30", 12, None, True]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\na: 2\n", 2, "the key a stands twice"),
        ("a: &x 1\nb: *x\n", 2, "an alias (*) has no place here: write the words again"),
        ("a: 1\n? [b]\n: c\n", 2, "a key is a word, not a list or a mapping"),
        ("a: 1\nb: \x07\n", 2, "bad YAML: special characters are not allowed"),
        ("[" * 5000, 1, "bad YAML: nested too deeply"),
        ("a: 1\n---\nb: 2\n", 2, "bad YAML: but found another document"),
    ],
)
def test_faults_of_yaml_are_told_with_their_line(text, line, what):
    assert read_yaml(text, "x").problems == [Problem("x", line, what)]


def test_aliases_do_not_multiply():
    bomb = "a: &a [x, x]\n" + "".join(
        f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *{'a' if n == 0 else f'b{n - 1}'}]\n"
        for n in range(40)
    )

    assert len(read_yaml(bomb, "x").problems) == 80


def test_facts_are_read_in_one_language(registers):
    fact = read_facts(registers, "en")["images-rights"]

    assert fact.statement.startswith("83% of men and 85% of women")
    assert (fact.year, fact.confidence, fact.next_review) == (2022, "H", date(2027, 11, 24))
