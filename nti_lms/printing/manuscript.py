"""What goes to the press: HTML parts in order, with the words that are stamped on their pages.

Plain data without WeasyPrint, so that the web process can make one and send it away.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

BOOK_LINK = "book:"  # a link to an anchor anywhere in the book

Kind = Literal["bare", "text", "private", "cut"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of pages, made from one HTML document.

    `kind` says what is stamped on its pages: nothing (bare), running heads and the woven edge
    (text), heads and a line to tear along (private), or heads with a free back (cut).
    `starts_right` forces a right-hand page. `is_kept` allows the made pages in a cache; words that
    a person wrote are never kept. `is_inside` hangs its outline under the part before it.
    `page-of:<anchor>` in the HTML becomes the number of the page that holds the anchor, anywhere
    in the book; such a part (the contents) is never kept.
    """

    html: str
    kind: Kind = "text"
    starts_right: bool = False
    is_kept: bool = True
    is_inside: bool = False

    @property
    def has_page_numbers(self) -> bool:
        """Whether it names the pages of other parts."""
        return "page-of:" in self.html


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole book.

    `heads` are stamped words: "left" and "private" at the foot, "number" ("{page} of {pages}"),
    "notes" for pages left free. `module` chooses the woven edge, 0 none. `figures` are by the
    SHA-256 of their bytes.
    """

    title: str
    language: str
    paper: str
    parts: tuple[Part, ...]
    heads: Mapping[str, str]
    module: int = 0
    subject: str = ""
    author: str = "NTI"
    figures: Mapping[str, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The manuscript as UTF-8 JSON, figures in base 64."""
        plain = asdict(self)
        plain["figures"] = {
            name: b64encode(figure).decode() for name, figure in self.figures.items()
        }
        return json.dumps(plain, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, message: bytes) -> "Manuscript":
        """What `to_bytes` wrote. Raises ValueError or TypeError for anything else."""
        plain = json.loads(message)
        plain["parts"] = tuple(Part(**part) for part in plain["parts"])
        plain["figures"] = {name: b64decode(figure) for name, figure in plain["figures"].items()}
        return cls(**plain)
