"""Drawings that hold both languages: read without danger, told in one language.

A drawing is read by expat with every document type refused, and written anew from what is
allowed, so nothing else of the file can reach a page.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

SVG = "http://www.w3.org/2000/svg"
MAX_DEPTH = 40

TAGS = frozenset(
    {
        *("svg", "title", "desc", "g", "defs", "text", "tspan"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "marker", "pattern"),
    }
)
_FORBIDDEN = re.compile(r"on.*|style|href|src|class|.*:.*")
_OUTSIDE = re.compile(r"url\((?!\s*#)|(?:javascript|data|https?):", re.I)


@dataclass(slots=True)
class Element:
    """An element of a drawing, with the line on which it opens."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the order of the file."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def words(self) -> str:
        """All the text below this element."""
        return "".join(child if isinstance(child, str) else child.words for child in self.children)


class DrawingUnreadable(ValueError):
    """The bytes are not a drawing that may be read; `line` says where."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read_drawing(svg: bytes) -> Element:
    """The root of a drawing.

    Raises:
        DrawingUnreadable: not well formed, not UTF-8, a document type, or nested too deeply.
    """
    return _Reader().read(svg)


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.parser.CharacterDataHandler = self.add
        self.top = Element("", {}, 0)
        self.stack = [self.top]

    def read(self, svg: bytes) -> Element:
        try:
            self.parser.Parse(svg, True)
        except expat.ExpatError as error:
            raise DrawingUnreadable(error.lineno, expat.ErrorString(error.code)) from error
        root = next(child for child in self.top.children if isinstance(child, Element))
        if root.tag != "svg" or root.attributes.get("xmlns") != SVG:
            raise DrawingUnreadable(root.line, f'the file does not open with <svg xmlns="{SVG}">')
        return root

    def refuse_doctype(self, *_: object) -> None:
        raise DrawingUnreadable(self.parser.CurrentLineNumber, "a document type has no place here")

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > MAX_DEPTH:
            raise DrawingUnreadable(self.parser.CurrentLineNumber, "nested too deeply")
        element = Element(tag, attributes, self.parser.CurrentLineNumber)
        self.stack[-1].children.append(element)
        self.stack.append(element)

    def close(self, _: str) -> None:
        self.stack.pop()

    def add(self, words: str) -> None:
        self.stack[-1].children.append(words)


def find_dangers(root: Element) -> Iterator[tuple[int, str]]:
    """Line and fault of all that `localise` would drop from a drawing."""
    for element in root.walk():
        if element.tag not in TAGS:
            yield element.line, f"<{element.tag}> has no place in a drawing"
        for name, value in element.attributes.items():
            if not _is_allowed(name, value):
                yield element.line, f"the attribute {name} has no place in a drawing"


def _is_allowed(name: str, value: str) -> bool:
    if name == "xmlns":
        return value == SVG
    return not _FORBIDDEN.fullmatch(name.lower()) and not _OUTSIDE.search(value)


def localise(svg: bytes, language: str) -> bytes:
    """The drawing in one language, as wide and high as its view box, without anything unsafe.

    What bears another `lang` is dropped, what bears this one is shown.

    Raises:
        DrawingUnreadable: not a drawing that may be read at all.
    """
    root = read_drawing(svg)
    root.attributes |= {"lang": language, **_size(root)}
    return _write(root, language).encode()


def view_box(root: Element) -> tuple[float, ...]:
    """The four numbers of the view box, or none."""
    numbers = root.attributes.get("viewBox", "").replace(",", " ").split()
    try:
        box = tuple(map(float, numbers))
    except ValueError:
        return ()
    return box if len(box) == 4 and 0 < box[2] < 10_000 and 0 < box[3] < 10_000 else ()


def _size(root: Element) -> dict[str, str]:
    box = view_box(root)
    return {"width": f"{box[2]:g}", "height": f"{box[3]:g}"} if box else {}


def _write(element: Element, language: str) -> str:
    inside = "".join(
        html.escape(child, quote=False)
        if isinstance(child, str)
        else _write(_shown(child), language)
        for child in element.children
        if isinstance(child, str) or _stays(child, language)
    )
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attributes.items()
        if _is_allowed(name, value)
    )
    return (
        f"<{element.tag}{attributes}>{inside}</{element.tag}>"
        if inside
        else f"<{element.tag}{attributes}/>"
    )


def _stays(element: Element, language: str) -> bool:
    return element.tag in TAGS and element.attributes.get("lang", language) == language


def _shown(element: Element) -> Element:
    if "lang" in element.attributes:
        element.attributes.pop("display", None)
    return element
