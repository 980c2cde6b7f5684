"""Search and glossary through the front door."""

import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nti_lms.domain.roles import Role
from nti_lms.models import User
from tests.conftest import Browser, person

LINK = re.compile(r'<h3><a href="([^"]+)"')


def links(html: str) -> list[str]:
    return LINK.findall(html)


def test_a_result_leads_to_its_block(browser: Browser, ada: User) -> None:
    html = browser.sign_in(ada).get("/search?q=fiebre de mateo").text

    assert "/lessons/sex-gender-norms#fever" in links(html)
    path, _, block = links(html)[0].partition("#")
    assert f'id="{block}"' in browser.get(path).text


def test_every_result_leads_to_a_place_that_is_there(browser: Browser, ada: User) -> None:
    browser.sign_in(ada)
    for query in ("violencia", "norma", "slim", "ayuda", "cuidado"):
        for address in links(browser.get(f"/search?q={query}").text):
            path, _, anchor = address.partition("#")
            html = browser.get(path).text
            assert not anchor or f'id="{anchor}"' in html, address


def test_the_sought_words_are_marked_in_their_excerpt(browser: Browser, ada: User) -> None:
    html = browser.sign_in(ada).get("/search?q=machismo").text

    assert "<mark>Machismo" in html or "<mark>machismo" in html


def test_what_stands_behind_a_content_note_leads_to_the_note_and_is_not_quoted(
    browser: Browser, ada: User
) -> None:
    html = browser.sign_in(ada).get("/search?q=amenaza").text

    noted = re.findall(r'<h3><a href="([^"]+)"[^>]*>[^<]*</a></h3>\s*<p class="small">', html)
    assert noted
    for address in noted:
        path, _, anchor = address.partition("#")
        section = browser.get(path).text.partition(f'id="{anchor}"')[2].partition("</section>")[0]
        assert "Aviso de contenido" in section


@pytest.mark.parametrize(
    ("language", "title"), [("es", "No se encontró nada"), ("en", "Nothing found")]
)
def test_nothing_found_is_said(browser: Browser, ada: User, language: str, title: str) -> None:
    browser.sign_in(ada).set_cookie("language", language)

    assert title in browser.get("/search?q=xyzzy").text


def test_what_was_typed_stands_in_the_box_and_nowhere_as_markup(
    browser: Browser, ada: User
) -> None:
    html = browser.sign_in(ada).get("/search?q=" + quote('<b>"norma"')).text

    assert 'value="&lt;b&gt;&#34;norma&#34;"' in html
    assert "<b>&" not in html


ODD = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="\"'*():^-+&|!<>\\%_;\0 aeiouñáNOTANDOR", max_size=60),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=ODD)
def test_whatever_is_sought_there_is_an_answer(browser: Browser, ada: User, query: str) -> None:
    if browser.get_cookie("nti") is None:
        browser.sign_in(ada)
    encoded = quote(query.encode("utf-8", "surrogatepass"))

    assert browser.get(f"/search?q={encoded}").status_code == 200


@pytest.mark.parametrize("query", ["%FF%FE", "%00", "a&q=b", "&q", "=" * 5, "%ED%A0%80"])
def test_a_query_that_is_no_text_has_an_answer_too(browser: Browser, ada: User, query: str) -> None:
    assert browser.sign_in(ada).get(f"/search?q={query}").status_code == 200


def test_a_search_asks_as_much_for_one_result_as_for_thirty(
    browser: Browser, ada: User, statements
) -> None:
    browser.sign_in(ada).get("/search?q=norma")
    counts = []
    for query in ("xyzzyismo norma", "machismo", "violencia"):
        with statements() as seen:
            browser.get(f"/search?q={query}")
        counts.append(len(seen))

    assert counts[1] == counts[2] == counts[0] - 1


def test_the_glossary_is_in_order_and_names_each_term_in_the_other_language(
    browser: Browser, ada: User
) -> None:
    html = browser.sign_in(ada).get("/glossary").text

    words = re.findall(r"<dt>([^<]+)</dt>", html)
    assert len(words) > 100
    assert words.index("Actitud") < words.index("Género") < words.index("Norma social")
    assert 'En inglés: <i lang="en">social norm</i>' in html


@pytest.mark.parametrize("path", ["/search?q=norma", "/glossary"])
def test_search_is_for_those_who_take_part(browser: Browser, root: User, path: str) -> None:
    assert browser.sign_in(root).get(path).status_code == 403
    assert browser.get("/home").text.count('href="/search"') == 0


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_whoever_takes_part_searches_the_same(browser: Browser, app, cohort, role: Role) -> None:
    """A facilitator finds no notes here either: there is one index, and no notes in it."""
    browser.sign_in(person(app, "Xi", role, cohort))
    html = browser.get("/search?q=norma").text

    assert len(links(html)) == 30
