"""The table of the doors, doors.csv, as rows."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.doors.conftest import CAST, VISITOR

FILE = Path(__file__).with_name("doors.csv")
NAMES = (VISITOR, *CAST)
COLUMNS = (
    *("vis", "par", "cla", "out", "rep", "men", "fac", "man", "eva", "con", "adm"),
    *("rep*", "men*", "fac*", "man*"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """One page, one verb, and what each person is answered; `see` is what htmx gets for a 303."""

    verb: str
    page: str
    address: str
    see: int
    answers: Mapping[str, int]

    def __str__(self) -> str:
        return f"{self.verb} {self.page} {self.address}"


def doors() -> list[Door]:
    """Every row."""
    return list(_read())


def _read() -> Iterator[Door]:
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, skipinitialspace=True):
            cells = {(name or "").strip(): (cell or "").strip() for name, cell in row.items()}
            yield Door(
                verb=cells["verb"],
                page=cells["page"],
                address=cells["address"],
                see=int(cells["see"]),
                answers={
                    name: int(cells[column]) for name, column in zip(NAMES, COLUMNS, strict=True)
                },
            )
