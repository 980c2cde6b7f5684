"""A site with people in it, whose writing goes on, and an empty one beside it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from nti_lms.database import db, unit_of_work
from nti_lms.models import Entry, User
from nti_lms.services import journal
from tests import postgres
from tests.conftest import build

SECRETS = ("keyring", "secret-key")


@dataclass
class Writer:
    """Somebody else who writes page after page, over connections of their own."""

    app: Flask
    user_id: int
    kept: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Write before, during and after the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self._write_until, args=(stop,))
        thread.start()
        try:
            self._wait_for_more()
            yield
            self._wait_for_more()
        finally:
            stop.set()
            thread.join()
        assert self.faults == []

    def _wait_for_more(self) -> None:
        so_far = len(self.kept)
        while len(self.kept) < so_far + 3 and not self.faults:
            threading.Event().wait(0.005)

    def _write_until(self, stop: threading.Event) -> None:
        try:
            with self.app.app_context():
                user = db.session.get_one(User, self.user_id)
                while not stop.is_set():
                    self.kept.append(self._write(user))
                db.session.remove()
                db.engine.dispose()
        except BaseException as fault:
            self.faults.append(fault)

    def _write(self, user: User) -> str:
        name = journal.new_page()
        place = {"lesson_id": None, "lesson_revision_id": None, "block": name, "base": 0}
        with unit_of_work():
            journal.save(user, {"text": name}, self.app.extensions["ring-file"].ring(), **place)
        return name


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
