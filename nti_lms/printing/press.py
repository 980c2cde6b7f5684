"""A manuscript in, a finished book out. Loads WeasyPrint; run it in a child process only."""

import hashlib
import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from pikepdf import Pdf

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing import assemble, assets, finish, heads
from nti_lms.printing.manuscript import Manuscript, Part
from nti_lms.printing.render import to_pdf

Cache = MutableMapping[str, bytes]
Report = Callable[[int, int], None]

_PAGE_OF = re.compile(r"page-of:([\w-]+)")
_POINTS = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
_UNKNOWN_NUMBER = "000"


@dataclass(frozen=True, slots=True)
class _Laid:
    part: Part
    bound: assemble.Bound
    filler: str


def print_book(
    manuscript: Manuscript, cache: Cache | None = None, report: Report | None = None
) -> bytes:
    """The book as an accessible PDF (PDF/UA-1). `cache` keeps parts that no person filled.

    `report` is told how many parts are made, of how many.

    Raises:
        PrintingFailed: a part cannot be rendered, or names a page that does not exist.
    """
    parts = _lay_out(manuscript, {} if cache is None else cache, report or _tell_nobody)
    laid = _number(manuscript, parts)
    sheets = list(_sheets(laid))
    stamped = to_pdf(heads.stamps(manuscript, sheets), {}, paper=manuscript.paper, is_tagged=False)
    book = assemble.join([one.bound for one in laid], _POINTS[manuscript.paper])
    return finish.finish(
        book,
        Pdf.open(BytesIO(stamped)),
        title=manuscript.title,
        language=manuscript.language,
        subject=manuscript.subject,
        author=manuscript.author,
    )


def _tell_nobody(_done: int, _total: int) -> None:
    return None


def _lay_out(manuscript: Manuscript, cache: Cache, report: Report) -> list[_Laid]:
    """Render the parts in order; page numbers inside them are not known yet."""
    laid: list[_Laid] = []
    before, after = "text", 0
    for part in manuscript.parts:
        fillers = int((part.starts_right or before == "cut") and after % 2)
        bound = assemble.Bound(
            _made(manuscript, part, after + fillers, cache),
            after + fillers,
            fillers,
            part.is_inside,
        )
        laid.append(_Laid(part, bound, "bare" if before == "cut" else "notes"))
        before, after = part.kind, bound.after
        report(len(laid), len(manuscript.parts))
    return laid


def _made(manuscript: Manuscript, part: Part, first: int, cache: Cache) -> Pdf:
    html = _PAGE_OF.sub(_UNKNOWN_NUMBER, part.html)
    side = "left" if first % 2 else "right"
    key = _key(manuscript.paper, side, html)
    pdf = cache.get(key)
    if pdf is None:
        pdf = to_pdf(html, manuscript.figures, paper=manuscript.paper, side=side)
        if part.is_kept and not part.has_page_numbers:
            cache[key] = pdf
    return Pdf.open(BytesIO(pdf))


def _key(*facts: str) -> str:
    return hashlib.sha256("\0".join([assets.version(), *facts]).encode()).hexdigest()


def _number(manuscript: Manuscript, laid: Sequence[_Laid]) -> list[_Laid]:
    """Render again the parts that name pages, now that every page has its number."""
    pages = {anchor: page + 1 for one in laid for anchor, page in one.bound.anchors.items()}
    return [_numbered(manuscript, one, pages) if one.part.has_page_numbers else one for one in laid]


def _numbered(manuscript: Manuscript, laid: _Laid, pages: dict[str, int]) -> _Laid:
    missing = set(_PAGE_OF.findall(laid.part.html)) - pages.keys()
    if missing:
        raise PrintingFailed(f"no page holds {', '.join(sorted(missing))}")
    html = _PAGE_OF.sub(lambda found: str(pages[found[1]]), laid.part.html)
    side = "left" if laid.bound.first % 2 else "right"
    pdf = Pdf.open(BytesIO(to_pdf(html, manuscript.figures, paper=manuscript.paper, side=side)))
    if len(pdf.pages) != len(laid.bound.pdf.pages):
        raise PrintingFailed("the contents changed their length while they were numbered")
    bound = assemble.Bound(pdf, laid.bound.first, laid.bound.fillers, laid.bound.is_inside)
    return _Laid(laid.part, bound, laid.filler)


def _sheets(laid: Sequence[_Laid]) -> Iterator[heads.Sheet]:
    for one in laid:
        bound = one.bound
        for number in range(bound.first - bound.fillers, bound.first):
            yield heads.Sheet(one.filler, number + 1)
        for number in range(bound.first, bound.after):
            yield heads.Sheet(one.part.kind, number + 1)
