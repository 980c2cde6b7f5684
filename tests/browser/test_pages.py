"""Every kind of page, in both languages, light and dark, on a phone and on a desk."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from nti_lms.settings import ROOT
from tests.browser.kinds import (
    KINDS,
    NO_PAGES,
    WAITING,
    hand_out_codes,
    leave_traces,
    prove,
    wait_at_the_door,
)
from tests.browser.serving import Site

pytestmark = pytest.mark.browser

VISITOR = ""
LOOKS = ((360, "es", "light"), (360, "en", "dark"), (1280, "en", "light"), (1280, "es", "dark"))
NARROWEST = 320
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VNU = ROOT / ".venv" / "share" / "vnu" / "vnu.jar"
# What a browser reports of any page that the server refuses, and what is meant to be refused.
REFUSAL = "Failed to load resource: the server responded with a status of 4"


class States(dict[str, Any]):
    """The signed-in state of each role, made when it is first asked for."""

    def __init__(self, chromium: Browser, site: Site) -> None:
        super().__init__({VISITOR: None})
        self.chromium, self.site = chromium, site

    def __missing__(self, role: str) -> Any:
        page = self.open_page(VISITOR)
        page.goto("/sign-in")
        page.locator("#handle").fill(f"{role}@demo.example")
        prove(page, self.site.passphrase)
        page.wait_for_url("**/home")
        self[role] = page.context.storage_state()
        page.context.close()
        return self[role]

    def open_page(self, role: str) -> Page:
        """A page without script of somebody in that role."""
        context = self.chromium.new_context(
            base_url=self.site.url, java_script_enabled=False, storage_state=self[role]
        )
        return context.new_page()


@pytest.fixture(scope="session")
def states(chromium: Browser, site: Site) -> States:
    return States(chromium, site)


@pytest.fixture(scope="session")
def furniture(states: States, site: Site) -> dict[str, str]:
    """What pages with a name of their own are called; and somebody waits at the door."""
    learner, manager, visitor = (
        states.open_page(role) for role in ("participant", "manager", VISITOR)
    )
    found = leave_traces(learner, site.passphrase) | hand_out_codes(manager, visitor)
    wait_at_the_door(visitor)
    states[WAITING] = visitor.context.storage_state()
    for page in (learner, manager, visitor):
        page.context.close()
    return found


def test_no_page_of_the_site_is_left_out(app, furniture):
    addresses = app.url_map.bind("")
    paths = {kind.path.format_map(furniture).partition("?")[0] for kind in KINDS} - {"/nowhere"}

    looked_at = {addresses.match(path, method="GET")[0] for path in paths}

    answering = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert answering - looked_at == NO_PAGES


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_page_fits_is_accessible_and_quiet(kind, open_page, site, states, furniture):
    faults = {}
    for width, language, scheme in LOOKS:
        page = open_page(width=width, language=language, scheme=scheme, state=states[kind.role])
        said = listen(page)

        kind.open(page, furniture, site.passphrase)

        found = [*axe_faults(page), *said, *overflow(page)]
        if found:
            faults[f"{width} {language} {scheme}"] = found
        page.context.close()
    assert faults == {}


def test_every_page_is_valid_html(open_page, site, states, furniture, tmp_path):
    assert VNU.exists(), "the HTML checker is missing; get it with: ./check tests/browser"

    for language in ("es", "en"):
        for role in dict.fromkeys(kind.role for kind in KINDS):
            page = open_page(has_script=False, language=language, state=states[role])
            for kind in (kind for kind in KINDS if kind.role == role):
                html = kind.open(page, furniture, site.passphrase).text()
                (tmp_path / f"{kind}.{language}.html").write_text(html, "utf-8")

    assert complaints(tmp_path) == (0, "")
    assert len(list(tmp_path.iterdir())) == 2 * len(KINDS)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("role", "path"), [("", "/help"), ("participant", "/modules/m1")])
def test_the_keyboard_meets_leave_now_first_then_the_way_to_the_content(
    open_page, states, role, path, width
):
    page = open_page(width=width, state=states[role])
    page.goto(path)

    page.keyboard.press("Tab")
    first = page.locator(":focus")
    assert first.get_attribute("class") == "exit"
    assert is_ringed(page)
    page.keyboard.press("Tab")
    assert "skip" in (page.locator(":focus").get_attribute("class") or "")
    assert page.locator(":focus").bounding_box()["height"] >= 24
    assert is_ringed(page)
    page.keyboard.press("Enter")

    assert page.locator(":focus").get_attribute("id") == "content"


def listen(page: Page) -> list[str]:
    """What the console and failing scripts will have said."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type in {"error", "warning"} and not message.text.startswith(REFUSAL)
            else None
        ),
    )
    return said


def axe_faults(page: Page) -> list[str]:
    """What axe holds against the page: rule, and where."""
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """What sticks out at the right: on the phone also with the narrowest window."""
    found = sticking_out(page)
    size = page.viewport_size
    if size and size["width"] == 360:
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        found += sticking_out(page)
    return found


def sticking_out(page: Page) -> list[str]:
    return list(
        page.evaluate(
            """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return Array.from(document.body.querySelectorAll("*"))
                .filter((part) => part.getBoundingClientRect().right > width + 0.5)
                .map((part) => `${innerWidth}: ${part.outerHTML.slice(0, 150)}`)
                .slice(-3);
            }"""
        )
    )


def is_ringed(page: Page) -> bool:
    """Whether whatever has the focus shows it with an outline."""
    return bool(
        page.evaluate(
            """() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            }"""
        )
    )


def complaints(folder: Path) -> tuple[int, str]:
    """What the Nu HTML checker holds against the files of a folder: (0, "") when all are valid."""
    command = ["java", "-Xss4m", "-jar", VNU, "--errors-only", "--skip-non-html", folder]
    run = subprocess.run(command, capture_output=True, text=True)
    return run.returncode, run.stderr
