"""The list of what was erased, kept beside the backups: one JSON object a line, only ever added to.

A line names a row (`what`, `number`, `made_at`, `erased_at`) or says `until` when the list was
whole. A line that a power cut broke in two is passed over; the next copying writes it again.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nti_lms import clock, safe
from nti_lms.database import db
from nti_lms.models import Erasure
from nti_lms.services import erasures

FILE = "erasures"
Row = tuple[str, int, datetime]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was erased, by row, and until when the list is whole; None where there is no list."""

    erased: dict[Row, datetime]
    until: datetime | None

    def rows(self) -> list[Erasure]:
        """As rows of the table."""
        return [
            Erasure(what=what, number=number, made_at=made_at, erased_at=erased_at)
            for (what, number, made_at), erased_at in self.erased.items()
        ]


def read(*shelves: Path) -> Ledger:
    """What the lists on these shelves tell together."""
    lines = [line for shelf in shelves for line in _lines(shelf / FILE)]
    erased = {
        (line["what"], line["number"], _moment(line["made_at"])): _moment(line["erased_at"])
        for line in lines
        if "what" in line
    }
    until = max((_moment(line["until"]) for line in lines if "until" in line), default=None)
    return Ledger(erased, until)


def copy(shelf: Path) -> None:
    """Add to the list on that shelf what the table holds beyond it."""
    now = clock.now()
    known = read(shelf).erased
    found = [row for row in erasures.list_all() if _key(row) not in known]
    db.session.commit()
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    _append(shelf / FILE, [*map(_line, found), {"until": now.isoformat()}])
    safe.sync(shelf)


def _key(row: Erasure) -> Row:
    return row.what, row.number, row.made_at


def _line(row: Erasure) -> dict[str, Any]:
    moments = {"made_at": row.made_at.isoformat(), "erased_at": row.erased_at.isoformat()}
    return {"what": row.what, "number": row.number, **moments}


def _append(path: Path, lines: list[dict[str, Any]]) -> None:
    """In one piece, on a line of its own whatever a power cut left before."""
    text = "\n".join(["", *(json.dumps(line) for line in lines), ""])
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(handle, "a", encoding="utf-8") as file:  # noqa: PTH123 -- a descriptor, not a path
        file.write(text)
        file.flush()
        os.fsync(handle)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
