"""The ten kinds of question on paper, and their answers apart."""

import pytest

from nti_lms.curriculum import read_lesson
from nti_lms.domain.workbook import for_participants
from nti_lms.printing.questions import on_paper

QUIZ = """---
key: sample
language: es
title: T
summary: S
minutes: 5
group-minutes: 5
content-level: 0
objectives:
  one: Uno.
---

::: {.quiz #check}

## Repaso

### Una {#one .single objective=one}

- [ ] `coffee` Café
  > MAL
- [x] `leave` Permiso
  > BIEN

### Varias {#several .multiple objective=one}

- [x] `nickname` Apodo
  > BIEN
- [x] `silence` Silencio
  > BIEN
- [ ] `form` Formulario
  > MAL

### Escrita {#written .true-false objective=one}

- [ ] `true` Verdadero
  > MAL
- [x] `false` Falso
  > BIEN

### Relacione {#pairs .match objective=one}

- `think` Me parece → `attitude` Actitud
  > BIEN
- `do` Salgo → `practice` Práctica
  > BIEN
- → `law` Ley
  > SOBRA

### Ordene {#oldest .order objective=one}

1. `first` Primero
   > A
2. `second` Segundo
   > B
3. `third` Tercero
   > C

### Oficina {#office .short objective=one}

- [x] `dna` Defensoría | DNA
  > BIEN
- [ ] `other` *
  > MAL

### Cuánto {#length .numeric objective=one}

- [x] `sum` 60
  > BIEN
- [ ] `other` *
  > MAL

### Complete {#gaps .cloze input=select objective=one}

Vive de la [____](gap:second).

- `second`
  - [x] `sanction` sanción
    > BIEN
  - [ ] `law` ley
    > MAL

### Segura {#sure .scale objective=one}

- `no` Todavía no
  > X
- `yes` Con seguridad
  > Y

### Escriba {#write .open objective=one}

> MODELO

:::
"""


@pytest.fixture(scope="module")
def lesson():
    return read_lesson(QUIZ, language="es", path="es.md")[0]


def paper(lesson, *, with_answers=True):
    return {
        one.kind: one
        for one in on_paper("sample", lesson.block("check"), with_answers=with_answers)
    }


def test_every_kind_is_printed_in_order(lesson):
    assert list(paper(lesson)) == [
        *("single", "multiple", "true-false", "match", "order"),
        *("short", "numeric", "cloze", "scale", "open"),
    ]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", "Permiso"),
        ("multiple", "Apodo; Silencio"),
        ("true-false", "Falso"),
        ("short", "Defensoría / DNA"),
        ("numeric", "60"),
        ("cloze", "1: sanción"),
        ("scale", ""),
        ("open", ""),
    ],
)
def test_answer_is_what_the_file_marks(lesson, kind, answer):
    assert paper(lesson)[kind].answer == answer


def test_match_is_answered_with_the_letters_of_its_legend(lesson):
    match = paper(lesson)["match"]
    legend = {choice.letter: choice.html for choice in match.choices}

    assert [option.html for option in match.options] == ["Me parece", "Salgo"]
    assert [legend[letter] for letter in match.answer.split(", ")] == ["Actitud", "Práctica"]
    assert sorted(legend.values()) == ["Actitud", "Ley", "Práctica"]


def test_order_is_answered_with_the_place_of_each_printed_step(lesson):
    order = paper(lesson)["order"]
    right = ["Primero", "Segundo", "Tercero"]

    assert [right[int(place) - 1] for place in order.answer.split(", ")] == [
        option.html for option in order.options
    ]


def test_participants_see_the_same_questions_without_a_trace_of_the_answers(lesson):
    full = paper(lesson, with_answers=False)
    stripped = paper(for_participants(lesson), with_answers=False)

    assert [one.choices for one in full.values()] == [one.choices for one in stripped.values()]
    assert {one.answer for one in stripped.values()} == {""}
    assert {one.reasons for one in stripped.values()} == {()}
    for secret in ("BIEN", "MAL", "MODELO", "Defensoría", "'60'", "mark='x'"):
        assert secret not in repr(for_participants(lesson))
    assert [option.html for option in stripped["order"].options] == [
        option.html for option in full["order"].options
    ]
