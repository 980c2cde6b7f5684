"""Whatever a release has left in a database comes with it, up to now, down again, and up."""

from pathlib import Path

import flask_migrate
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, text

from nti_lms import migrating, safe
from nti_lms.database import db
from nti_lms.domain.keyring import KeyRing
from nti_lms.settings import ROOT
from tests.conftest import build
from tests.migrations import populated
from tests.migrations.populated import AUTHOR, FOLDER, WORDS, Populated

FOLDER_OF_OURS = str(ROOT / "migrations")
RELEASES = sorted(FOLDER.glob("*.json.gz"))


def revisions() -> list[str]:
    """From the first to the newest."""
    config = Config()
    config.set_main_option("script_location", FOLDER_OF_OURS)
    walked = ScriptDirectory.from_config(config).walk_revisions()
    return [one.revision for one in walked][::-1]


def keys() -> dict[str, set[tuple[object, ...]]]:
    """What each row is told by, in every table: no row is lost or added unseen."""
    with db.engine.connect() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(*table.primary_key))}
            for table in populated.tables()
        }


def shared(one: dict[str, set[tuple[object, ...]]], other: dict[str, object]) -> dict[str, object]:
    return {name: found for name, found in one.items() if name in other}


def name_of(path: Path) -> str:
    return path.name.partition(".")[0]


def test_the_first_revision_has_a_populated_database_and_no_unknown_one_has() -> None:
    known = {name_of(path) for path in RELEASES}

    assert revisions()[0] in known
    assert known <= set(revisions())


@pytest.mark.parametrize("path", RELEASES, ids=name_of)
def test_each_revision_goes_up_and_down_with_all_that_a_release_left(
    empty: Flask, path: Path
) -> None:
    Populated.read(path).load(FOLDER_OF_OURS)
    begun = keys()
    assert all(begun.values())
    steps = revisions()
    for below, revision in zip(steps, steps[1:], strict=False):
        if steps.index(below) < steps.index(name_of(path)):
            continue
        before = keys()
        flask_migrate.upgrade(directory=FOLDER_OF_OURS, revision=revision)
        after = keys()
        flask_migrate.downgrade(directory=FOLDER_OF_OURS, revision=below)
        back = keys()
        flask_migrate.upgrade(directory=FOLDER_OF_OURS, revision=revision)

        assert shared(before, after) == shared(after, before), revision
        assert back == before, revision
        assert keys() == after, revision
    assert shared(keys(), begun) == shared(begun, keys())


@pytest.mark.parametrize("path", RELEASES, ids=name_of)
def test_the_product_of_today_opens_the_page_that_a_release_kept(empty: Flask, path: Path) -> None:
    found = Populated.read(path)
    found.load(FOLDER_OF_OURS)
    migrating.upgrade()
    settings = empty.extensions["settings"]
    safe.write_ring(settings.data, KeyRing.parse(found.keyring))

    app = build(settings.data, settings.database_url)
    with app.app_context():
        browser = app.test_client()
        who = {"handle": AUTHOR, "passphrase": found.passphrase}
        assert browser.post("/sign-in", data=who).location == "/home"
        assert browser.get("/home").status_code == 200
        assert WORDS in browser.get("/journal").text
        more = browser.post("/journal/pages", data={"text": "one more"})
        assert more.status_code == 303
        assert "one more" in browser.get("/journal").text
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("path", RELEASES, ids=name_of)
def test_what_was_loaded_is_what_was_dumped(empty: Flask, path: Path) -> None:
    found = Populated.read(path)

    found.load(FOLDER_OF_OURS)

    assert populated.dump() == found.rows


def test_the_command_fills_every_table(tmp_path: Path) -> None:
    made = populated.make(tmp_path / "var")

    assert [name for name, rows in made.rows.items() if not rows] == []
    assert Populated.read(made.write(tmp_path)) == made


def test_check_finds_no_difference(empty: Flask) -> None:
    migrating.upgrade()

    outcome = empty.test_cli_runner().invoke(args=["db", "check"])

    assert outcome.exit_code == 0, outcome.output


def test_check_finds_a_difference(empty: Flask) -> None:
    migrating.upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE event DROP COLUMN kind"))

    outcome = empty.test_cli_runner().invoke(args=["db", "check"])

    assert outcome.exit_code != 0
