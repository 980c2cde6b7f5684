"""Our own check that a PDF keeps what PDF/UA-1 asks of this kind of book."""

from collections.abc import Callable, Iterator
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, parse_content_stream

_HEADINGS = {f"/H{level}": level for level in range(1, 7)}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def faults(pdf: bytes) -> list[str]:
    """What is wrong with a finished book, one line for each fault; empty if nothing is.

    Checks the catalogue and XMP, page keys and parent tree, marked content, headings, lists,
    tables, figures, links, fonts, and that stamps are artifacts.

    Raises:
        pikepdf.PdfError: the bytes are no PDF.
    """
    with Pdf.open(BytesIO(pdf)) as book:
        if "/StructTreeRoot" not in book.Root:
            return ["the document has no structure tree"]
        return [fault for check in _CHECKS for fault in check(book)]


def _catalogue(book: Pdf) -> Iterator[str]:
    root = book.Root
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "the document is not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "the document names no language"
    if not str(book.docinfo.get("/Title", "")):
        yield "the document has no title"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "viewers would show the file name in the place of the title"
    metadata = root.get("/Metadata")
    xmp = metadata.read_bytes().decode() if isinstance(metadata, Stream) else ""
    for needed in ("pdfuaid:part>1<", "dc:title"):
        if needed not in xmp:
            yield f"the XMP metadata lacks {needed.strip('><1').removesuffix('>')}"


def _pages(book: Pdf) -> Iterator[str]:
    tree = _parent_tree(book)
    seen: set[int] = set()
    for number, page in enumerate(book.pages, start=1):
        if page.obj.get("/Tabs") != Name.S:
            yield f"page {number}: the tab order is not that of the structure"
        parents = int(page.obj.get("/StructParents", -1))
        if parents in seen or parents not in tree:
            yield f"page {number}: its entry in the parent tree is missing or shared"
            continue
        seen.add(parents)
        yield from _marks(number, page, tree[parents])


def _marks(number: int, page: Page, parents: Object) -> Iterator[str]:
    """Marked content: each piece is an artifact or has a parent, and nothing drawn is outside."""
    stack: list[str] = []
    for instruction in parse_content_stream(page):
        operands, name = instruction.operands, str(instruction.operator)
        if name in ("BDC", "BMC"):
            stack.append(str(operands[0]))
            properties = operands[1] if len(operands) > 1 else None
            if isinstance(properties, Dictionary) and "/MCID" in properties:
                mcid = int(properties.MCID)
                if mcid >= len(parents) or parents[mcid] is None:
                    yield f"page {number}: marked content {mcid} has no parent"
        elif name == "EMC":
            stack.pop()
        elif name in ("Tj", "TJ", "Do", "sh") and not stack:
            yield f"page {number}: {name} draws outside marked content"
        if name == "Do" and str(operands[0]).startswith("/Stamp") and "/Artifact" not in stack:
            yield f"page {number}: a stamp is not an artifact"


def _parent_tree(book: Pdf) -> dict[int, Object]:
    flat = book.Root.StructTreeRoot.get("/ParentTree", Dictionary()).get("/Nums", Array())
    return {int(flat[index]): flat[index + 1] for index in range(0, len(flat), 2)}


def elements(book: Pdf) -> Iterator[Object]:
    """Every structure element, in reading order."""
    pending = list(reversed(kids(book.Root.StructTreeRoot)))
    while pending:
        element = pending.pop()
        if "/S" in element:
            yield element
            pending += reversed(kids(element))


def kids(element: Object) -> list[Object]:
    """The children of a structure element that are dictionaries, not numbers of marked content."""
    found = element.get("/K", Array())
    every = list(found) if isinstance(found, Array) else [found]
    return [kid for kid in every if isinstance(kid, Dictionary)]


def _headings(book: Pdf) -> Iterator[str]:
    before = 0
    for element in elements(book):
        level = _HEADINGS.get(str(element.S))
        if level is None:
            continue
        if before == 0 and level != 1:
            yield f"the first heading is H{level}, not H1"
        elif level > before + 1:
            yield f"a heading H{level} follows H{before}"
        before = level


def _lists(book: Pdf) -> Iterator[str]:
    for element in elements(book):
        names = [str(kid.get("/S", "")) for kid in kids(element)]
        if element.S == Name.L and set(names) - {"/LI", "/L", "/Caption"}:
            yield f"a list holds {', '.join(sorted(set(names) - {'/LI', '/L', '/Caption'}))}"
        if element.S == Name.LI and names not in (["/LBody"], ["/Lbl", "/LBody"]):
            yield f"a list item holds {', '.join(names) or 'nothing'}"


def _tables(book: Pdf) -> Iterator[str]:
    for element in elements(book):
        if element.S == Name.TH and "/Scope" not in element.get("/A", Dictionary()):
            yield "a header cell has no scope"


def _figures(book: Pdf) -> Iterator[str]:
    for element in elements(book):
        if str(element.S) == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure has no alternative text"


def _links(book: Pdf) -> Iterator[str]:
    tree = _parent_tree(book)
    places = _place_names(book)
    for number, page in enumerate(book.pages, start=1):
        for note in page.obj.get("/Annots", Array()):
            what = f"page {number}: a {str(note.Subtype).strip('/').lower()}"
            parent = tree.get(int(note.get("/StructParent", -1)))
            if parent is None or parent.get("/S") not in (Name.Link, Name.Form):
                yield f"{what} is not in the structure tree"
            if not str(note.get("/Contents", note.get("/TU", ""))):
                yield f"{what} has no description"
            if not int(note.get("/F", 0)) & 4:
                yield f"{what} is not printed"
            if "/Dest" in note and str(note.Dest) not in places:
                yield f"{what} leads to {note.Dest}, which is nowhere"


def _place_names(book: Pdf) -> set[str]:
    flat = book.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array())
    return {str(flat[index]) for index in range(0, len(flat), 2)}


def _fonts(book: Pdf) -> Iterator[str]:
    for thing in book.objects:
        if not isinstance(thing, Dictionary) or thing.get("/Type") != Name.Font:
            continue
        name = str(thing.get("/BaseFont", "a font")).lstrip("/")
        is_inner = str(thing.get("/Subtype")).startswith("/CIDFont")
        if not is_inner and "/ToUnicode" not in thing:
            yield f"{name} does not say which letters it shows"
        descriptor = thing.get("/FontDescriptor")
        if descriptor is not None and not any(key in descriptor for key in _FONT_FILES):
            yield f"{name} is not embedded"


_CHECKS: tuple[Callable[[Pdf], Iterator[str]], ...] = (
    _catalogue,
    _pages,
    _headings,
    _lists,
    _tables,
    _figures,
    _links,
    _fonts,
)
