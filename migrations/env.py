"""Run migrations on an engine of their own.

On SQLite a table is rebuilt by copying, dropping and renaming it. With foreign keys on, the
drop would cascade into its children, and the pragma cannot be changed inside a transaction:
so foreign keys are off on this engine from the start, and checked at the end.
"""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, text

from nti_lms import migrating, models  # noqa: F401 -- models fill Base.metadata
from nti_lms.database import Base, UtcDateTime, engine_options


def run() -> None:
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, **engine_options(url))
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", _loosen)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
    try:
        _migrate(engine, is_sqlite)
    finally:
        engine.dispose()


def _migrate(engine, is_sqlite) -> None:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=migrating.is_modelled,
            # SQLite takes DDL back like any write, which Alembic does not believe of it. So all
            # revisions of an upgrade are kept together, and only once no orphan was found.
            transactional_ddl=True,
            render_item=_as_plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                _refuse_orphans(connection)


def _as_plain_type(kind, thing, _context):
    """A moment is a plain DateTime in the tables; a migration must not need our code."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, UtcDateTime) else False


def _loosen(connection, _record):
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=OFF",
        "busy_timeout=15000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_orphans(connection) -> None:
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        raise RuntimeError(f"a migration left rows without their parents: {orphans[:5]}")


run()
