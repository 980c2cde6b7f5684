"""A page as a browser takes it apart: its tags, and its words."""

from html.parser import HTMLParser

# Attributes whose value is ours, but another at each time.
CHANGING = {"value", "href", "action", "id", "for", "data-hx-post", "data-hx-headers:inherited"}
LEADING = {"href", "src", "srcset", "action", "formaction", "data", "poster"}


class Page(HTMLParser):
    """`tags` is the page without its words; `words` is all that can be read or edited in it.

    `addresses` are those that it leads to or loads.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.addresses: list[str] = []
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        self.tags.sort()  # a list may stand in another order

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [name if name in CHANGING else f"{name}={value}" for name, value in attrs]
        self.tags.append(" ".join([tag, *named]))
        self.words += "\n" + "\n".join(value or "" for name, value in attrs if name == "value")

        self.addresses += [value or "" for name, value in attrs if name in LEADING]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.words += data


def as_typed(text: str) -> str:
    """A text as it comes back: with the line ends of a page, without NUL and outer spaces."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
