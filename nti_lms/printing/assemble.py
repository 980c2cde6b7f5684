"""Join tagged parts into one book: pages, structure tree, destinations and outline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, String

from nti_lms.printing.manuscript import BOOK_LINK


@dataclass(slots=True)
class Bound:
    """A made part in its place: from page `first` (counted from 0), after `fillers` blank pages."""

    pdf: Pdf
    first: int
    fillers: int = 0
    is_inside: bool = False
    anchors: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        places = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.anchors = {
            name: self.first + places[place[0].objgen] for name, place in destinations(self.pdf)
        }

    @property
    def after(self) -> int:
        """The number of the page that follows it, from 0."""
        return self.first + len(self.pdf.pages)


def destinations(pdf: Pdf) -> Iterator[tuple[str, Object]]:
    """The named places of a document, each as [page, /XYZ, x, y, zoom]."""
    names = pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array())
    for index in range(0, len(names), 2):
        yield str(names[index]), names[index + 1]


def join(bound: Sequence[Bound], sheet: tuple[float, float]) -> Pdf:
    """One document from parts in order; blank pages measure `sheet`, in points."""
    book = Pdf.new()
    tree = _Tree(book)
    names: list[tuple[str, Object]] = []
    outline: list[OutlineItem] = []
    for part in bound:
        for _ in range(part.fillers):
            tree.add_blank(book.add_blank_page(page_size=sheet))
        for page in part.pdf.pages:
            book.pages.append(page)
        pages = book.pages[part.first : part.after]
        tree.add(part.pdf, pages)
        names += _move_names(part, pages)
        items = [heading.item() for heading in _headings(part)]
        if part.is_inside and outline:
            outline[-1].children.extend(items)
        else:
            outline += items
    tree.close()
    _write_names(book, names)
    with book.open_outline() as root:
        root.root.extend(outline)
    _link(book, dict(title for part in bound for title in _titles(part)))
    return book


class _Tree:
    """The structure tree of the book while parts come in."""

    def __init__(self, book: Pdf) -> None:
        self.book = book
        self.next = 0
        self.numbers: list[Object | int] = []
        self.kids: list[Object] = []
        self.root = book.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = book.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root)
        )

    def add_blank(self, page: Page) -> None:
        page.obj.Tabs, page.obj.StructParents = Name.S, self.next
        self.numbers += [self.next, self.book.make_indirect(Array())]
        self.next += 1

    def add(self, part: Pdf, pages: Sequence[Page]) -> None:
        """Take over the tree of `part`, whose pages already stand in the book as `pages`."""
        root = self.book.copy_foreign(part.Root.StructTreeRoot)
        for number, entry in _pairs(root.ParentTree.Nums):
            self.numbers += [self.next + int(number), entry]
        for page in pages:
            page.obj.StructParents = self.next + int(page.obj.StructParents)
            for note in page.obj.get("/Annots", ()):
                note.StructParent = self.next + int(note.StructParent)
        self.next += 1 + max(
            (int(number) for number, _ in _pairs(root.ParentTree.Nums)), default=-1
        )
        for document in root.K:
            for kid in document.K:
                kid.P = self.document
                self.kids.append(kid)

    def close(self) -> None:
        book = self.book
        self.document.K = Array(self.kids)
        self.root.K = Array([self.document])
        self.root.ParentTree = book.make_indirect(Dictionary(Nums=Array(self.numbers)))
        self.root.ParentTreeNextKey = self.next
        book.Root.StructTreeRoot = self.root


def _pairs(flat: Object) -> Iterator[tuple[Object, Object]]:
    for index in range(0, len(flat), 2):
        yield flat[index], flat[index + 1]


def _move_names(part: Bound, pages: Sequence[Page]) -> Iterator[tuple[str, Object]]:
    for name, place in destinations(part.pdf):
        page = pages[part.anchors[name] - part.first]
        yield name, Array([page.obj, *list(place)[1:]])


def _write_names(book: Pdf, names: Iterable[tuple[str, Object]]) -> None:
    flat: list[Object] = []
    for name, place in sorted(names, key=lambda pair: pair[0].encode()):
        flat += [String(name), place]
    book.Root.Names = Dictionary(Dests=book.make_indirect(Dictionary(Names=Array(flat))))


@dataclass(frozen=True, slots=True)
class _Heading:
    """An entry of a part's outline and its place: page of the book from 0, then points."""

    title: str
    page: int
    left: float
    top: float
    children: tuple["_Heading", ...]

    def item(self) -> OutlineItem:
        """The same entry for the outline of the book."""
        made = OutlineItem(self.title, self.page, "XYZ", left=self.left, top=self.top)
        made.is_closed = True
        made.children.extend(child.item() for child in self.children)
        return made

    def walk(self) -> Iterator["_Heading"]:
        """This entry and those below it, as they stand on paper."""
        yield self
        for child in self.children:
            yield from child.walk()


def _headings(part: Bound) -> list[_Heading]:
    places = {page.obj.objgen: number for number, page in enumerate(part.pdf.pages)}

    def read(item: OutlineItem) -> _Heading:
        page, _, left, top, *_ = cast(Array, item.destination)
        number = part.first + places[page.objgen]
        children = tuple(map(read, item.children))
        return _Heading(item.title, number, float(left), float(top), children)

    with part.pdf.open_outline() as outline:
        return [read(item) for item in outline.root]


def _titles(part: Bound) -> Iterator[tuple[str, str]]:
    """Anchors, each with the heading under which it stands, to describe links that lead there."""
    headings = [heading for top in _headings(part) for heading in top.walk()]
    for anchor, place in destinations(part.pdf):
        here = (part.anchors[anchor], 1 - float(place[3]))
        before = [heading for heading in headings if (heading.page, -heading.top) <= here]
        if before:
            yield anchor, before[-1].title


def _link(book: Pdf, titles: dict[str, str]) -> None:
    """Turn links to `book:<anchor>` into links inside the book, and describe those inside."""
    for page in book.pages:
        for note in page.obj.get("/Annots", ()):
            target = str(note.get("/A", Dictionary()).get("/URI", ""))
            if target.startswith(BOOK_LINK):
                del note["/A"]
                note.Dest = String(target.removeprefix(BOOK_LINK))
            if "/Dest" in note:
                note.Contents = String(titles.get(str(note.Dest), str(note.Dest)))
