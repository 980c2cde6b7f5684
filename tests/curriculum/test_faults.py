"""Each kind of fault, seeded alone into a sound lesson, is named with its line and no other is."""

import re

import pytest

from nti_lms.curriculum import measure_lesson, read_lesson

NORMS = "m1-punto-de-partida/1-2-sexo-genero-normas"
LISTENING = "m4-violencias/4-5-cuando-alguien-nos-cuenta"

# What the fault is -> lesson, the words that are replaced, those put instead, and what is reported:
# each time the words that begin the reported line, and the report.
FAULTS = {
    # ---- file
    "bad yaml": (NORMS, "title: Sexo,", "title: [Sexo,", [
        ("summary:", "bad YAML: expected ',' or ']', but got ':'"),
    ]),
    "a head without a key": (NORMS, "summary: Cuatro", "sumary: Cuatro", [
        ("---\nkey", "the head lacks summary"),
        ("sumary", "the head has no place for sumary"),
    ]),
    "a key twice": (NORMS, "minutes: 25", "minutes: 25\nminutes: 26", [
        ("minutes: 26", "the key minutes stands twice"),
    ]),
    "minutes that are no number": (NORMS, "\nminutes: 25", "\nminutes: unos 25", [
        ("minutes:", "minutes are a whole number above 0"),
    ]),
    "another language": (NORMS, "language: es", "language: qu", [
        ("language:", "the head says language qu, not es"),
    ]),
    "another key": (NORMS, "key: sex-gender-norms", "key: sex-norms", [
        ("key:", "the key of this lesson is sex-gender-norms, not sex-norms"),
    ]),
    "no head": (NORMS, "---\nkey: sex-gender-norms", "key: sex-gender-norms", [
        ("key:", "the file does not begin with its head, between lines of ---"),
    ]),
    "text outside": (NORMS, "\n::: {.text #four-words}", "\nSuelto.\n\n::: {.text #four-words}", [
        ("Suelto.", "text outside every block: «Suelto.»"),
    ]),
    "a block that is not closed": (
        NORMS, "compañera?\n\n:::\n", "compañera?\n", [
            ("::: {.case #fever}", "the block that opens here is not closed before line 39"),
        ]),
    "a last block that is not closed": (NORMS, "las de aquí.\n\n:::\n", "las de aquí.\n", [
        ("::: {.text #reading", "the block that opens here is not closed"),
    ]),
    "a fence without a blank line": (NORMS, "#a-door}\n\n##", "#a-door}\n##", [
        ("## Una puerta", "a blank line belongs on both sides of :::"),
    ]),
    "an unknown kind": (NORMS, "{.text #a-door}", "{.texto #a-door}", [
        ("::: {.texto", "unknown kind of block «texto»"),
    ]),
    "an unknown attribute": (NORMS, "{.text #a-door}", "{.text #a-door colour=red}", [
        ("::: {.text #a-door", "the text #a-door has no attribute «colour»"),
    ]),
    "an unknown value": (NORMS, "mode=group-exercise", "mode=dance", [
        ("::: {.activity", "the activity #line does not understand mode=dance"),
    ]),
    "braces that cannot be read": (NORMS, "#write minutes=10}", "#write minutes:10}", [
        ("#### Escribir", "the braces {#write minutes:10} cannot be read: Unexpected character"
         " whilst scanning key: } at position 18"),
        ("#### Escribir", "missing or malformed id «»"),
        ("#### Escribir", "«Escribir a solas» lacks its attribute «minutes»"),
        ("::: {.activity", "steps and closing take 50 minutes, the activity says 60"),
    ]),
    "an unknown part": (NORMS, "{.key-points}", "{.ideas}", [
        ("### Ideas fuerza", "the activity #line has no part «ideas»"),
    ]),
    "no title": (NORMS, "## Una puerta y un cuidado\n\n", "", [
        ("::: {.text #a-door}", "the text #a-door has no title"),
    ]),
    "a heading out of place": (NORMS, "La puerta pide un cuidado.", "## La puerta", [
        ("## La puerta", "a heading of level 2 has no place here: «La puerta»"),
    ]),
    "an entry of text": (NORMS, "La puerta pide un cuidado.", "### La puerta\n\n#### Pide", [
        ("#### Pide", "a heading of level 4 has no place here: «Pide»"),
    ]),
    "a block of code": (NORMS, "La puerta pide un cuidado.", "    La puerta", [
        ("    La puerta", "a line that begins with four spaces becomes code:"
         " move it to the margin"),
    ]),
    "html": (NORMS, "La puerta pide", "La <b>puerta</b> pide", [
        ("La <b>", "HTML is not read, it is shown as it stands: «<b>»"),
    ]),
    # ---- ids
    "no id": (NORMS, "{.text #a-door}", "{.text}", [
        ("::: {.text}", "missing or malformed id «»"),
    ]),
    "a malformed id": (NORMS, "{.text #a-door}", "{.text #A_door}", [
        ("::: {.text #A_door}", "missing or malformed id «A_door»"),
    ]),
    "an id twice": (NORMS, "{.text #a-door}", "{.text #sanction}", [
        ("::: {.text #sanction}\n\n## Una", "the id sanction was used on line 67"),
    ]),
    "an id twice in a list": (NORMS, "`penalty`", "`sentence`", [
        ("- `sentence` La regla", "the id sentence stands twice in one list"),
    ]),
    "an entry without id": (NORMS, "- `fidelity` Pasos", "- Pasos", [
        ("- Pasos hechos", "an entry without an id, in a list whose entries have one"),
    ]),
    # ---- activity
    "no adaptations": (NORMS, "### Adaptaciones {.adaptations}", "#### Adaptaciones {#adapt}", [
        ("::: {.activity", "the activity #line lacks its part «adaptations»"),
        ("#### Adaptaciones", "a heading of level 4 has no place here: «Adaptaciones»"),
    ]),
    "another heading": (NORMS, "### Pasos {.steps}", "### Los pasos {.steps}", [
        ("### Los pasos", "the heading of «steps» is «Pasos», not «Los pasos»"),
    ]),
    "minutes that do not add up": (NORMS, "{#place minutes=15}", "{#place minutes=20}", [
        ("::: {.activity", "steps and closing take 65 minutes, the activity says 60"),
    ]),
    "other group minutes": (NORMS, "group-minutes: 60", "group-minutes: 50", [
        ("::: {.activity", "the activity says 60 minutes, group-minutes say 50"),
    ]),
    "no question to act": (NORMS, "`act` **Para", "`do` **Para", [
        ("### Preguntas para conversar", "the part «questions» lacks act"),
    ]),
    "no adaptation online": (NORMS, "`online` **En", "`video` **En", [
        ("### Adaptaciones", "the part «adaptations» lacks online"),
    ]),
    "a part twice": (NORMS, "### Ideas fuerza {.key-points}", "### Cuidados {.care}", [
        ("### Cuidados {.care}\n\n- Donde", "the part «care» stands already on line 243"),
    ]),
    # ---- quiz
    "no right option": (NORMS, "- [x] `leave`", "- [ ] `leave`", [
        ("### ¿Cuál de estas", "question #norm-or-habit: 0 right answers; it needs one"),
    ]),
    "two right options": (NORMS, "- [ ] `coffee`", "- [x] `coffee`", [
        ("### ¿Cuál de estas", "question #norm-or-habit: 2 right answers; it needs one"),
    ]),
    "no feedback": (NORMS, "  > Es una costumbre. Quien toma mate no paga nada por ser distinto:"
                    " falta la sanción.\n", "", [
        ("- [ ] `coffee`", "question #norm-or-habit: an option without feedback"),
    ]),
    "an option without id": (NORMS, "- [ ] `coffee` «En", "- [ ] «En", [
        ("- [ ] «En", "question #norm-or-habit: an option without an id"),
    ]),
    "an option without mark": (NORMS, "- [ ] `coffee`", "- `coffee`", [
        ("- `coffee`", "question #norm-or-habit: an option here takes a mark, [x] or [ ]"),
    ]),
    "true before false": (NORMS, "- [ ] `false` Falso", "- [ ] `no` Falso", [
        ("### Una norma puede", "question #silent-majority: it needs the options true and false,"
         " in this order, one of them right"),
    ]),
    "a gap without answers": (NORMS, "(gap:self)", "(gap:other)", [
        ("### Complete con", "question #four-gaps: gaps (birth, other, poster) and lists of answers"
         " (birth, self, poster) differ"),
    ]),
    "a gap with two right answers": (
        NORMS, "- [ ] `identity` identidad de género\n    > La identidad la",
        "- [x] `identity` identidad de género\n    > La identidad la", [
            ("### Complete con", "question #four-gaps: the gap birth has 2 right answers;"
             " it needs one"),
        ]),
    "an order that is not numbered": (LISTENING, "1. `listen` Escuchar", "- `listen` Escuchar", [
        ("### Ordene", "question #lives-order: the entries of an order are numbered"),
    ]),
    "a marked scale": (LISTENING, "- `not-yet` Todavía", "- [x] `not-yet` Todavía", [
        ("- [x] `not-yet`", "question #confidence: an option here takes no mark"),
    ]),
    "a pair without a right side": (NORMS, " → `attitude` Lo que pienso", "", [
        ("### Relacione", "question #think-do-approve: each entry of a match has a right side,"
         " after →"),
    ]),
    "no model answer": (
        NORMS,
        "> Un ejemplo: «De las compañeras se espera que sirvan el refrigerio en las reuniones;"
        " a la que no lo hace le dicen creída».\n> Revise la suya",
        "Revise la suya", [
        ("### Escriba una norma", "question #one-sentence: no model answer"),
        ]),
    "an unknown objective": (NORMS, ".multiple objective=change", ".multiple objective=changes", [
        ("### Su equipo", "question #message: no such objective «changes»"),
        ("::: {.quiz", "no question touches the objective change"),
    ]),
    "an unknown question": (NORMS, ".multiple objective=change", ".several objective=change", [
        ("### Su equipo", "question #message: unknown kind «several»"),
    ]),
    # ---- references
    "no such fact": (NORMS, "(fact:images-rights)", "(fact:images-right)", [
        ("En la misma encuesta", "no such fact: images-right"),
    ]),
    "no such term": (NORMS, "(term:social-norms)", "(term:social-norm)", [
        ("Ahí hay una", "no such term: social-norm"),
    ]),
    "no such service": (LISTENING, "[DNA](help:dna)", "[DNA](help:dnna)", [
        ("- La [DNA]", "no such help: dnna"),
    ]),
    "no such lesson": (NORMS, "(lesson:power-privilege)", "(lesson:power)", [
        ("- El debate", "no such lesson: power"),
    ]),
    "no such target": (NORMS, "#house-norm target=C2", "#house-norm target=C16", [
        ("::: {.reflection #house-norm",
         "the reflection #house-norm does not understand target=C16"),
    ]),
    "no such drawing": (NORMS, "(three-generations.svg)", "(generations.svg)", [
        ("::: {.figure", "no such drawing: generations.svg"),
    ]),
    "a number that the fact does not hold": (NORMS, "[el 83% de", "[el 38% de", [
        ("En la misma encuesta", "«38» is not in the statement of images-rights"),
    ]),
    "a part of a number": (NORMS, "[el 83% de", "[el 3% de", [
        ("En la misma encuesta", "«3» is not in the statement of images-rights"),
    ]),
    "a number in words": (NORMS, "[siete países", "[ocho países", [
        ("En 2009 y 2010", "«ocho» is not in the statement of images-region"),
    ]),
    "a figure tied to no fact": (NORMS, "Muchas sanciones son", "El 40% de las sanciones son", [
        ("El 40%", "a figure that is tied to no fact: «40%»"),
    ]),
    "a phone number": (LISTENING, "Llame usted primero", "Llame al 800 14 0348", [
        ("- La [línea", "a phone number; link to help: instead: «800 14 0348»"),
    ]),
    "a fact block without facts": (NORMS, "{.text #a-door}", "{.fact #a-door}", [
        ("::: {.fact #a-door}", "the fact #a-door cites no fact"),
    ]),
    "an unknown kind of link": (NORMS, "(term:social-norms)", "(terms:social-norms)", [
        ("Ahí hay una", "unknown kind of link: terms:social-norms"),
    ]),
    "a link without a host": (NORMS, "(term:social-norms)", "(//example.org)", [
        ("Ahí hay una", "unknown kind of link: //example.org"),
    ]),
    "a script in a link": (NORMS, "(term:social-norms)", "(javascript:alert(1))", [
        ("Ahí hay una", "a link that cannot be read: «](javascript:alert(1»"),
    ]),
    "a gap outside a cloze": (NORMS, "(term:social-norms)", "(gap:norm)", [
        ("Ahí hay una", "a gap has its place in a cloze: gap:norm"),
    ]),
    # ---- care
    "no content note of the level": (NORMS, "content-level: 0", "content-level: 2", [
        ("content-level", "level 2 asks for a content note of that level"),
    ]),
    "a note that ends nowhere": (LISTENING, "until=local-help", "until=local-aid", [
        ("::: {.content-note", "the note ends at no later block: until=local-aid"),
    ]),
    "no grounding": (LISTENING, " use=grounding}", "}", [
        ("content-level", "level 3 asks for a text with use=grounding"),
    ]),
    "no closing reflection": (NORMS, "target=none", "target=C2", [
        ("---\nkey", "0 closing reflections (target=none); a lesson has one"),
    ]),
    "no further reading": (NORMS, " use=reading}", "}", [
        ("---\nkey", "there is no further reading, a text with use=reading"),
    ]),
    # ---- language
    "a banned form": (NORMS, "Todos se rieron.", "Tod@s se rieron.", [
        ("Tod@s", "a form that is not used here: «d@s»"),
    ]),
    "familiar address": (NORMS, "Piense en el de su barrio.", "Piensa en el que tú conoces.", [
        ("Piensa", "a form that is not used here: «tú»"),
    ]),
    "a long sentence": (NORMS, "Todos se rieron.", "Todos " + "se rieron y " * 20 + "callaron.", [
        ("Todos se rieron", "62 words in one sentence: «Todos se rieron y se rieron y se rieron y"
         " se rieron y se rie…»"),
    ]),
    "many words": (NORMS, "Todos se rieron.", "Todos se rieron. " * 80, [
        ("---\nkey", "WORDS words of ideas; 800 to 1,300 are asked for"),
    ]),
    "hard words": (NORMS, "Todos se rieron.", "Institucionalizaciones. " * 150, [
        ("---\nkey", "hard to read: an ease of EASE; 55 at least is asked for"),
    ]),
    "a term in another form": (NORMS, "[norma social](term", "[costumbre](term", [
        ("Ahí hay una", "the glossary says «norma social», not «costumbre»"),
    ]),
    # ---- figures
    "no alternative text": (
        NORMS,
        "![Tres reglas cruzan tres generaciones: una cambió, una se debilitó y una sigue igual.]",
        "![]", [
            ("::: {.figure", "the image has no alternative text"),
        ]),
    "no description": (NORMS, "### Descripción {.description}\n", "", [
        ("::: {.figure", "the figure #three-generations lacks its part «description»"),
    ]),
    "an image from elsewhere": (NORMS, "(three-generations.svg)", "(https://example.org/a.png)", [
        ("![Tres", "the image https://example.org/a.png is no drawing of this folder,"
         " such as name.svg"),
        ("::: {.figure", "a figure holds one image, a drawing of its folder"),
    ]),
    "an image in a text": (NORMS, "Piense en el de su barrio.", "![B](three-generations.svg)", [
        ("Dos fuerzas", "an image has its place in a figure"),
    ]),
}  # fmt: skip


def test_the_finished_lessons_are_sound(originals, check_lesson):
    for lesson, texts in originals.items():
        assert check_lesson(lesson, texts) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_line(fault, originals, check_lesson):
    lesson, sound, broken, reports = FAULTS[fault]
    text = originals[lesson]["es"]
    assert text.count(sound) >= 1
    seeded = text.replace(sound, broken, 1)

    problems = check_lesson(lesson, {**originals[lesson], "es": seeded})

    measures = measures_of(seeded)
    found = [(problem.line, problem.what) for problem in problems if problem.path == "es.md"]
    assert found == sorted(
        (line_of(anchor, seeded), re.sub("WORDS|EASE", lambda name: measures[name[0]], what))
        for anchor, what in reports
    )


def measures_of(text: str) -> dict[str, str]:
    """What a report says of the length and the ease; nothing of a text that cannot be read."""
    lesson, _ = read_lesson(text, language="es", path="es.md")
    if lesson is None:
        return {}
    found = measure_lesson(lesson)
    return {"WORDS": str(found.words), "EASE": f"{found.ease:.1f}"}


def line_of(anchor: str, text: str) -> int:
    return text[: text.index(anchor)].count("\n") + 1
