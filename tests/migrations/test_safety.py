"""A migration takes no children with it, leaves no orphans, and is whole or not at all."""

import os
import subprocess
import sys
from collections.abc import Callable

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from nti_lms import migrating
from nti_lms.database import Base, db
from nti_lms.settings import ROOT
from tests.conftest import IS_POSTGRES
from tests.migrations.populated import FOLDER, Populated
from tests.migrations.test_populated import FOLDER_OF_OURS, RELEASES, keys

PARENTS = sorted(
    {key.column.table.name for table in Base.metadata.tables.values() for key in table.foreign_keys}
)
# A check can be added to a table of SQLite only by copying, dropping and renaming it.
REBUILD = """
    for name in {parents}:
        with op.batch_alter_table(name) as batch:
            batch.create_check_constraint("proof", "1 = 1")
"""
UNDO = """
    for name in {parents}:
        with op.batch_alter_table(name) as batch:
            batch.drop_constraint("proof", type_="check")
"""
HALF_WAY = """
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("cohort") as batch:
        batch.add_column(sa.Column("motto", sa.String(), nullable=True))
    op.execute("UPDATE cohort SET name = name || ' (moved)'")
    if not os.path.exists("{flag}"):
        os.kill(os.getpid(), signal.SIGKILL)
    op.drop_table("half")
"""


@pytest.fixture
def filled(empty: Flask) -> Flask:
    """The database of the newest release, up to date."""
    newest = max(RELEASES, key=lambda path: path.stat().st_mtime)
    Populated.read(FOLDER / newest.name).load(FOLDER_OF_OURS)
    migrating.upgrade()
    return empty


def names() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT name FROM cohort ORDER BY id")))


def revision() -> str | None:
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def columns(table: str) -> set[str]:
    return {column["name"] for column in inspect(db.engine).get_columns(table)}


def test_rebuilding_every_parent_keeps_every_child(filled: Flask, add_version: Callable) -> None:
    folder = add_version(REBUILD.format(parents=PARENTS), UNDO.format(parents=PARENTS))
    before = keys()

    flask_migrate.upgrade(directory=folder)
    up = keys()
    flask_migrate.downgrade(directory=folder)

    assert {"user", "lesson", "key_pair"} <= set(PARENTS)
    assert up == before
    assert keys() == before


@pytest.mark.skipif(IS_POSTGRES, reason="PostgreSQL alters a table where it stands")
def test_with_foreign_keys_on_the_same_would_have_taken_the_children(
    filled: Flask, add_version: Callable
) -> None:
    """What protects them is the pragma in env.py; without it the test above could not fail."""
    folder = add_version(
        REBUILD.format(parents=PARENTS),
        environment=lambda words: words.replace("foreign_keys=OFF", "foreign_keys=ON"),
    )
    before = keys()

    flask_migrate.upgrade(directory=folder)

    lost = {name for name, rows in keys().items() if len(rows) < len(before[name])}
    assert {"key_pair", "entry", "credential"} <= lost


@pytest.mark.skipif(IS_POSTGRES, reason="PostgreSQL keeps foreign keys by itself meanwhile")
def test_a_migration_that_leaves_orphans_leaves_nothing_of_itself(
    filled: Flask, add_version: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    folder = add_version("    op.execute('DELETE FROM user')")
    before, at = keys(), revision()

    for _ in range(2):
        with pytest.raises(SystemExit):
            flask_migrate.upgrade(directory=folder)

    assert caplog.text.count("left rows without their parents") == 2
    assert (keys(), revision()) == (before, at)


def test_one_killed_half_way_leaves_nothing_and_ends_well_when_run_again(
    filled: Flask, add_version: Callable
) -> None:
    settings = filled.extensions["settings"]
    flag = settings.data / "go-on"
    folder = add_version(HALF_WAY.format(flag=flag), "    op.drop_column('cohort', 'motto')")
    before, at, called = keys(), revision(), names()
    db.session.remove()
    db.engine.dispose()

    def upgrade() -> int:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade", "-d", folder]
        env = os.environ | {"NTI_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True).returncode

    assert upgrade() == -9
    assert (keys(), revision(), names()) == (before, at, called)
    assert "motto" not in columns("cohort")

    flag.touch()
    assert upgrade() == 0
    assert revision() == "test1"
    assert keys() == before
    assert names() == [f"{name} (moved)" for name in called]
    assert "motto" in columns("cohort")


def test_of_two_that_belong_together_none_stays_alone(filled: Flask, add_version: Callable) -> None:
    add_version("    op.add_column('cohort', sa.Column('motto', sa.String()))")
    folder = add_version("    op.execute('SELECT * FROM nowhere')")
    at = revision()

    with pytest.raises(Exception, match="nowhere"):
        flask_migrate.upgrade(directory=folder)

    assert revision() == at
    assert "motto" not in columns("cohort")
