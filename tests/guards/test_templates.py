"""What every template keeps to, so that pages stay safe, light and translatable."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, nodes

from nti_lms.web import assets

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
# Pages go to browsers under a strict content policy; these go to the printer instead.
PAGES = [name for name in NAMES if name != "print.html" and "print" not in Path(name).parts]
MOST_LINES = 80
LONGER: dict[str, int] = {"ui/form.html": 95}

ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER), extensions=["jinja2.ext.i18n"], autoescape=True
)
TEXT_CALLS = {"_", "gettext", "ngettext"}
STATEMENT = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


class Markup(HTMLParser):
    """The elements of a template with Jinja taken out; `{{ … }}` in a value leaves an x."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts = ""
        self.feed(STATEMENT.sub(lambda found: "x" if found[0].startswith("{{") else " ", source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in {"script", "style"}:
            self.scripts += data.strip()


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def tree(name: str) -> nodes.Template:
    return ENVIRONMENT.parse(source(name), name)


def attributes(name: str) -> list[str]:
    return [attribute for _, found in Markup(source(name)).elements for attribute in found]


@pytest.mark.parametrize("name", NAMES)
def test_no_filter_stands_on_a_constant(name: str) -> None:
    """Jinja would apply it once, in the language of whoever came first."""
    folded = [one for one in tree(name).find_all(nodes.Filter) if isinstance(one.node, nodes.Const)]

    assert folded == []


def test_every_template_compiles(app: Flask) -> None:
    compiled = [app.jinja_env.get_template(name).name for name in NAMES]

    assert compiled == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_is_short(name: str) -> None:
    assert len(source(name).splitlines()) <= LONGER.get(name, MOST_LINES)


@pytest.mark.parametrize("name", PAGES)
def test_it_holds_no_style_and_no_script_of_its_own(name: str) -> None:
    markup = Markup(source(name))

    assert markup.scripts == ""
    assert [tag for tag, _ in markup.elements if tag == "style"] == []
    assert [found for found in attributes(name) if found == "style" or found[:2] == "on"] == []


@pytest.mark.parametrize("name", PAGES)
def test_htmx_attributes_are_valid_html_and_need_no_eval(name: str) -> None:
    found = attributes(name)

    assert [attribute for attribute in found if attribute.startswith("hx-")] == []
    assert [attribute for attribute in found if attribute.startswith("data-hx-on")] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_htmx_post_works_without_it(name: str) -> None:
    """It is a form with the same action, or a field that sends the form it stands in ahead."""
    elements = Markup(source(name)).elements
    posts = [(tag, found) for tag, found in elements if "data-hx-post" in found]

    for tag, found in posts:
        assert found["data-hx-target"], found
        if tag == "form":
            assert (found["method"], bool(found["action"])) == ("post", True), found
        else:
            assert found["data-hx-include"] == "closest form", found


@pytest.mark.parametrize("name", PAGES)
def test_every_post_carries_a_token(name: str) -> None:
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source(name), re.DOTALL)

    assert [form for form in forms if "token()" not in form] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_imports_what_it_uses(name: str) -> None:
    parsed = tree(name)
    imported = {
        names[1] if isinstance(names, tuple) else names
        for found in parsed.find_all(nodes.FromImport)
        for names in found.names
    }
    used = {found.name for found in parsed.find_all(nodes.Name) if found.ctx == "load"}

    assert imported - used == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_text_to_translate_is_literal(name: str) -> None:
    calls = [
        call
        for call in tree(name).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TEXT_CALLS
    ]

    for call in calls:
        assert isinstance(call.args[0], nodes.Const), f"line {call.lineno}"


@pytest.mark.parametrize("name", NAMES)
def test_every_asset_it_names_is_there(name: str) -> None:
    shelf = assets.read(ROOT / "static")
    named = {
        call.args[0].value
        for call in tree(name).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "asset"
        and isinstance(call.args[0], nodes.Const)
    }

    assert named - shelf.keys() == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_it_names_is_drawn(name: str) -> None:
    drawn = set(re.findall(r'id="i-(\w+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = {
        call.args[0].value
        for call in tree(name).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "icon"
        and isinstance(call.args[0], nodes.Const)
    }

    assert named - drawn == set()


def test_pages_extend_the_layout_they_are_given() -> None:
    whole = [name for name in PAGES if "{% extends" in source(name)]

    assert whole
    assert [name for name in whole if not source(name).startswith("{% extends layout %}")] == []
