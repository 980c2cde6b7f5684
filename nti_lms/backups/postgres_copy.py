"""PostgreSQL: pg_dump and pg_restore, with everything counted in the very snapshot of the dump."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from nti_lms.backups import programs, standing
from nti_lms.backups.manifest import Standing
from nti_lms.migrating import TABLE

FILE = "database.dump"
_COPY = re.compile(rb'COPY public\."?(\w+)"? \(')


def dump(engine: Engine, folder: Path, beat: Callable[[], None]) -> Standing:
    """Dump the database into `folder`; writers go on meanwhile and are not in it."""
    path = folder / FILE
    path.touch(0o600)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        arguments = ["--format=custom", f"--snapshot={snapshot}", f"--file={path}"]
        programs.run(_program("pg_dump", engine), arguments, engine.url, beat)
        return standing.read(connection)


def check(folder: Path, told: Standing) -> Standing:
    """Unpack the whole dump and count what is in it; the keys are taken as `told`."""
    program = programs.find_newest("pg_restore")
    lines = programs.read_lines(program, ["--data-only", "--file=-", folder / FILE])
    rows, revisions = _count(lines)
    return Standing(rows, " ".join(sorted(revisions)), told.keys)


def is_empty(engine: Engine) -> bool:
    """Whether the database has no table yet."""
    return not inspect(engine).get_table_names()


def restore(folder: Path, engine: Engine, beat: Callable[[], None]) -> None:
    """Load the dump, whole or not at all."""
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    programs.run(_program("pg_restore", engine), [*arguments, str(folder / FILE)], engine.url, beat)


def _count(lines: Iterable[bytes]) -> tuple[dict[str, int], list[str]]:
    """The rows of each table in a dump's text, and what its table of revisions holds."""
    rows: dict[str, int] = {}
    revisions, name = [], None
    for line in lines:
        if name is None:
            if found := _COPY.match(line):
                name = found[1].decode()
                rows[name] = 0
        elif line == b"\\.\n":
            name = None
        else:
            rows[name] += 1
            if name == TABLE:
                revisions.append(line.decode().strip())
    return rows, revisions


def _program(name: str, engine: Engine) -> Path:
    with engine.connect() as connection:
        version = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
    return programs.find(name, (version or 0) // 10_000)
