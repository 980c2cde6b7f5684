"""Gather a printed workbook: all that goes into it, in one language, before a page is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import select

from nti_lms import clock
from nti_lms.curriculum import read_facts
from nti_lms.curriculum.registers import read_day
from nti_lms.database import db
from nti_lms.domain.workbook import (
    BookLesson,
    Edition,
    HelpService,
    Paper,
    PlanColumn,
    PlanField,
    PlanSection,
    Term,
    Workbook,
)
from nti_lms.models import Register
from nti_lms.services import library
from nti_lms.services.commitments import CODES
from nti_lms.services.outline import ModuleLine
from nti_lms.storage import Storage

LINES: Mapping[str, int] = {"paragraph": 5}
SHARES: Mapping[str, int] = {"paragraph": 3, "text": 2}


def gather(
    module: ModuleLine,
    storage: Storage,
    *,
    language: str,
    edition: str,
    paper: str,
    contact: str,
    help_address: str,
    is_fictitious: bool,
    filled: Mapping[str, str] | None = None,
) -> Workbook:
    """The workbook of a module as it is published now; `filled` makes it one person's own."""
    registers = _registers()
    review = registers.get("programme", {}).get("review", {})
    return Workbook(
        edition=cast(Edition, edition),
        language=language,
        paper=cast(Paper, paper),
        module_key=module.key,
        number=module.number,
        title=module.titles[language],
        purpose=module.purposes[language],
        lessons=tuple(_lesson(line.key, line.number, language, storage) for line in module.lessons),
        plan=plan_sections(registers.get("plan", {}), language),
        facts=read_facts(registers, language),
        terms=_terms(registers.get("glossary", {}), language),
        services=_services(registers.get("help", {}), language),
        revision=library.outline().digest[:8],
        on=clock.today(),
        licence=str(registers.get("curriculum", {}).get("licence", "")),
        contact=contact,
        help_address=help_address,
        is_fictitious=is_fictitious,
        is_reviewed=all(review.get(kind) for kind in ("content", "law", "safeguarding")),
        filled=filled,
    )


def plan_sections(plan: Mapping[str, Any], language: str) -> tuple[PlanSection, ...]:
    """C1 to C12 of the plan, for paper."""
    return tuple(
        PlanSection(
            code=section["code"],
            title=section["title"][language],
            fields=tuple(
                _field(field, plan, language)
                for field in section.get("fields", [])
                if field["type"] != "file"
            ),
        )
        for section in plan.get("sections", [])
        if section["code"] in CODES
    )


def _lesson(key: str, number: str, language: str, storage: Storage) -> BookLesson:
    published = library.get_published(key, language)
    drawings = published.revision.figures.items()
    figures = {name: storage.get(names[language]) for name, names in drawings}
    return BookLesson(number, library.read(published), figures)


def _field(field: Mapping[str, Any], plan: Mapping[str, Any], language: str) -> PlanField:
    kind = field["type"]
    return PlanField(
        title=field["label"][language],
        help=(field.get("help") or {}).get(language, ""),
        lines=LINES.get(kind, 1),
        choices=_words(_options(field, plan), language),
        columns=tuple(
            PlanColumn(column["label"][language], SHARES.get(column["type"], 1))
            for column in field.get("columns", [])
        ),
        rows=_words(plan.get(field.get("rows_from", ""), []), language),
        has_sum=any("sum_of" in column for column in field.get("columns", [])),
    )


def _options(field: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return cast(
        Sequence[Mapping[str, Any]],
        field.get("options") or plan.get(field.get("options_from", ""), []),
    )


def _words(entries: Sequence[Mapping[str, Any]], language: str) -> tuple[str, ...]:
    return tuple(
        f"{entry['number']} {entry[language]}" if "number" in entry else str(entry[language])
        for entry in entries
    )


def _terms(glossary: Mapping[str, Any], language: str) -> dict[str, Term]:
    return {
        key: Term(key, entry[language]["term"], entry[language]["means"])
        for key, entry in glossary.items()
    }


def _services(entries: Mapping[str, Any], language: str) -> tuple[HelpService, ...]:
    return tuple(
        HelpService(
            key=key,
            name=entry["name"][language],
            coverage=entry["coverage"][language],
            phone=str(entry.get("phone") or ""),
            checked_on=read_day(entry.get("checked_on")),
        )
        for key, entry in entries.items()
    )


def _registers() -> dict[str, Any]:
    return {
        name: content
        for name, content in db.session.execute(select(Register.name, Register.content))
        if isinstance(content, dict)
    }
