"""SQLite: a copy made while the site writes, in one step, as it stood at one moment."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pysqlite3.dbapi2 as library
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from nti_lms.backups import standing
from nti_lms.backups.faults import BackupFault
from nti_lms.backups.manifest import Standing
from nti_lms.sqlite import WAIT_SECONDS

FILE = "database.sqlite"


def dump(engine: Engine, folder: Path) -> Standing:
    """Copy the database into `folder`; writers go on meanwhile and are not in it."""
    path = folder / FILE
    _copy(_path_of(engine), path)
    with _open(path) as connection:
        return standing.read(connection)


def check(folder: Path) -> Standing:
    """Open the copy, as far as it is sound. Raises BackupFault."""
    try:
        with _open(folder / FILE) as connection:
            told = connection.scalars(text("PRAGMA integrity_check")).all()
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if told != ["ok"] or orphans:
                raise BackupFault(f"its database is damaged: {[*told, *orphans][:3]}")
            return standing.read(connection)
    except DBAPIError as error:
        raise BackupFault(f"its database cannot be opened: {error.orig}") from None


def is_empty(engine: Engine) -> bool:
    """Whether there is no database yet."""
    return not _path_of(engine).exists()


def restore(folder: Path, engine: Engine) -> None:
    """Put the copy where the site looks for its database, whole or not at all."""
    target = _path_of(engine)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    _copy(folder / FILE, fresh)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    fresh.replace(target)


def _copy(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(library.connect(source)) as old, closing(library.connect(target)) as new:
        old.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


@contextmanager
def _open(path: Path) -> Iterator[Connection]:
    url = f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"
    engine = create_engine(url, module=library, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _path_of(engine: Engine) -> Path:
    return Path(engine.url.database or "")
