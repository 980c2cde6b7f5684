"""Make atkinson-400.woff2 and atkinson-700.woff2 from the npm package
@fontsource/atkinson-hyperlegible 5.3.0 (its files "latin-400-normal", "latin-700-normal").

Three things happen: glyphs that the product never prints are dropped, hinting is dropped
(phones ignore it; it is a third of the file), and the letters of Guaraní that the package
lacks are added from its own parts: e i u y with a tilde, in both cases. U+02BC (the glottal
stop of Aymara and Quechua) is drawn by the font's right quotation mark, U+2011 by its hyphen.

    pip install fonttools brotli
    python make_subset.py FOLDER_WITH_THE_WOFF2_FILES
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

KEPT = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02BC,U+0128-0129,U+0168-0169,U+0301,U+0303,U+0308,"
    "U+1EBC-1EBD,U+1EF8-1EF9,U+2011,U+2013-2014,U+2018-201A,U+201C-201E,U+2020,U+2022,U+2026,"
    "U+2039-203A,U+20AC,U+2122,U+2212"
)
TILDED = {  # code point: (name, base glyph)
    0x1EBC: ("Etilde", "E"),
    0x1EBD: ("etilde", "e"),
    0x0128: ("Itilde", "I"),
    0x0129: ("itilde", "dotlessi"),
    0x0168: ("Utilde", "U"),
    0x0169: ("utilde", "u"),
    0x1EF8: ("Ytilde", "Y"),
    0x1EF9: ("ytilde", "y"),
}


def anchors(font: TTFont) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where the tilde hangs on each base glyph: the glyph and its (dx, dy)."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            is_of_marks = type(table).__name__ == "MarkBasePos"
            if not is_of_marks or "tildecomb" not in table.MarkCoverage.glyphs:
                continue
            mark = table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index("tildecomb")]
            at, bases = mark.MarkAnchor, table.BaseCoverage.glyphs
            for base, record in zip(bases, table.BaseArray.BaseRecord, strict=True):
                hook = record.BaseAnchor[mark.Class]
                if hook is not None:
                    yield (
                        base,
                        (hook.XCoordinate - at.XCoordinate, hook.YCoordinate - at.YCoordinate),
                    )


def extend(font: TTFont) -> None:
    """Give the font the letters of `TILDED`, U+02BC and U+2011."""
    hangs = dict(anchors(font))
    order = font.getGlyphOrder()
    cmap = font["cmap"]
    for code, (name, base) in TILDED.items():
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(base, (1, 0, 0, 1, 0, 0))
        pen.addComponent("tildecomb", (1, 0, 0, 1, *hangs[base]))
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (font["hmtx"][base][0], 0)
        order.append(name) if name not in order else None
        for table in cmap.tables:
            if table.isUnicode():
                table.cmap[code] = name
    for table in cmap.tables:
        if table.isUnicode():
            table.cmap[0x02BC] = table.cmap[0x2019]
            table.cmap[0x2011] = table.cmap[0x002D]
    font.setGlyphOrder(order)
    font["maxp"].numGlyphs = len(order)
    for name, _ in TILDED.values():
        glyph = font["glyf"][name]
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)


def main(folder: Path) -> None:
    """Write the two subsets into the current folder."""
    for weight in (400, 700):
        font = TTFont(folder / f"atkinson-hyperlegible-latin-{weight}-normal.woff2")
        extend(font)
        options = subset.Options(hinting=False, layout_features=["*"], flavor="woff2")
        options.name_IDs = ["*"]
        maker = subset.Subsetter(options)
        maker.populate(unicodes=subset.parse_unicodes(KEPT))
        maker.subset(font)
        subset.save_font(font, f"atkinson-{weight}.woff2", options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
