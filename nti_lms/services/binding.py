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
from nti_lms.services import library, reviews
from nti_lms.services.commitments import CODES
from nti_lms.services.outline import ModuleLine
from nti_lms.storage import Storage

LINES: Mapping[str, int] = {"paragraph": 5}
TENTHS = 10
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
        register_reviews=dict(reviews.list_registers()),
        review_notice=registers.get("programme", {}).get("review_notice", {}).get(language, ""),
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
    standings = reviews.of_lesson(published.revision, key, library.register("reviews"))
    return BookLesson(number, library.read(published), figures, standings)


def _field(field: Mapping[str, Any], plan: Mapping[str, Any], language: str) -> PlanField:
    kind = field["type"]
    return PlanField(
        title=field["label"][language],
        help=(field.get("help") or {}).get(language, ""),
        lines=LINES.get(kind, 1),
        choices=_words(_options(field, plan), language),
        columns=_columns(_named(field), language),
        rows=_words(_rows(field, plan), language),
        has_sum=any("sum_of" in column for column in field.get("columns", [])),
    )


def _named(field: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The columns of a table; where the plan names the rows, their names are the first one."""
    columns: list[Mapping[str, Any]] = list(field.get("columns", []))
    if "rows_from" in field:
        columns.insert(0, {"label": field["label"], "type": "paragraph"})
    return columns


def _columns(columns: Sequence[Mapping[str, Any]], language: str) -> tuple[PlanColumn, ...]:
    """Columns that share the page: a tenth each, and the rest by what is written there."""
    wishes = [SHARES.get(column["type"], 1) for column in columns]
    widths = [1] * len(columns)
    for _ in range(TENTHS - len(columns) if columns else 0):
        neediest = max(range(len(columns)), key=lambda n: wishes[n] / widths[n])
        widths[neediest] += 1
    return tuple(
        PlanColumn(column["label"][language], width)
        for column, width in zip(columns, widths, strict=True)
    )


def _rows(field: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows that the plan names: a list of its own, or the choices of the first column."""
    first: Mapping[str, Any] = next(iter(field.get("columns", [])), {})
    name = field.get("rows_from") or first.get("options_from", "")
    return cast(Sequence[Mapping[str, Any]], plan.get(name, []))


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
