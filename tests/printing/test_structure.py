"""The check finds what it is there to find."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from nti_lms.printing import press, render
from nti_lms.printing.manuscript import Manuscript, Part
from nti_lms.printing.structure import elements, faults

PAGE = """<html lang="es"><head><title>T</title></head><body>
<h1 id="one">Uno</h1><p><a href="#one">Dos</a></p><ul><li>a</li></ul>
<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="9" height="9">
<title>Punto</title><rect width="1" height="1"/></svg>
<h2>Tres</h2></body></html>"""


@cache
def sound() -> bytes:
    return press.print_book(
        Manuscript(
            title="T",
            language="es",
            paper="letter",
            parts=(Part(PAGE),),
            heads={"left": "Pie", "private": "", "notes": "", "number": "{page} de {pages}"},
        )
    )


def spoil(change: Callable[[Pdf], None]) -> list[str]:
    target = BytesIO()
    with Pdf.open(BytesIO(sound())) as book:
        change(book)
        book.save(target)
    return faults(target.getvalue())


def first(book: Pdf, name: str):
    return next(element for element in elements(book) if str(element.S) == name)


def no_tags(book):
    del book.Root.StructTreeRoot


def no_mark(book):
    del book.Root.MarkInfo


def no_language(book):
    del book.Root.Lang


def no_title(book):
    del book.docinfo["/Title"]


def no_display(book):
    del book.Root.ViewerPreferences


def no_xmp(book):
    del book.Root.Metadata


def no_tabs(book):
    del book.pages[0].obj.Tabs


def no_parents(book):
    book.pages[0].obj.StructParents = 99


def short_parents(book):
    nums = book.Root.StructTreeRoot.ParentTree.Nums
    nums[1] = Array(list(nums[1])[:-1])


def stamp_in_the_open(book):
    book.pages[0].contents_add(b"q /Stamp0 Do Q\n", prepend=True)


def low_first_heading(book):
    first(book, "/H1").S = Name.H2


def heading_jump(book):
    first(book, "/H2").S = Name.H4


def loose_list(book):
    first(book, "/LI").S = Name.P


def bare_item(book):
    first(book, "/LBody").S = Name.P


def no_scope(book):
    del first(book, "/TH").A["/Scope"]


def no_alternative(book):
    del first(book, "/Figure")["/Alt"]


def loose_link(book):
    del book.pages[0].Annots[0]["/StructParent"]


def mute_link(book):
    del book.pages[0].Annots[0]["/Contents"]


def unprinted_link(book):
    book.pages[0].Annots[0].F = 0


def lost_link(book):
    book.pages[0].Annots[0].Dest = String("nowhere")


def no_unicode(book):
    for thing in book.objects:
        if isinstance(thing, Dictionary) and "/ToUnicode" in thing:
            del thing["/ToUnicode"]


def no_font_file(book):
    for thing in book.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.FontDescriptor:
            for key in ("/FontFile2", "/FontFile3"):
                if key in thing:
                    del thing[key]


def test_sound_book_has_no_fault():
    assert faults(sound()) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (no_tags, "no structure tree"),
        (no_mark, "not marked as tagged"),
        (no_language, "names no language"),
        (no_title, "has no title"),
        (no_display, "file name in the place of the title"),
        (no_xmp, "lacks pdfuaid:part"),
        (no_tabs, "tab order"),
        (no_parents, "parent tree is missing"),
        (short_parents, "has no parent"),
        (stamp_in_the_open, "a stamp is not an artifact"),
        (low_first_heading, "first heading is H2"),
        (heading_jump, "H4 follows H1"),
        (loose_list, "a list holds /P"),
        (bare_item, "a list item holds"),
        (no_scope, "no scope"),
        (no_alternative, "no alternative text"),
        (loose_link, "not in the structure tree"),
        (mute_link, "no description"),
        (unprinted_link, "not printed"),
        (lost_link, "leads to nowhere"),
        (no_unicode, "which letters"),
        (no_font_file, "not embedded"),
    ],
)
def test_fault_is_found(change, fault):
    assert any(fault in found for found in spoil(change))


def test_raw_rendering_shows_why_the_last_pass_is_needed():
    found = faults(render.to_pdf(PAGE, {}))

    assert any("no scope" in fault for fault in found)
    assert any("not printed" in fault for fault in found)
