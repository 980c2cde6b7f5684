"""The worker is killed in the middle of a PDF: it is taken up again, and made once."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Stage
from tests.faults.databases import connect
from tests.faults.person import Person, new_key
from tests.faults.site import children, command, eventually

pytestmark = pytest.mark.slow

ORDER = {"module": "m1", "language": "es", "edition": "participant", "paper": "a4"}
JOBS = "SELECT state, tries FROM job WHERE kind = 'workbook'"


def test_a_workbook_whose_worker_was_killed_is_taken_up_again_and_made_once(stage: Stage) -> None:
    site, _ = stage
    elena = Person(site, "participant")
    book = elena.post("/workbooks", {**ORDER, "idempotency_key": new_key()}).place

    eventually(lambda: re.search(r"Part [1-9]\d* of", elena.get(book).text), "a part is made")
    killed = site.worker()
    orphans = children(killed or 0)
    site.kill_worker()
    eventually(lambda: site.worker() not in (None, killed), "there is another worker")
    is_half_made = elena.get(f"{book}/file").status == 404
    with connect(*stage) as connection:  # rather than wait for the lease of two minutes
        connection.execute("UPDATE job SET leased_until = created_at WHERE kind = 'workbook'")
        connection.commit()
    eventually(lambda: elena.get(f"{book}/file").status == 200, "the workbook is made")
    again = elena.post("/workbooks", {**ORDER, "idempotency_key": new_key()}).place

    assert is_half_made
    assert again == book
    eventually(lambda: ask(stage, JOBS) == [("done", 2)], "it is done")
    files = ask(stage, "SELECT file FROM workbook")
    assert len(files) == 1
    assert is_whole(site.data / "files", files[0][0])
    eventually(lambda: not any(command(pid) for pid in orphans), "what it had begun has ended")
    assert "Traceback" not in site.log.read_text()


def ask(stage: Stage, question: str) -> list[tuple[Any, ...]]:
    with connect(*stage) as connection:
        return [tuple(row) for row in connection.execute(question)]


def is_whole(folder: Path, name: str) -> bool:
    """Whether the file of that hash is a PDF, whole."""
    content = (folder / name[:2] / name[2:]).read_bytes()
    return hashlib.sha256(content).hexdigest() == name and content.startswith(b"%PDF-")
