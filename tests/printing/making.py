"""Workbooks for tests, made from the shipped curriculum."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from nti_lms import curriculum
from nti_lms.curriculum import Curriculum
from nti_lms.domain.workbook import (
    BookLesson,
    HelpService,
    PlanColumn,
    PlanField,
    PlanSection,
    Term,
    Workbook,
)

ROOT = Path(__file__).resolve().parents[2]


@cache
def shipped() -> Curriculum:
    return curriculum.load(ROOT / "curriculum")


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return made


def make_workbook(
    *,
    edition: str = "participant",
    language: str = "es",
    module: int = 1,
    lessons: tuple[str, ...] = ("1.2",),
    **changes: Any,
) -> Workbook:
    """A workbook of a shipped module with only the named lessons."""
    found = next(one for one in shipped().modules if one.number == module)
    facts: dict[str, Any] = {
        "edition": edition,
        "language": language,
        "paper": "letter",
        "module_key": found.key,
        "number": found.number,
        "title": found.titles[language],
        "purpose": found.purposes[language],
        "lessons": tuple(
            BookLesson(
                folder.number,
                folder.texts[language],
                {
                    name: curriculum.localise(drawing, language)
                    for name, drawing in folder.figures.items()
                },
            )
            for folder in found.lessons
            if folder.number in lessons
        ),
        "plan": make_plan(),
        "facts": curriculum.read_facts(shipped().registers, language),
        "terms": {
            key: Term(key, entry[language]["term"], entry[language]["means"])
            for key, entry in shipped().registers["glossary"].items()
        },
        "services": tuple(
            HelpService(key, entry["name"][language], entry["coverage"][language])
            for key, entry in shipped().registers["help"].items()
        ),
        "revision": "7",
        "on": date(2026, 11, 24),
        "licence": "CC BY-SA 4.0.",
        "contact": "curso@example.org",
        "help_address": "https://example.org/ayuda",
        "is_fictitious": True,
    }
    return Workbook(**(facts | changes))


def make_plan() -> tuple[PlanSection, ...]:
    budget = PlanField(
        "Presupuesto",
        columns=(
            PlanColumn("Línea", 4),
            PlanColumn("Cantidad", 2),
            PlanColumn("Fondo", 2),
            PlanColumn("Total", 2),
        ),
        rows=("1 Facilitación", "2 Traducción", "3 Viajes", "4 Alimentación"),
        has_sum=True,
    )
    risks = PlanField(
        "Riesgos",
        columns=(
            PlanColumn("Daño posible", 3),
            PlanColumn("A quién", 2),
            PlanColumn("P × G", 1),
            PlanColumn("Respuesta", 4),
        ),
    )
    return (
        PlanSection(
            "C1",
            "Identidad",
            "Quiénes firman.",
            (
                PlanField("Título", "Un verbo y un cambio.", 1),
                PlanField("Tipo", choices=("Comunidad", "Escuela")),
            ),
        ),
        PlanSection(
            "C2",
            "Punto de partida",
            "",
            (PlanField("Qué hacemos ya con hombres y niños", lines=5),),
        ),
        PlanSection(
            "C5", "Cambio que buscamos", "Un solo cambio.", (PlanField("De… a…", lines=4),)
        ),
        PlanSection("C8", "Presupuesto", "En bolivianos.", (budget,)),
        PlanSection("C9", "Riesgos y no hacer daño", "", (risks,)),
    )
