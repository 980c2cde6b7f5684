"""The disk is full: reading goes on, no typed word is lost, and room is all that it takes."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.browser.serving import is_ready
from tests.faults.conftest import KIND
from tests.faults.databases import faults_in, site_on
from tests.faults.person import Answer, Person, new_key
from tests.faults.refusals import MANNERS, PRIVATE, Log, Write, assert_refused, list_writes
from tests.faults.site import Site, eventually

pytestmark = pytest.mark.slow

MEGABYTES = 20
LONG = PRIVATE + " y algo más" * 8000
PAGES = ("/home", "/modules", "/lessons/sex-gender-norms", "/journal", "/commitments", "/help")


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small file system of its own. It takes root and the right to mount; else the test fails."""
    folder = tempfile.mkdtemp(prefix="nti-disk-")  # where PostgreSQL's own user may come, too
    Path(folder).chmod(0o755)
    options = f"size={MEGABYTES}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "nti-faults", folder], check=True)
    yield Path(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)
    Path(folder).rmdir()
    Path(f"{folder}.log").unlink(missing_ok=True)


def fill(path: Path) -> None:
    """Take all the room that is left, to the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue


def new_page(words: str) -> Write:
    return Write("/journal/pages", {"text": words, "idempotency_key": new_key()})


def test_a_full_disk_takes_no_word_and_recovers_by_itself(disk: Path, tmp_path: Path) -> None:
    with on_disk(disk, tmp_path) as (site, server):
        elena, log = Person(site, "participant"), Log(site)
        writes, processes = list_writes(elena), site.answering()
        long = new_page(LONG)

        fill(disk / "filler")
        refused = [(long.send(elena, manner), manner) for manner in MANNERS for _ in range(3)]
        short = {name: write.send(elena) for name, write in writes.items()}
        pages = {path: elena.get(path).status for path in PAGES}
        was_ready = is_ready(site.url)
        (disk / "filler").unlink()
        eventually(lambda: is_ready(site.url), "it is well again", within=10)
        again = [write.send(elena).status for write in [long, *writes.values()]]

        for answer, manner in refused:
            assert_refused(answer, manner)
        for answer in short.values():
            assert_kept_or_refused(answer)
        assert {status for path, status in pages.items()} <= {200, 303}
        assert again == [303] * (1 + len(writes))
        assert site.answering() == processes
        assert elena.get("/journal/export").text.count(LONG) == 1
        log.assert_one_line_for_each([*(answer for answer, _ in refused), *short.values()])
        if server is None:
            assert {answer.status for answer in short.values()} == {503}
            assert was_ready is False
            assert faults_in(site) == []


@contextmanager
def on_disk(disk: Path, folder: Path) -> Iterator[tuple[Site, postgres.Server | None]]:
    """The site with SQLite on that disk; or with the tables of PostgreSQL there, its log not."""
    place = disk / "tables" if KIND == "postgres" else None
    # The log lies beside the folder of the site: beside the disk, then, and not on it.
    with site_on(KIND, folder / "site" if place else disk, tables=place) as stage:
        yield stage


def assert_kept_or_refused(answer: Answer) -> None:
    """A small write may find room in what the database has taken already."""
    if answer.status != 303:
        assert_refused(answer, "plain")
