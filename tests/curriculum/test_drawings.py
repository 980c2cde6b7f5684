import pytest

from nti_lms.curriculum import DrawingUnreadable, localise
from nti_lms.curriculum.checks.figures import check_drawing

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200" font-size="16">
<title lang="es">Un dibujo</title><title lang="en">A drawing</title>
<desc lang="es">Dos palabras.</desc><desc lang="en">Two words.</desc>
<rect width="10" height="10"/>
<text lang="es">uno &amp; dos<tspan x="1">tres</tspan></text>
<text lang="en" display="none">one &amp; two<tspan x="1">three</tspan></text>
</svg>"""


def test_a_sound_drawing_has_no_fault():
    assert list(check_drawing(SVG.encode())) == []


def test_the_shipped_drawings_have_no_fault(shipped):
    found = sorted(shipped.glob("m[14]*/[14]-[25]-*/*.svg"))

    assert len(found) >= 2
    for path in found:
        assert list(check_drawing(path.read_bytes())) == []


def test_localise_tells_one_language():
    assert localise(SVG.encode(), "en").decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200" font-size="16" lang="en"'
        ' width="360" height="200">\n'
        '<title lang="en">A drawing</title>\n'
        '<desc lang="en">Two words.</desc>\n'
        '<rect width="10" height="10"/>\n\n'
        '<text lang="en">one &amp; two<tspan x="1">three</tspan></text>\n'
        "</svg>"
    )


RECT = '<rect width="10" height="10"/>'
DANGERS = {
    "<script>alert(1)</script>": "<script> has no place in a drawing",
    "<style>*{}</style>": "<style> has no place in a drawing",
    '<image href="https://a.example/b.png"/>': "<image> has no place in a drawing",
    "<foreignObject><p>a</p></foreignObject>": "<foreignObject> has no place in a drawing",
    '<a href="https://a.example"><g/></a>': "<a> has no place in a drawing",
    '<use href="#x"/>': "<use> has no place in a drawing",
    '<animate attributeName="href" to="javascript:x"/>': "<animate> has no place in a drawing",
    '<g onclick="x()"/>': "the attribute onclick has no place in a drawing",
    '<g OnLoad="x()"/>': "the attribute OnLoad has no place in a drawing",
    '<g style="fill:red"/>': "the attribute style has no place in a drawing",
    '<g xlink:href="#x"/>': "the attribute xlink:href has no place in a drawing",
    '<g fill="url(https://a.example#b)"/>': "the attribute fill has no place in a drawing",
    '<g fill="URL( &quot;//a.example&quot;)"/>': "the attribute fill has no place in a drawing",
    '<x:script xmlns:x="http://www.w3.org/2000/svg">x</x:script>': (
        "<x:script> has no place in a drawing"
    ),
}


@pytest.mark.parametrize("danger", DANGERS)
def test_a_danger_is_told_and_never_shown(danger):
    svg = SVG.replace(RECT, danger).encode()

    assert (4, DANGERS[danger]) in list(check_drawing(svg))
    shown = localise(svg, "es").decode()
    for word in ("script", "style", "href", "onclick", "OnLoad", "example", "foreign", "animate"):
        assert word not in shown


def test_a_gradient_of_the_drawing_itself_stays():
    svg = SVG.replace(RECT, '<rect fill="url(#shade)"/>').encode()

    assert list(check_drawing(svg)) == []
    assert '<rect fill="url(#shade)"/>' in localise(svg, "es").decode()


UNREADABLE = {
    "not xml": b"a drawing",
    "cut short": SVG.encode()[:200],
    "a document type": b"<!DOCTYPE svg>" + SVG.encode(),
    "entities": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.encode(),
    "entities in utf-16": ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG).encode("utf-16"),
    "an unknown entity": SVG.replace("Dos palabras", "&a;").encode(),
    "not utf-8": SVG.replace("Dos", "Así").encode("latin-1"),
    "nothing": b"",
    "html": b"<html/>",
    "another name space": SVG.replace("2000/svg", "1999/xhtml").encode(),
    "too deep": SVG.replace(RECT, "<g>" * 10_000 + "</g>" * 10_000).encode(),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_drawing_is_refused_and_told(what):
    with pytest.raises(DrawingUnreadable):
        localise(UNREADABLE[what], "es")
    assert [
        told.startswith("the drawing cannot be read: ")
        for _, told in check_drawing(UNREADABLE[what])
    ] == [True]


FAULTS = {
    '<title lang="en">A drawing</title>': ("", 1, "the drawing has no <title> in en"),
    '<desc lang="es">Dos palabras.</desc>': ("", 1, "the drawing has no <desc> in es"),
    'viewBox="0 0 360 200"': ('viewBox="0 0 400 200"', 1, "the view box is not 360 units wide"),
    'font-size="16"': ('font-size="14"', 1, "text of 14; 15 units are the least"),
    '<text lang="es">': (
        '<text lang="es" font-size="1e3px">', 5, "text of 1e3px; 15 units are the least",
    ),
    ' display="none"': ("", 6, "the raw file shows Spanish alone; this en text is shown"),
    RECT: ("<text>suelto</text>", 4, "a text of no language: «suelto»"),
}  # fmt: skip


@pytest.mark.parametrize("sound", FAULTS)
def test_a_fault_of_a_drawing_is_told_with_its_line(sound):
    broken, line, what = FAULTS[sound]

    assert list(check_drawing(SVG.replace(sound, broken).encode())) == [(line, what)]


def test_a_text_in_one_language_alone_is_told():
    svg = SVG.replace(RECT, '<text lang="es">solo</text>').encode()

    assert list(check_drawing(svg)) == [(6, "2 texts in Spanish and 1 in English")]
