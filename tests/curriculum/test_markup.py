import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nti_lms.curriculum.markup import parse, render, render_line, resolve, words_of_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//evil.example/a)",
    "[x](/etc/passwd)",
    "[x](\\\\evil.example)",
    "![x](https://evil.example/a.png)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](fact:a"onclick=alert(1))',
    "<https://a.example>",
    "<javascript:alert(1)>",
    '<svg onload="alert(1)">',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[a]: javascript:alert(1)\n\n[a]",
    "`</code><script>alert(1)</script>`",
    "| <script> | b |\n|---|---|\n| <b onclick=x> | d |",
]

TAG = re.compile(r"<(/?)([a-z]+)([^<>]*)>")
SAFE = re.compile(
    r' href="(?:https?://|mailto:|fact:|term:|help:|lesson:|gap:)[^"<>]*"| start="[0-9]+"|'
)
PLAIN = (
    *("p", "br", "hr", "ul", "ol", "li", "blockquote", "em", "strong", "code", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
)


def assert_safe(html: str) -> None:
    """Only plain tags, without attributes but safe addresses; every other < is escaped."""
    assert "<" not in TAG.sub("", html)
    for _, tag, attributes in TAG.findall(html):
        assert tag in PLAIN
        assert SAFE.fullmatch(attributes), attributes


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_safe(text):
    assert_safe(render(parse(text).children))
    assert_safe(render_line(text))


fragments = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=6)


@given(fragments, st.sampled_from(["", " ", "\n", "\n\n", "> ", "- "]))
def test_any_text_comes_out_safe(pieces, glue):
    assert_safe(render(parse(glue.join(pieces)).children))


@given(fragments)
def test_resolving_adds_nothing_unsafe(pieces):
    html = render(parse(" ".join(pieces)).children)

    resolved = resolve(html, lambda scheme, name: f'/{scheme}?"><script>{name}')

    for _, tag, attributes in TAG.findall(resolved):
        assert tag in PLAIN
        assert not re.search(r"on\w+=|javascript", re.sub(r'"[^"]*"', "", attributes))
    assert "<script" not in resolved


def show(scheme: str, name: str) -> str | None:
    return None if scheme == "help" else f"/{scheme}s/{name}?a=1&b=2"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[w](term:n)", '<a class="term" href="/terms/n?a=1&amp;b=2">w</a>'),
        ("[w](fact:n)", '<a class="fact" href="/facts/n?a=1&amp;b=2">w</a>'),
        ("[w](lesson:n)", '<a href="/lessons/n?a=1&amp;b=2">w</a>'),
        ("[**w** x](help:n)", "<strong>w</strong> x"),
        ("[w](https://a.bo/?b=c&d)", '<a href="https://a.bo/?b=c&amp;d" rel="noreferrer">w</a>'),
        ("[w](//a.example)", "w"),
    ],
)  # fmt: skip
def test_resolve_points_links_and_keeps_their_words(text, html):
    assert resolve(render_line(text), show) == html


def test_raw_html_is_shown_as_it_stands():
    assert render_line("a <b>c</b>") == "a &lt;b&gt;c&lt;/b&gt;"


def test_words_of_html_are_those_that_are_read():
    assert words_of_html(render_line("a **b** & [c < d](term:e)")) == "a b & c < d"
