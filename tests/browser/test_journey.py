"""What people came for, from door to door, with JavaScript and without."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

QUIZ = "/lessons/sex-gender-norms/quiz/check"
NORM = "Aquí se espera que los hombres no pidan permiso por un hijo enfermo."
SENTENCE = "Nobody walks in as a blank page"


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(open_page, has_script) -> Page:
    """A phone."""
    return open_page(has_script=has_script)


@pytest.fixture
def learner(page, sign_in, has_script) -> Page:
    """A participant on that phone; one of two, so that neither mode meets the other's traces."""
    return sign_in(page, "participant" if has_script else "participant2")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def read_pdf(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
