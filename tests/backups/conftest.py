"""A site with people in it, whose writing goes on, and an empty one beside it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.models import Entry, User
from tests import postgres
from tests.conftest import build
from tests.writing import Writer

SECRETS = ("keyring", "secret-key")


@pytest.fixture
def writer(app: Flask, cy: User) -> Writer:
    settings = app.extensions["settings"]
    return Writer(build(settings.data, settings.database_url), cy.id)


@pytest.fixture
def pages(app: Flask):
    """The names of all pages in the database, of whichever app is asked."""
    return lambda: set(db.session.scalars(select(Entry.block)))


@pytest.fixture
def elsewhere_folder(app: Flask, tmp_path: Path) -> Path:
    """A folder that holds the copies of the secrets and nothing else."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(0o700)
    for name in SECRETS:
        shutil.copy(app.extensions["settings"].data / name, folder / name)
    return folder


@pytest.fixture
def empty(elsewhere_folder: Path, server: str | None, worker_id: str) -> Iterator[Flask]:
    """The product over that folder, with a database that holds nothing."""
    url = f"sqlite:///{elsewhere_folder / 'nti.sqlite'}"
    if server is not None:
        url = postgres.fresh_database(server, f"nti_{worker_id}_restored")
    app = build(elsewhere_folder, url)
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app: Flask, *arguments: str) -> str:
    """What a command says; it must go well."""
    with app.app_context():
        outcome = app.test_cli_runner().invoke(args=arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def refuse(app: Flask, *arguments: str) -> str:
    """What a command says as it refuses."""
    with app.app_context():
        outcome = app.test_cli_runner().invoke(args=arguments)
    assert outcome.exit_code == 1, outcome.output
    assert "Traceback" not in outcome.output
    return outcome.output
