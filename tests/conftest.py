"""The stage for every test: an app, a clean database, a small cast.

NTI_TEST_DATABASE is sqlite (the default) or postgres.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import event
from werkzeug.test import TestResponse

from nti_lms import clock, migrating, policy, safe, sqlite
from nti_lms.app import create_app
from nti_lms.curriculum import load
from nti_lms.database import db, unit_of_work
from nti_lms.domain import passphrases
from nti_lms.domain.passphrases import Recipe
from nti_lms.domain.roles import Role
from nti_lms.models import Cohort, Installment, Membership, Organisation, User
from nti_lms.services import accounts, indexing, library, loading, sessions
from nti_lms.services.outline import LessonLine
from nti_lms.settings import ROOT
from tests import postgres

PASSPHRASE = "cuatro palabras de prueba"
IS_POSTGRES = os.environ.get("NTI_TEST_DATABASE") == "postgres"
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


class Browser(FlaskClient):
    """A client whose every request stands alone, with its own session and user."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response

    def sign_in(self, user: User, *, with_journal: bool = True) -> "Browser":
        """Hold a live session of `user`, the journal open unless told otherwise.

        Staff have shown a second step, as on a real site.
        """
        keys = keys_of(user) if with_journal else {}
        known = accounts.find_user(user.id) or user
        step = "shown" if policy.owes_second_step(known) else "none"
        with unit_of_work():
            token, _ = sessions.open_session(
                user, keys, is_own_phone=False, agent="test", second_step=step
            )
        self.set_cookie("nti", token)
        return self


def keys_of(user: User) -> dict[int, bytes]:
    """The private keys of a person of the cast."""
    return dict(_PRIVATE[user.id])


_PRIVATE: dict[int, dict[int, bytes]] = {}


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[str | None]:
    """The PostgreSQL server of this run, or None on SQLite."""
    if not IS_POSTGRES:
        yield None
        return
    url, stop = postgres.start()
    yield url
    stop()


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this process among those of pytest-xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's browser; Playwright starts once in a process, so every test shares it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def _quick_stretch() -> Iterator[None]:
    """Passphrases of the cast are stretched with as little as Argon2id allows."""
    patch = pytest.MonkeyPatch()
    quick = classmethod(lambda cls: cls(os.urandom(16), memory_kib=8, iterations=1))
    patch.setattr(Recipe, "new", quick)
    patch.setattr(passphrases, "DUMMY", Recipe(bytes(16), memory_kib=8, iterations=1))
    yield
    patch.undo()


def environment(data: Path, url: str) -> dict[str, str]:
    return {"NTI_DATA": str(data), "DATABASE_URL": url}


def build(data: Path, url: str) -> Flask:
    """The app over that folder and database; forms need no token in tests of pages."""
    app = create_app(environment(data, url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Browser
    return app


class Blank:
    """A prepared folder and database without people: made once, copied for each test."""

    def __init__(self, folder: Path, server: str | None, name: str) -> None:
        self.folder, self.server, self.name = folder, server, name
        safe.make(folder / "data")
        self.url = self._url(folder / "data", f"{name}_blank", None)
        app = build(folder / "data", self.url)
        with app.app_context():
            migrating.upgrade()
            with unit_of_work():
                loading.sync(load(ROOT / "curriculum"), app.extensions["storage"])
            with unit_of_work():
                indexing.refresh()
            db.session.remove()
            db.engine.dispose()

    def copy(self, folder: Path) -> Flask:
        shutil.copytree(self.folder / "data", folder / "data")
        return build(
            folder / "data", self._url(folder / "data", f"{self.name}_test", f"{self.name}_blank")
        )

    def _url(self, data: Path, name: str, template: str | None) -> str:
        if self.server is None:
            return f"sqlite:///{data / 'nti.sqlite'}"
        return postgres.fresh_database(self.server, name, template)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory, server: str | None, worker_id: str) -> Blank:
    return Blank(tmp_path_factory.mktemp("blank"), server, f"nti_{worker_id}")


@pytest.fixture
def app(blank: Blank, tmp_path: Path, _quick_stretch: None) -> Iterator[Flask]:
    app = blank.copy(tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    sqlite.writing.set(False)
    _PRIVATE.clear()


@pytest.fixture
def empty(tmp_path: Path, server: str | None, worker_id: str) -> Iterator[Flask]:
    """The app over a database without tables."""
    data = tmp_path / "data"
    safe.make(data)
    url = f"sqlite:///{data / 'nti.sqlite'}"
    if server is not None:
        url = postgres.fresh_database(server, f"nti_{worker_id}_migrations")
    app = build(data, url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser(app: Flask) -> Browser:
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    cohort = Cohort(name="Cohorte de prueba", is_fictitious=True, created_at=clock.now())
    keep(cohort)
    for number, days in ((1, -30), (2, 60)):
        first = clock.today() + timedelta(days=days)
        keep(
            Installment(
                cohort_id=cohort.id,
                number=number,
                starts_on=first,
                ends_on=first + timedelta(days=3),
                mode="virtual",
            )
        )
    return cohort


@pytest.fixture
def home(app: Flask) -> Organisation:
    """The organisation of ada and re."""
    return keep(Organisation(name="Red Maqueta", is_fictitious=True))


@pytest.fixture
def elsewhere(app: Flask) -> Organisation:
    """The organisation of cy."""
    return keep(Organisation(name="Fundación Boceto", is_fictitious=True))


@pytest.fixture
def ada(app: Flask, cohort: Cohort, home: Organisation) -> User:
    """A participant, who writes the plans and the journal under test."""
    return person(app, "Ada", Role.PARTICIPANT, cohort, home)


@pytest.fixture
def bo(app: Flask, cohort: Cohort) -> User:
    """Ada's mentor."""
    return person(app, "Bo", Role.MENTOR, cohort)


@pytest.fixture
def cy(app: Flask, cohort: Cohort, elsewhere: Organisation) -> User:
    """A participant elsewhere, who should see nothing of Ada's."""
    return person(app, "Cy", Role.PARTICIPANT, cohort, elsewhere)


@pytest.fixture
def di(app: Flask, cohort: Cohort) -> User:
    """A manager of Ada's cohort."""
    return person(app, "Di", Role.MANAGER, cohort)


@pytest.fixture
def fa(app: Flask, cohort: Cohort) -> User:
    """A facilitator."""
    return person(app, "Fa", Role.FACILITATOR, cohort)


@pytest.fixture
def re(app: Flask, cohort: Cohort, home: Organisation) -> User:
    """The representative of Ada's organisation."""
    return person(app, "Re", Role.REPRESENTATIVE, cohort, home)


@pytest.fixture
def ev(app: Flask, cohort: Cohort) -> User:
    """The evaluator of the cohort."""
    return person(app, "Ev", Role.EVALUATOR, cohort)


@pytest.fixture
def root(app: Flask) -> User:
    """An administrator of the site, with no other role."""
    return person(app, "Root", Role.ADMINISTRATOR)


@pytest.fixture
def cast(
    ada: User, bo: User, cy: User, di: User, fa: User, re: User, ev: User, root: User
) -> dict[str, User]:
    """Everybody, by name."""
    return {user.name: user for user in (ada, bo, cy, di, fa, re, ev, root)}


def person(
    app: Flask,
    name: str,
    role: Role,
    cohort: Cohort | None = None,
    organisation: Organisation | None = None,
) -> User:
    """Somebody who has come in, with a key pair."""
    membership = Membership(
        role=role,
        cohort_id=cohort.id if cohort else None,
        organisation_id=organisation.id if organisation else None,
    )
    address = f"{name.lower()}@example.org"
    with unit_of_work():
        user = accounts.invite(
            name, address, language="es", email=address, memberships=[membership], actor=None
        )
        chosen = accounts.stretch_new(PASSPHRASE)
        _code, _PRIVATE[user.id] = accounts.begin(user, chosen, app.extensions["keyring"])
    return accounts.find_user(user.id)  # type: ignore[return-value]


def keep(thing: Any) -> Any:
    """Add and commit."""
    with unit_of_work():
        db.session.add(thing)
    return thing


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the SQL that runs inside a with-block, without BEGIN and its kind."""

    @contextmanager
    def statements() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK"}:
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        yield seen
        event.remove(db.engine, "before_cursor_execute", note)

    return statements


@pytest.fixture
def lesson(app: Flask) -> LessonLine:
    """A lesson of the first module, in the outline."""
    return library.outline().lesson("sex-gender-norms")
