"""What a lesson weighs on the wire, as Chromium counts it: headers too, in kilobytes of 1000."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import eventually

pytestmark = pytest.mark.browser

# Chromium offers Brotli over HTTPS only; a site that people reach has HTTPS in front.
OFFER = {"Accept-Encoding": "gzip, br"}


class Scale:
    """Weighs what a page fetches; what the browser had kept weighs nothing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.under_way: dict[str, str] = {}
        self.weights: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._note)
        session.on("Network.loadingFinished", self._weigh)
        session.send("Network.enable")

    def weigh(self, path: str) -> dict[str, int]:
        """Read the page to its end, so that its pictures come too; bytes by address."""
        self.weights.clear()
        self.page.goto(path)
        for picture in self.page.locator("main img").all():
            picture.scroll_into_view_if_needed()
            expect(picture).not_to_have_js_property("naturalWidth", 0)
        eventually(lambda: self.page.evaluate("true") and not self.under_way)
        return dict(self.weights)

    def _note(self, event: dict[str, Any]) -> None:
        self.under_way[event["requestId"]] = event["request"]["url"]

    def _weigh(self, event: dict[str, Any]) -> None:
        url = self.under_way.pop(event["requestId"])
        if event["encodedDataLength"]:
            self.weights[url] = int(event["encodedDataLength"])


def test_a_first_lesson_is_light_and_the_next_lighter(open_page, sign_in):
    page = sign_in(open_page(has_script=False), "participant2")
    phone = open_page(state=page.context.storage_state())
    phone.context.set_extra_http_headers(OFFER)
    scale = Scale(phone)

    first = scale.weigh("/lessons/sex-gender-norms")
    following = scale.weigh("/lessons/mandates")

    assert sum(first.values()) <= 60_000, first
    assert len(first) <= 10, first
    assert sum(following.values()) <= 15_000, following
    assert len(following) == 2, following
