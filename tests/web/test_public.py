"""What anybody can read without an account."""

import re
from html.parser import HTMLParser

import pytest

from nti_lms import policy as may
from nti_lms.curriculum import LANGUAGES
from nti_lms.services import library
from nti_lms.web.labels import READERS

PAGES = ("/", "/help", "/who-sees-what")


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.found if name in attributes]


def words_only(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_sound(browser, path, language):
    browser.set_cookie("language", language)

    response = browser.get(path)

    page = Elements(response.text)
    ids = page.values("id")
    inner = {href[1:] for href in page.values("href") if href.startswith("#")}
    assert response.status_code == 200
    assert [tag for tag, _ in page.found].count("h1") == 1
    assert len(ids) == len(set(ids))
    assert inner <= set(ids)
    assert page.values("lang")[0] == language


def test_the_start_sends_whoever_is_signed_in_home(browser, ada):
    response = browser.sign_in(ada).get("/")

    assert (response.status_code, response.location) == (303, "/home")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_tells_the_initiative_in_the_words_of_the_register(browser, language):
    browser.set_cookie("language", language)
    programme = library.register("programme")
    told = {fact["id"]: fact[language] for fact in programme["initiative"]}

    page = words_only(browser.get("/").text).replace("&#39;", "'")

    assert told["people"] in page
    assert told["format"] in page  # planned as two in person; the second was finally online
    assert programme["review_notice"][language] in page


def test_help_begins_with_the_calls_for_danger(browser):
    links = Elements(browser.get("/help").text).values("href")

    calls = [link for link in links if link.startswith("tel:")]
    danger = [s for s in library.register("help").values() if s["kind"] == "danger" and s["phone"]]
    assert calls[: len(danger)] == [f"tel:{s['phone'].replace(' ', '')}" for s in danger]


def test_every_service_stands_once_under_its_own_name(browser):
    ids = Elements(browser.get("/help").text).values("id")

    services = set(library.register("help"))
    assert sorted(set(ids) & services) == sorted(services)


def test_a_service_that_nobody_checked_says_so(browser):
    page = browser.get("/help").text

    unchecked = [s for s in library.register("help").values() if not s["checked_on"]]
    assert unchecked
    assert page.count('<span class="tag owed">') == len(unchecked)


def test_help_of_a_department_leaves_out_what_is_elsewhere(browser):
    here, elsewhere = (
        Elements(browser.get("/help", query_string={"department": name}).text).values("id")
        for name in ("La Paz", "Beni")
    )

    assert "line-156" in here
    assert "line-156" not in elsewhere
    assert "felcv-line" in elsewhere


def test_help_of_a_department_that_is_not_there_keeps_the_national_lines(browser):
    page = browser.get("/help", query_string={"department": '"><script>'}).text

    assert 'id="felcv-line"' in page
    assert '"><script>' not in page


def test_the_way_out_of_help_comes_first(browser):
    page = Elements(browser.get("/help").text)

    links = [attributes["href"] for tag, attributes in page.found if tag == "a"]
    assert links[0] == "/leave"


def test_who_sees_what_is_taken_from_the_rules(browser):
    page = browser.get("/who-sees-what").text

    rows = re.findall(r'<td data-is="[^"]*"><span>([^<]*)</span>', page)
    tables = (
        may.ENTRY_READERS,
        may.ATTEMPT_READERS,
        may.PROGRESS_READERS,
        may.SEEN_READERS,
        may.COMMITMENT_READERS,
        may.CERTIFICATE_READERS,
    )
    with browser.application.test_request_context(headers={"Accept-Language": "es"}):
        expected = [", ".join(str(READERS[name]) for name in table) for table in tables]
    assert [row.split(".")[0].strip().lower() for row in rows] == expected


def test_who_sees_what_changes_with_the_rules(browser, monkeypatch):
    before = browser.get("/who-sees-what").text
    monkeypatch.setattr(may, "ENTRY_READERS", {**may.ENTRY_READERS, "manager": lambda *_: True})

    after = browser.get("/who-sees-what").text

    with browser.application.test_request_context(headers={"Accept-Language": "es"}):
        manager = str(READERS["manager"])
    assert after.count(manager) == before.count(manager) + 1
