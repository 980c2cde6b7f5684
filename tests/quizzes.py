"""A small lesson with every kind of question in both languages, and a reader of its form.

Whatever no page may show before submission holds the word SECRET or the number 6173; what a
question is about, which only the lesson tells, is OBJECTIVE.
"""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from nti_lms import clock
from nti_lms.curriculum import read_lesson
from nti_lms.database import db, unit_of_work
from nti_lms.models import Lesson, Module, Revision
from nti_lms.services import loading

KEY, BLOCK = "ten-kinds", "example"
URL = f"/lessons/{KEY}/quiz/{BLOCK}"

SPANISH = """---
key: ten-kinds
language: es
title: Diez maneras
summary: Una lección de prueba.
minutes: 5
group-minutes: 10
content-level: 0
objectives:
  sanction: Reconocer una norma
---

::: {.text #idea}

## Una idea

Prueba.

:::

::: {.quiz #example}

## Repaso

### Una sola respuesta {#one .single objective=sanction}

- [ ] `coffee` Todos toman café a las diez.
  > SECRET costumbre
- [x] `leave` Aquí un hombre no sale por un hijo enfermo.
  > SECRET sanción

### Varias respuestas {#several .multiple objective=sanction}

- [x] `nickname` El apodo
  > SECRET apodo
- [x] `silence` El silencio
  > SECRET silencio
- [ ] `form` El formulario
  > SECRET formulario

### Una norma necesita estar escrita. {#written .true-false objective=sanction}

- [ ] `true` Verdadero
  > SECRET verdadero
- [x] `false` Falso
  > SECRET falso

### Relacione. {#pairs .match objective=sanction}

- `think` «Me parece bien» → `attitude` Lo que pienso
  > SECRET actitud
- `do` «Yo salgo a las diez» → `practice` Lo que hago
  > SECRET práctica
- `expect` «Se van a reír» → `approval` Lo que creo que aprueban
  > SECRET aprobación
- → `law` Lo que manda la ley
  > SECRET ley

### Ordene. {#oldest .order objective=sanction}

1. `grandparents` Tiempo de abuelas y abuelos
   > SECRET abuelos
2. `parents` Tiempo de quienes me criaron
   > SECRET padres
3. `mine` Mi tiempo
   > SECRET mío

### ¿Qué oficina atiende a menores de edad? {#office .short objective=sanction}

- [x] `dna` SECRET Defensoría | DNA
  > SECRET oficina
- [ ] `other` *
  > SECRET otra oficina

### ¿Cuánto dura? {#length .numeric objective=sanction}

- [x] `sum` 6173
  > SECRET suma
- [ ] `other` *
  > SECRET otra suma

### Complete. {#gaps .cloze input=select objective=sanction}

Una norma vive de la [____](gap:first) y de la [____](gap:second).

- `first`
  - [x] `approval` aprobación
    > SECRET primero
  - [ ] `law` ley
    > SECRET tampoco
- `second`
  - [ ] `rule` regla \\<b>escrita\\</b>
    > SECRET regla
  - [x] `sanction` sanción
    > SECRET segundo

### Escriba la palabra. {#word .cloze input=type objective=sanction}

Lo que recibe quien no cumple es una [____](gap:only).

- `only`
  - [x] `sanction` SECRET-sanción
    > SECRET palabra
  - [ ] `other` *
    > SECRET otra palabra

### Hoy podría explicarla. {#sure .scale objective=sanction}

- `no` Todavía no
  > SECRET todavía
- `yes` Con seguridad
  > SECRET seguridad

### Escriba una norma. {#write .open objective=sanction}

> SECRET modelo

:::
"""
ENGLISH = (
    SPANISH.replace("language: es", "language: en")
    .replace("Una sola respuesta", "One answer alone")
    .replace("El silencio", "The silence")
    .replace("SECRET sanción", "SECRET penalty")
)
# The form of a person who knows everything: what each kind of question takes.
RIGHT: Mapping[str, Any] = {
    "q-one": "leave",
    "q-several": ["nickname", "silence"],
    "q-written": "false",
    "q-pairs.think": "attitude",
    "q-pairs.do": "practice",
    "q-pairs.expect": "approval",
    "q-oldest.grandparents": "1",
    "q-oldest.parents": "2",
    "q-oldest.mine": "3",
    "q-office": "secret defensoria",
    "q-length": "6173,0",
    "q-gaps.first": "approval",
    "q-gaps.second": "sanction",
    "q-word.only": "Secret-sancion",
    "q-sure": "yes",
    "q-write": "Se espera que no se pida permiso.\nA quien lo pide, le dicen <flojo>.",
}
POINTS = 9  # one for each kind but the scale and the open question
OBJECTIVE = "Reconocer una norma"


def add_lesson(spanish: str = SPANISH, english: str = ENGLISH) -> Revision:
    """Publish the lesson, or the next revision of it."""
    texts = {}
    for language, source in (("es", spanish), ("en", english)):
        lesson, problems = read_lesson(source, language=language, path=f"{language}.md")
        assert (lesson is not None, problems) == (True, [])
        texts[language] = lesson
    with unit_of_work():
        row = db.session.query(Lesson).filter_by(key=KEY).one_or_none()
        if row is None:
            module = db.session.query(Module).order_by(Module.number).first()
            row = Lesson(key=KEY, module_id=module.id, number="1.9", position=9, folder="1-9-ten")
            db.session.add(row)
            db.session.flush()
        digest = loading.digest_of([spanish, english, clock.now().isoformat()])
        revision = loading.add_revision(
            row, texts, state="published", origin="files", figures={}, stamps={}, digest=digest
        )
        loading.refresh_outline()
    return revision


class Form(HTMLParser):
    """The form `attempt` of a page, as a browser would send it if nobody touched it.

    `fields` maps names to what is filled in (a list for boxes), `offered` to the values that may
    be chosen, `buttons` the names of buttons to where they send the form ("" by pressing Enter).
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self.offered: dict[str, list[str]] = {}
        self.buttons: dict[str, str] = {}
        self.action = self._select = self._text = self._option = ""
        self._is_inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "form" and found.get("id") == "attempt":
            self._is_inside, self.action = True, str(found["action"])
        elif self._is_inside and tag in {"input", "select", "textarea", "option", "button"}:
            getattr(self, f"_{tag}_starts")(str(found.get("name") or ""), found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        if tag == "textarea" and self._text:
            self.fields[self._text] = self.fields[self._text].removeprefix("\n")
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data
        elif self._option and data.strip():
            self.offered[self._select].append(data.strip())
            if self._option == "selected":
                self.fields[self._select] = data.strip()
            self._option = ""

    def _input_starts(self, name: str, found: Mapping[str, str | None]) -> None:
        kind, value = found.get("type", "text"), str(found.get("value") or "")
        if kind == "checkbox":
            self.offered.setdefault(name, []).append(value)
            self.fields[name] = [one for one in self._row(name) if one]
            self.fields[name] += [value] if "checked" in found else []
        elif kind == "radio":
            self.offered.setdefault(name, []).append(value)
            if "checked" in found:
                self.fields[name] = value
        else:
            self.fields[name] = value

    def _row(self, name: str) -> list[str]:
        kept = self.fields.get(name, [])
        return kept if isinstance(kept, list) else [kept]

    def _select_starts(self, name: str, found: Mapping[str, str | None]) -> None:
        self._select, self.fields[name], self.offered[name] = name, "", []

    def _option_starts(self, name: str, found: Mapping[str, str | None]) -> None:
        self._option = "selected" if "selected" in found else "offered"
        if "value" in found:
            self._option = ""
            self.offered[self._select].append(str(found["value"]))
            if "selected" in found:
                self.fields[self._select] = str(found["value"])

    def _textarea_starts(self, name: str, found: Mapping[str, str | None]) -> None:
        self._text, self.fields[name] = name, ""

    def _button_starts(self, name: str, found: Mapping[str, str | None]) -> None:
        self.buttons[name] = str(found.get("formaction") or self.action)

    @property
    def answers(self) -> dict[str, Any]:
        """What is filled in, without what is hidden and what is empty; boxes by their value."""
        return {
            name: sorted(said) if isinstance(said, list) else said
            for name, said in self.fields.items()
            if name[:2] == "q-" and said
        }

    def fill(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The form with `answers`, each of which it must offer."""
        for name, said in answers.items():
            chosen = said if isinstance(said, list) else [said]
            assert name in self.fields or name in self.offered, name
            assert set(chosen) <= set(self.offered.get(name, chosen)), name
        return {**self.fields, **answers}
