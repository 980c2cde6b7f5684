"""What lessons weigh as they are sent to a browser behind HTTPS, in kilobytes of 1000."""

import re
from html.parser import HTMLParser

import brotli
import pytest

LESSONS = ("agreements", "sex-gender-norms", "mandates", "power-privilege", "when-someone-tells-us")
OFFER = {"Accept-Encoding": "br, gzip"}


class Resources(HTMLParser):
    """What a page makes a browser fetch, without what its style asks for: each once, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        address = named.get("src") if tag in {"script", "img"} else None
        if tag == "use" or (tag == "link" and named.get("rel") != "canonical"):
            address = named.get("href")
        if address:
            self.found[address.partition("#")[0]] = tag


@pytest.fixture
def weigh(browser, ada):
    """Bytes of the body at an address, as sent."""
    browser.sign_in(ada)

    def weigh(address: str) -> int:
        response = browser.get(address, headers=OFFER, buffered=True)
        assert response.status_code == 200, address
        return len(response.data)

    return weigh


def page_of(browser, key: str) -> Resources:
    return Resources(browser.get(f"/lessons/{key}").text)


def test_a_first_lesson_weighs_at_most_sixty_kilobytes_in_ten_requests(browser, weigh):
    found = page_of(browser, "sex-gender-norms").found
    style = next(address for address in found if address.endswith(".css"))
    asked_by_style = re.findall(r"url\(([^)]+)\)", browser.get(style).text)
    fonts = [address for address in asked_by_style if address.endswith(".woff2")]
    band = next(address for address in asked_by_style if "/band/1-" in address)

    addresses = {"/lessons/sex-gender-norms", *found, *fonts, band}
    sizes = {address: weigh(address) for address in addresses}

    assert sum(sizes.values()) <= 60_000, sizes
    assert len(sizes) <= 10, sizes


@pytest.mark.parametrize("key", LESSONS)
def test_another_lesson_weighs_at_most_fifteen_kilobytes_with_its_pictures(browser, weigh, key):
    pictures = [address for address, tag in page_of(browser, key).found.items() if tag == "img"]

    sizes = {address: weigh(address) for address in (f"/lessons/{key}", *pictures)}

    assert len(pictures) >= 1
    assert sum(sizes.values()) <= 15_000, sizes


def test_a_picture_of_a_lesson_comes_packed(browser, weigh):
    found = page_of(browser, "agreements").found
    picture = next(address for address, tag in found.items() if tag == "img")

    plain = browser.get(picture, buffered=True)
    packed = browser.get(picture, headers=OFFER, buffered=True)

    assert plain.content_type == "image/svg+xml"
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
