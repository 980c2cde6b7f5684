"""Whether the process lives, and whether it can do its work."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from nti_lms.database import db
from nti_lms.models import Failure
from nti_lms.web import health

ALL_WELL = {"database": True, "migrations": True, "key-ring": True, "disk": True}


def test_the_process_answers_without_its_database(browser, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {})

    response = browser.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")


def test_a_site_that_can_work_is_ready(browser):
    response = browser.get("/readyz")

    assert (response.status_code, response.json) == (200, ALL_WELL)


def test_asking_leaves_nothing_behind(browser):
    for _ in range(3):
        browser.get("/readyz")

    assert db.session.scalars(select(Failure)).all() == []


def test_a_database_that_is_behind_is_not_ready(browser):
    db.session.execute(text("DELETE FROM alembic_version"))
    db.session.commit()

    response = browser.get("/readyz")

    assert (response.status_code, response.json) == (503, {**ALL_WELL, "migrations": False})


def test_a_full_disk_is_not_ready(browser, monkeypatch):
    full = SimpleNamespace(total=1000, used=951, free=49)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: full)

    response = browser.get("/readyz")

    assert (response.status_code, response.json) == (503, {**ALL_WELL, "disk": False})


@pytest.mark.parametrize("refusal", [OperationalError("x", {}, Exception("locked")), OSError()])
def test_a_database_that_refuses_is_not_ready(browser, monkeypatch, refusal):
    def refuse():
        raise refusal

    monkeypatch.setitem(health.CHECKS, "database", refuse)

    response = browser.get("/readyz")

    assert (response.status_code, response.json) == (503, {**ALL_WELL, "database": False})
    assert "locked" not in response.text


def test_neither_tells_versions_or_names(browser):
    told = browser.get("/healthz").text + browser.get("/readyz").text

    assert [word for word in ("sqlite", "postgres", "python", "/", ".") if word in told] == []
