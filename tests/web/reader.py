"""What tests of pages read: the elements of a page, its words, the text of a lesson."""

import re
from html.parser import HTMLParser

from nti_lms.services import library

LESSON = "/lessons/sex-gender-norms"


class Page(HTMLParser):
    """The elements of a page in order, each as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def count(self, tag: str) -> int:
        return sum(found == tag for found, _ in self.elements)

    def values(self, name: str, tag: str | None = None) -> list[str]:
        return [a[name] for found, a in self.elements if name in a and tag in (None, found)]


def text_of(key: str, language: str = "es"):
    return library.read(library.get_published(key, language))


def words_only(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
