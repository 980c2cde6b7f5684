"""A populated database as one small file, loadable at its revision on either database.

`python -m tests.migrations.populated` makes the one of the newest revision: the fictitious cohort,
one sealed page, and at least one row in every table. It also carries the key ring, so that a later
product can show that it still opens the page. Make one for each release, and keep it for good.
"""

import gzip
import json
import os
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    insert,
    select,
    text,
)

from nti_lms import migrating
from nti_lms.app import create_app
from nti_lms.database import Base, db, unit_of_work
from nti_lms.models import Lesson
from nti_lms.preparing import prepare
from nti_lms.services import accounts, journal
from nti_lms.settings import Settings
from tests.guards.test_migrations import fill

FOLDER = Path(__file__).parent / "fixtures"
WORDS = "Palabras inventadas de una persona inventada"
AUTHOR = "participant@demo.example"
KEPT_LESSONS = 1  # their texts weigh most


@dataclass(frozen=True)
class Populated:
    """Everything in a database of that revision, and what opens the page that is in it."""

    revision: str
    passphrase: str
    keyring: str
    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, path: Path) -> "Populated":
        return cls(**json.loads(gzip.decompress(path.read_bytes())))

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.revision}.json.gz"
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        return path

    def load(self, directory: str) -> None:
        """Bring the empty database of the app to this revision, and fill it."""
        flask_migrate.upgrade(directory=directory, revision=self.revision)
        with db.engine.begin() as connection:
            for table in tables():
                if found := self.rows.get(table.name):
                    kinds = {column.name: column for column in table.columns}
                    rows = [
                        {
                            name: _convert(kinds[name], value, FROM_JSON)
                            for name, value in row.items()
                        }
                        for row in found
                    ]
                    connection.execute(insert(table), rows)
            if db.engine.dialect.name == "postgresql":
                _set_counters(connection)


def tables() -> list[Table]:
    """The tables as the database has them now, parents first, without Alembic's own.

    Without the index of the search either, which the next load of the curriculum fills.
    """
    metadata = MetaData()
    metadata.reflect(db.engine, only=lambda name, _: migrating.is_modelled(name, "table", None))
    return [table for table in metadata.sorted_tables if table.name != migrating.TABLE]


def dump() -> dict[str, list[dict[str, Any]]]:
    """All rows of the database, as JSON can hold them."""
    with db.engine.connect() as connection:
        return {
            table.name: [
                {
                    c.name: _convert(c, value, TO_JSON)
                    for c, value in zip(table.columns, row, strict=True)
                }
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables()
        }


TO_JSON: dict[type, Callable[[Any], Any]] = {
    LargeBinary: lambda value: b64encode(value).decode(),
    DateTime: datetime.isoformat,
    Date: date.isoformat,
}
FROM_JSON: dict[type, Callable[[Any], Any]] = {
    LargeBinary: b64decode,
    DateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
}


def _convert(column: Column[Any], value: Any, kinds: dict[type, Callable[[Any], Any]]) -> Any:
    for kind, convert in kinds.items():
        if value is not None and isinstance(column.type, kind):
            return convert(value)
    return value


def _set_counters(connection: Any) -> None:
    """Let PostgreSQL count on from the highest number of each table."""
    for table in tables():
        if "id" in table.columns:
            place = {
                "name": f'"{table.name}"',
                "most": connection.scalar(select(func.max(table.c.id))),
            }
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :most)"), place
            )


def make(data: Path) -> Populated:
    """A fictitious site in the folder `data`, with something in every table."""
    env = {"NTI_DATA": str(data)}
    prepare(Settings.from_env(env), env, is_demo=True)
    app = create_app(env)
    with app.app_context():
        _keep_few_lessons()
        with unit_of_work():
            author = accounts.find_by_handle(AUTHOR)
            place = {"lesson_id": None, "lesson_revision_id": None, "block": "page-1", "base": 0}
            journal.save(author, {"text": WORDS}, app.extensions["keyring"], **place)
        for table in Base.metadata.sorted_tables:
            if not db.session.scalar(select(func.count()).select_from(table)):
                fill(table)
        (revision,) = migrating.heads()
        passphrase = (data / "demo-passphrase").read_text("utf-8").strip()
        return Populated(revision, passphrase, (data / "keyring").read_text("utf-8"), dump())


def _keep_few_lessons() -> None:
    with unit_of_work():
        kept = select(Lesson.id).order_by(Lesson.id).limit(KEPT_LESSONS)
        db.session.execute(delete(Lesson).where(Lesson.id.not_in(kept)))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.umask(0o077)
        path = make(Path(folder)).write(FOLDER)
    sys.stdout.write(f"{path}: {path.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
