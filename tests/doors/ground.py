"""All that the database holds: to be compared, and to be put back as it was."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from nti_lms.database import Base, db

Key = tuple[Any, ...]
Rows = Mapping[Key, Mapping[str, Any]]
Ground = Mapping[str, Rows]

# What files and authors fill, and no other page: large, so looked at where it matters only.
CURRICULUM = {"module", "lesson", "revision", "revision_text", "register", "findable"}
EVERYTHING = frozenset(Base.metadata.tables)
PEOPLES = EVERYTHING - CURRICULUM


def look(tables: frozenset[str] = PEOPLES) -> Ground:
    """The rows of these tables by primary key, read on a connection of its own."""
    with db.engine.connect() as connection:
        return {
            table.name: dict(_rows(connection, table))
            for table in Base.metadata.sorted_tables
            if table.name in tables
        }


def changes(before: Ground, after: Ground) -> dict[str, dict[Key, dict[str, Any]]]:
    """What differs, by table and key: the new values of changed columns; {} for a row that went."""
    found = {
        name: {
            key: _differing(rows.get(key, {}), after[name].get(key, {}))
            for key in rows.keys() | after[name].keys()
            if rows.get(key) != after[name].get(key)
        }
        for name, rows in before.items()
    }
    return {name: rows for name, rows in found.items() if rows}


def put_back(before: Ground) -> None:
    """Undo whatever was written since `before`, row by row."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in before]
    with _writing() as connection:
        for table in reversed(tables):
            for key in dict(_rows(connection, table)).keys() - before[table.name].keys():
                connection.execute(delete(table).where(_is(table, key)))
        for table in tables:
            now = dict(_rows(connection, table))
            for key, row in before[table.name].items():
                if key not in now:
                    connection.execute(insert(table).values(row))
                elif now[key] != row:
                    connection.execute(update(table).where(_is(table, key)).values(row))


@contextmanager
def _writing() -> Iterator[Connection]:
    db.session.rollback()
    with db.engine.begin() as connection:
        yield connection
    db.session.expire_all()


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Key, dict[str, Any]]]:
    for row in connection.execute(select(table)).mappings():
        yield tuple(row[column.name] for column in table.primary_key), dict(row)


def _is(table: Table, key: Key) -> Any:
    return and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in new.items() if name not in old or old[name] != value}
