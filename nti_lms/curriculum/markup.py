"""Markdown to safe HTML, twice guarded: raw HTML is never read, and what comes out is cleaned."""

import html
import re
from collections.abc import Callable, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode as Node
from mdit_py_plugins.container import container_plugin

OWN_SCHEMES = ("fact", "term", "help", "lesson", "gap")
WEB_SCHEMES = ("https", "http", "mailto")
BLOCK = "container_block"  # the type of a node made from a fence

_TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "blockquote", "em", "strong", "code", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(container_plugin, "block", validate=lambda words, _: bool(words.strip()))
)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes={*OWN_SCHEMES, *WEB_SCHEMES},
    url_relative="deny",
    link_rel=None,
)
_LINK = re.compile(r'<a(?: href="([^"]*)")?>(.*?)</a>', re.S)
_CLASSES = {"term": "term", "fact": "fact"}


def parse(text: str) -> Node:
    """The tree of a Markdown text.

    Raises:
        RecursionError: its marks are nested thousands deep.
    """
    return Node(_MARKDOWN.parse(text))


def render(nodes: Sequence[Node]) -> str:
    """Block nodes as safe HTML, without a final line break."""
    tokens = [token for node in nodes for token in node.to_tokens()]
    return _clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def render_inline(nodes: Sequence[Node]) -> str:
    """Inline nodes as safe HTML, without the spaces around them."""
    inline = Token(
        "inline", "", 0, children=[token for node in nodes for token in node.to_tokens()]
    )
    return _clean(_MARKDOWN.renderer.render([inline], _MARKDOWN.options, {}))


def render_line(text: str) -> str:
    """One line of Markdown as safe inline HTML."""
    return _clean(_MARKDOWN.renderInline(text))


def _clean(text: str) -> str:
    return _CLEANER.clean(text).strip()


def words_of(node: Node) -> str:
    """The words of a node without its markup; a line break is a space."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type in ("text", "code_inline"):
        return node.content
    return "".join(words_of(child) for child in node.children)


def words_of_html(text: str) -> str:
    """The words of HTML that this module made, without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def links_in(text: str) -> list[str]:
    """The addresses of the links in HTML that this module made, in order."""
    return [html.unescape(address) for address, _ in _LINK.findall(text) if address]


def resolve(text: str, address: Callable[[str, str], str | None]) -> str:
    """Point the links of our own schemes somewhere; `text` is HTML that this module made.

    `address("term", "social-norms")` gives where such a link leads, or None to keep its words
    without a link. Links to facts and terms get their scheme as class; links to the web tell the
    other site nothing of this one.
    """

    def point(found: re.Match[str]) -> str:
        scheme, _, name = html.unescape(found[1] or "").partition(":")
        if scheme not in OWN_SCHEMES:
            return f'<a href="{found[1]}" rel="noreferrer">{found[2]}</a>' if name else found[2]
        if (target := address(scheme, name)) is None:
            return found[2]
        mark = f' class="{_CLASSES[scheme]}"' if scheme in _CLASSES else ""
        return f'<a{mark} href="{html.escape(target)}">{found[2]}</a>'

    return _LINK.sub(point, text)


def fill_gaps(text: str, control: Callable[[str], str]) -> str:
    """Put `control(gap)`, trusted HTML, in the place of each gap of a cloze."""

    def fill(found: re.Match[str]) -> str:
        scheme, _, name = html.unescape(found[1] or "").partition(":")
        return control(name) if scheme == "gap" else found[0]

    return _LINK.sub(fill, text)
