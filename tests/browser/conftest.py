"""A real Chromium on the real product: one server for each process of the test run."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.serving import Site, serve

SIZES = {360: 740, 320: 640, 1280: 800}
PATIENCE_MS = 30_000

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(autouse=True, scope="session")
def _patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[OpenPage]:
    """A page in a browser of its own, by what sets it apart; every one is closed afterwards."""
    contexts: list[BrowserContext] = []

    def open_page(
        *,
        has_script: bool = True,
        width: int = 360,
        language: str = "en",
        scheme: str = "light",
        state: Any = None,
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=has_script,
            viewport={"width": width, "height": SIZES[width]},
            color_scheme=scheme,
            storage_state=state,
            locale={"en": "en-GB", "es": "es-BO"}[language],
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(site: Site) -> Callable[[Page, str], Page]:
    """Come in through the door: one of the fictitious cohort, or anybody by their handle."""

    def sign_in(page: Page, name: str, passphrase: str = "") -> Page:
        page.goto("/sign-in")
        page.get_by_label("E-mail or user name").fill(
            name if passphrase else f"{name}@demo.example"
        )
        page.get_by_label("Passphrase").fill(passphrase or site.passphrase)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/home")
        return page

    return sign_in


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(open_page: OpenPage, has_script: bool) -> Page:
    """A phone."""
    return open_page(has_script=has_script)


@pytest.fixture
def learner(page: Page, sign_in: Callable[..., Page], has_script: bool) -> Page:
    """A participant on that phone: one of two, so that neither mode meets the other's traces."""
    return sign_in(page, "participant" if has_script else "participant2")
