"""The page that every other stands on, and the pieces that they share."""

from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import expect

from tests.web.stage import Stage, make_stage, open_stage

HTMX = {"HX-Request": "true"}


class Elements(HTMLParser):
    """The elements of a page in order, each as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.found if name in attributes]


@pytest.fixture
def stage() -> Stage:
    return make_stage()


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return stage.app.test_client()


def read(client: FlaskClient, path: str, **headers: str) -> Elements:
    return Elements(client.get(path, headers=headers).text)


def test_the_way_out_comes_first_in_keyboard_order(client):
    links = [attributes for tag, attributes in read(client, "/lesson").found if tag == "a"]

    assert [link["href"] for link in links[:3]] == ["/leave", "#content", "/"]
    assert links[0]["data-away"] == "/neutral"


def test_the_language_switch_comes_back_to_the_same_address(client):
    page = read(client, "/lesson?part=2")

    assert "/language/en?to=/lesson?part%3D2" in page.values("href")


def test_the_title_never_names_the_subject(client):
    assert "<title>Lección 1.2 · Course</title>" in client.get("/lesson").text


def test_a_visitor_gets_no_menu_no_token_and_the_way_in(client, stage):
    stage.is_signed_in = False

    page = read(client, "/lesson")

    assert "places" not in page.values("class")
    assert page.values("data-hx-headers:inherited") == []
    assert "/sign-in" in page.values("href")
    assert "/sign-out" not in page.values("action")


def test_a_participant_gets_the_menu_and_the_way_out(client):
    page = read(client, "/lesson")

    assert "places" in page.values("class")
    assert "/sign-out" in page.values("action")
    assert "/sign-in" not in page.values("href")


@pytest.mark.parametrize("is_demo", [True, False])
def test_fictitious_data_are_named_on_the_demonstration_alone(is_demo):
    client = make_stage(is_demo=is_demo).app.test_client()

    assert ("sample" in read(client, "/lesson").values("class")) == is_demo


def test_a_fragment_is_the_block_alone(client):
    html = client.get("/lesson", headers=HTMX).text.strip()

    assert html.startswith('<header class="row head">')
    assert "notices" not in html


def test_a_fragment_fills_the_notices_that_are_there(client):
    html = client.get("/flash", headers=HTMX).text

    assert '<div data-hx-swap-oob="innerHTML:#notices"><p class="notice">Guardado.</p>' in html


@pytest.mark.parametrize(("method", "count"), [("GET", 1), ("POST", 7)])
def test_every_hint_and_fault_is_joined_to_its_field(client, stage, method, count):
    stage.app.config["WTF_CSRF_ENABLED"] = False

    page = Elements(client.open("/parts", method=method).text)

    ids, hints = page.values("id"), " ".join(page.values("aria-describedby")).split()
    assert len(ids) == len(set(ids))
    assert set(page.values("for") + hints) - set(ids) == set()
    assert len(hints) == count


def test_a_refused_form_says_each_fault_above_and_beside_its_field(client, stage):
    stage.app.config["WTF_CSRF_ENABLED"] = False

    response = client.post("/parts", data={"levels": "1", "kind": "a", "paper": "a4"})

    assert response.status_code == 422
    for field, fault in {
        "title": "Escriba el título",
        "due_on": "Escriba la fecha",
        "levels": "Marque al menos dos",
        "is_checked": "Marque que lo revisó",
    }.items():
        assert f'<li><a href="#{field}">{fault}</a></li>' in response.text
        assert f'<div id="{field}-error">' in response.text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/lesson", "/parts"])
def test_a_page_is_accessible_and_never_wider_than_the_phone(chromium, stage, path, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    with open_stage(stage):
        page.goto(stage.url + path)
        if path == "/parts":
            page.get_by_role("button", name="Guardar").click()
            expect(page.locator(".summary")).to_be_focused()

        found = Axe().run(page).response["violations"]
        is_too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        context.close()

    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert not is_too_wide
    assert [words for words in complaints if "422" not in words] == []
