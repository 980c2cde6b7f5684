"""How high sheets are before they are set, against how high they come out."""

from io import BytesIO

import pytest
from pikepdf import Pdf

from nti_lms.curriculum.types import Block, Item, Lesson, Part
from nti_lms.printing import measure
from nti_lms.printing.apparatus import Apparatus
from nti_lms.printing.pages import manuscript
from nti_lms.printing.render import to_pdf
from tests.printing.making import environment, make_workbook


def reflections(*boxes: int) -> Lesson:
    blocks = tuple(
        Block(
            "reflection",
            f"r{n}",
            prompt="Lo que hago",
            items=tuple(Item(f"i{m}", "Lo que me llevo") for m in range(count)),
        )
        for n, count in enumerate(boxes)
    )
    return Lesson("key", "es", "Título", "Resumen", 20, 60, 0, {}, blocks, "")


def test_fewer_lines_are_taken_only_if_they_save_a_leaf():
    book = Apparatus(make_workbook())

    short, long, beyond = reflections(2, 2), reflections(3, 0, 3, 0), reflections(9, 9, 9)

    assert measure.personal_sides(short, "letter") <= 2
    assert book.fewer_lines(short) == 0
    assert measure.personal_sides(long, "letter") > 2
    assert book.fewer_lines(long) > 0
    assert book.fewer_lines(beyond) == 0


def test_a_sheet_with_much_to_fill_in_has_closer_rows():
    row = "<tr><td>De seis a ocho</td><td></td><td></td></tr>"
    head = "<thead><tr><th>Hora</th><th>Una</th><th>Otra</th></tr></thead>"

    def sheet(rows: int) -> Part:
        html = f"<table>{head}<tbody>{row * rows}</tbody></table>"
        return Part("Hoja", html=html, items=tuple(Item(f"i{n}", "Total") for n in range(4)))

    book = Apparatus(make_workbook())

    assert not book.is_close_sheet(sheet(4))
    assert book.rows_of(sheet(4)) == 3
    assert book.is_close_sheet(sheet(15))
    assert book.rows_of(sheet(15)) == 1


@pytest.mark.parametrize(("module", "lesson"), [(5, "5.1"), (9, "9.4")])
def test_personal_sheet_keeps_to_one_leaf(module: int, lesson: str):
    book = make_workbook(module=module, lessons=(lesson,), paper="a4")

    (sheet,) = (one for one in manuscript(book, environment()).parts if one.kind == "private")

    assert len(Pdf.open(BytesIO(to_pdf(sheet.html, {}, paper="a4"))).pages) == 2
