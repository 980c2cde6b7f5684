"""Read a PDF back through its fonts' own tables, as a reader's program does."""

import re
from io import BytesIO

from pikepdf import Array, Name, Object, Page, Pdf, String, parse_content_stream

from nti_lms.printing.structure import elements

_HEX = r"<([0-9a-fA-F]*)>"
_CHARS = re.compile(rf"{_HEX}\s*{_HEX}")
_RANGES = re.compile(rf"{_HEX}\s*{_HEX}\s*{_HEX}")


def texts(pdf: bytes) -> list[str]:
    """The words of each page, stamps included, without line breaks."""
    with Pdf.open(BytesIO(pdf)) as book:
        return [_words(page.obj, page.obj.Resources) for page in book.pages]


def list_items(pdf: bytes, page: int) -> list[str]:
    """The words of each list item on a page (from 1), in the order in which they are read aloud."""
    with Pdf.open(BytesIO(pdf)) as book:
        here = book.pages[page - 1].obj
        marked = _marked(here)
        return [
            _spoken(element, marked)
            for element in elements(book)
            if element.S == Name.LI and element.get("/Pg", here).objgen == here.objgen
        ]


def _spoken(element: Object, marked: dict[int, str]) -> str:
    kids = element.get("/K", Array())
    said = (
        marked.get(int(kid), "") if isinstance(kid, int) else _spoken(kid, marked)
        for kid in (list(kids) if isinstance(kids, Array) else [kids])
    )
    return re.sub(r"\s+", " ", " ".join(said)).strip()


def _marked(page: Object) -> dict[int, str]:
    """The words of a page by the number of their marked content."""
    found: dict[int, str] = {}
    letters: dict[bytes, str] = {}
    current = -1
    for operands, operator in parse_content_stream(Page(page)):
        name = str(operator)
        if name == "BDC":
            current = int(operands[1].get("/MCID", -1))
        elif name == "Tf":
            letters = _letters(page.Resources.Font[str(operands[0])])
        elif name in ("Tj", "TJ"):
            found[current] = found.get(current, "") + _decode(operands[0], letters)
    return found


def headings(pdf: bytes) -> list[str]:
    """Titles of the outline, from the first level down, in order."""
    with Pdf.open(BytesIO(pdf)) as book, book.open_outline() as outline:
        found: list[str] = []
        pending = list(outline.root)
        while pending:
            item = pending.pop(0)
            found.append(item.title)
            pending = [*item.children, *pending]
        return found


def _words(content: Object, resources: Object) -> str:
    said: list[str] = []
    letters: dict[bytes, str] = {}
    for operands, operator in parse_content_stream(
        Page(content) if content.get("/Type") == Name.Page else content
    ):
        match str(operator):
            case "Tf":
                letters = _letters(resources.Font[str(operands[0])])
            case "Tj" | "TJ":
                said.append(_decode(operands[0], letters))
            case "ET":
                said.append(" ")
            case "Do":
                inner = resources.XObject[str(operands[0])]
                if inner.get("/Subtype") == Name.Form:
                    said.append(_words(inner, inner.Resources))
    return re.sub(r"\s+", " ", "".join(said)).strip()


def _decode(shown: Object, letters: dict[bytes, str]) -> str:
    pieces = list(shown) if isinstance(shown, Array) else [shown]
    said = ""
    for piece in pieces:
        if isinstance(piece, String):
            code = bytes(piece)
            said += "".join(letters.get(code[i : i + 2], "\ufffd") for i in range(0, len(code), 2))
    return said


def _letters(font: Object) -> dict[bytes, str]:
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, letter in _CHARS.findall(block):
            found[bytes.fromhex(code)] = bytes.fromhex(letter).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, letter in _RANGES.findall(block):
            start = int.from_bytes(bytes.fromhex(letter), "big")
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[(int(first, 16) + offset).to_bytes(2, "big")] = chr(start + offset)
    return found
