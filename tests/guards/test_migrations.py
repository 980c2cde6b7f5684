"""Migrations make exactly the tables of the models, and lead back again with data in them."""

from typing import Any

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    inspect,
    select,
)

from nti_lms import clock, migrating
from nti_lms.database import Base, UtcDateTime, db
from nti_lms.settings import ROOT

FOLDER = str(ROOT / "migrations")
TABLES = Base.metadata.sorted_tables
# What a named check allows, where a made-up value would not do.
ALLOWED = {
    "erasure.what": "entry",
    "findable.kind": "lesson",
    "attendance.state": "present",
    "installment.mode": "virtual",
    "membership.role": "administrator",
    "phase.code": "F1",
    "placement.phase": "F1",
    "placement.rule": "now",
    "revision.state": "draft",
    "revision.origin": "files",
    "ticket.purpose": "reset",
    "job.state": "waiting",
    "session.second_step": "shown",
    "user.language": "es",
}
KINDS: dict[type[Any], Any] = {
    Integer: 1,
    String: "C1",
    LargeBinary: b"x",
    Boolean: True,
    JSON: {},
    Date: clock.today(),
    UtcDateTime: clock.now(),
}


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": migrating.is_modelled}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def checks() -> dict[str, set[str | None]]:
    """The names of the checks of each table, which `compare_metadata` does not look at."""
    inspector = inspect(db.engine)
    return {
        table.name: {check["name"] for check in inspector.get_check_constraints(table.name)}
        for table in TABLES
    }


def expected_checks() -> dict[str, set[Any]]:
    return {
        table.name: {
            check.name for check in table.constraints if isinstance(check, CheckConstraint)
        }
        for table in TABLES
    }


def value_for(column: Column[Any]) -> Any:
    """Something that the column takes; every table has one row, whose number is 1."""
    if str(column) in ALLOWED:
        return ALLOWED[str(column)]
    for key in column.foreign_keys:
        return db.session.scalar(select(key.column))
    return KINDS[type(column.type)]


def fill(table: Table) -> None:
    db.session.execute(table.insert().values({c.name: value_for(c) for c in table.columns}))
    db.session.commit()


def count(table: Table) -> int:
    return len(db.session.execute(select(table)).all())


def test_upgrading_an_empty_database_gives_the_models(empty: Flask) -> None:
    migrating.upgrade()

    assert differences() == []
    assert checks() == expected_checks()


def test_a_second_upgrade_has_nothing_to_do(empty: Flask) -> None:
    assert [migrating.upgrade(), migrating.upgrade()] == [True, False]


def test_going_back_to_nothing_and_up_again_with_data_in_every_table(empty: Flask) -> None:
    migrating.upgrade()
    for table in TABLES:
        fill(table)
    filled = {table.name: count(table) for table in TABLES}
    db.session.remove()

    flask_migrate.downgrade(directory=FOLDER, revision="base")
    after = tables()
    migrating.upgrade()

    assert filled == {table.name: 1 for table in TABLES}
    assert after == set()
    assert differences() == []
    assert {table.name: count(table) for table in TABLES} == {table.name: 0 for table in TABLES}


def test_there_is_one_newest_revision() -> None:
    assert len(migrating.heads()) == 1


def test_revisions_are_named_by_date_and_verb() -> None:
    names = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))

    assert names
    for name in names:
        day, hour, *words = name.split("_")
        assert (len(day), len(hour)) == (8, 4), name
        assert (day + hour).isdecimal(), name
        assert len(words) > 1, name
