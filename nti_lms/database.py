"""The database session, and where its work is kept or dropped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, registry

from nti_lms import sqlite
from nti_lms.domain.errors import NotKept
from nti_lms.sqlite import WAIT_SECONDS

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in, an aware UTC moment out, on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody can tell which zone it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone that the column does not keep."""
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table; constraints get predictable names, so migrations can drop them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON},
    )


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs beside `url`; errors name no value that somebody wrote."""
    if url.startswith("sqlite"):
        return {"module": pysqlite3.dbapi2, "hide_parameters": True}
    return {
        "hide_parameters": True,  # they are people's words, and an error's text goes into the log
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "options": f"-c lock_timeout={WAIT_SECONDS}s"},
    }


def init_app(app: Flask) -> None:
    """Attach the database; what nobody keeps is dropped with the session."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)


def name_of(error: BaseException) -> str:
    """What kind of error it is: for the database's own, the name that the database gives it.

    Its text stays out: it may quote what somebody wrote.
    """
    refusal = error.__cause__ if isinstance(error, NotKept) else error
    cause = refusal.orig if isinstance(refusal, DBAPIError) else refusal
    return str(getattr(cause, "sqlite_errorname", type(cause).__name__))


def begin_writing() -> None:
    """From here on this context writes: on SQLite it waits for its turn at the first statement.

    Ends the reading transaction first, so call it before loading what will be changed.
    """
    db.session.commit()
    sqlite.writing.set(True)


def drop() -> None:
    """Undo what nobody kept. What was loaded can still be read; from here on this context reads.

    A rollback would expire it all, and asking anew may be what a locked database refuses.
    """
    db.session.expunge_all()
    _roll_back()
    sqlite.writing.set(False)


def _let_go(_error: BaseException | None) -> None:
    """The next request of this thread begins as a reader again."""
    _roll_back()
    sqlite.writing.set(False)


def _roll_back() -> None:
    """End the transaction. A database that is gone has ended it already, and must not say so
    when the answer is made and only the session is left to be put away.
    """
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()


def keep() -> None:
    """Commit what was done; from here on this context reads.

    Raises NotKept, with nothing of it left, when the database refuses.

    The rollback is not tidiness: after a failed COMMIT the connection would go back to the
    pool with its transaction open, and the next writer would commit our half.
    """
    try:
        db.session.commit()
    except DBAPIError as refusal:
        drop()
        raise NotKept from refusal
    sqlite.writing.set(False)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit on leaving, roll back on any error: the transaction of a command."""
    begin_writing()
    try:
        yield
        keep()
    except BaseException:
        _roll_back()
        raise
    finally:
        sqlite.writing.set(False)


@contextmanager
def apart() -> Iterator[Session]:
    """A short writing transaction of its own, kept whatever becomes of the request around it.

    For writes that must outlive a refusal or belong to a GET: failed sign-ins, denials, last
    seen, the resume point, leaving. Ends the reading transaction of the request, never a
    writing one: call it while reading.
    """
    db.session.commit()
    token = sqlite.writing.set(True)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        sqlite.writing.reset(token)
