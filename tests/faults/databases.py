"""Where a site keeps its words, with durability on: SQLite in its folder, or a PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import make_url

from tests import postgres
from tests.faults.site import Site

DATABASE = "nti_faults"


@contextmanager
def site_on(
    kind: str, folder: Path, *, tables: Path | None = None
) -> Iterator[tuple[Site, postgres.Server | None]]:
    """The site, on "sqlite" or "postgres", and the server that is then its own.

    `tables` is where that server keeps the site's tables and indexes, apart from all else.
    """
    if kind == "sqlite":
        with Site(folder) as site:
            yield site, None
        return
    server = postgres.Server(durable=True)
    try:
        url = postgres.fresh_database(server.url, DATABASE)
        if tables is not None:
            server.move_tables(DATABASE, tables)
        with Site(folder, url) as site:
            yield site, server
    finally:
        server.remove()


def faults_in(site: Site) -> list[str]:
    """What SQLite finds wrong with its file."""
    with closing(sqlite.connect(site.data / "nti.sqlite")) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        keys = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*(line for line in found if line != "ok"), *(f"no parent: {row}" for row in keys)]


@contextmanager
def connect(site: Site, server: postgres.Server | None) -> Iterator[Any]:
    """A connection of somebody else to the site's database, in a transaction on PostgreSQL."""
    if server is None:
        with closing(sqlite.connect(site.data / "nti.sqlite", isolation_level=None)) as connection:
            yield connection
        return
    url = make_url(server.url).set(drivername="postgresql", database=DATABASE)
    with closing(psycopg.connect(url.render_as_string(hide_password=False))) as connection:
        yield connection
