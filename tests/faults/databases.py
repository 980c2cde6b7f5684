"""Where a site keeps its words, with durability on: SQLite in its folder, or a PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from tests import postgres
from tests.faults.site import Site


@contextmanager
def site_on(kind: str, folder: Path) -> Iterator[tuple[Site, postgres.Server | None]]:
    """The site, on "sqlite" or "postgres", and the server that is then its own."""
    if kind == "sqlite":
        with Site(folder) as site:
            yield site, None
        return
    server = postgres.Server(durable=True)
    try:
        with Site(folder, postgres.fresh_database(server.url, "nti_faults")) as site:
            yield site, server
    finally:
        server.remove()


def faults_in(site: Site) -> list[str]:
    """What SQLite finds wrong with its file."""
    with closing(sqlite.connect(site.data / "nti.sqlite")) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        keys = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*(line for line in found if line != "ok"), *(f"no parent: {row}" for row in keys)]
