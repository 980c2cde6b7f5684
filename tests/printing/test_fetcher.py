"""No page reaches anything but its own assets."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from nti_lms.domain.errors import PrintingFailed
from nti_lms.printing import assets, render
from nti_lms.printing.fetcher import OwnAssets
from nti_lms.printing.structure import faults

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
PIXEL = SVG.format('<rect width="1" height="1"/>').encode()

ADDRESSES = (
    "file:///etc/hostname",
    "FILE:///etc/hostname",
    "file:/etc/hostname",
    "http://127.0.0.1:{port}/a",
    "HTTP://127.0.0.1:{port}/a",
    "https://127.0.0.1:{port}/a",
    "http://user@127.0.0.1:{port}/a",
    "http://[::1]:{port}/a",
    "//127.0.0.1:{port}/a",
    "ftp://127.0.0.1:{port}/a",
    "gopher://127.0.0.1:{port}/a",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
    "asset:../settings.py",
    "asset:/etc/hostname",
    "asset:print.css",
    "asset:https://127.0.0.1:{port}/a",
    "asset:" + "0" * 64,
    "asset:rule.svg?x",
    "asset:rule.svg#x",
    "\\\\127.0.0.1\\share",
    "etc/hostname",
    "",
)

PLACES = (
    '<img src="{}" alt="a">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">a</a>',
    '<object data="{}">a</object>',
    '<embed src="{}">',
    '<iframe src="{}"></iframe>',
    '<img srcset="{} 2x" alt="a">',
    '<video src="{}"></video>',
    '<meta http-equiv="refresh" content="0; url={}">',
    '<base href="{}"><img src="a" alt="a">',
    '<svg xmlns="http://www.w3.org/2000/svg"><title>a</title><image href="{}"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><title>a</title><use href="{}"/></svg>',
    "<style>p {{ background: url({}) }}</style>",
    "<style>@import url({});</style>",
    '<style>@font-face {{ font-family: "Q"; src: url({}) }} p {{ font-family: "Q" }}</style>',
    '<style>@font-face {{ font-family: R; src: local("DejaVu Sans") }} p {{ font: 9pt R }}</style>',
    "<style>p::before {{ content: url({}) }}</style>",
    "<style>ul {{ list-style-image: url({}) }}</style>",
    "<style>@page {{ @top-left {{ content: url({}) }} }}</style>",
    "<style>p {{ border-image: url({}) 1 }}</style>",
)


class Canary:
    """A port that keeps everyone who knocks waiting, to be counted."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]

    @property
    def hits(self) -> int:
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.listener.accept()[0].close()
                count += 1
        return count


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.listener.close()


def page(inside: str) -> str:
    return (
        '<!doctype html><html lang="es"><head><title>T</title></head>'
        f"<body><h1>Uno</h1>{inside}<ul><li>a</li></ul></body></html>"
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_other_address_is_refused(address):
    fetcher = OwnAssets({})

    with pytest.raises(ValueError, match="only its own assets"):
        fetcher.fetch(address.format(port=1))

    assert fetcher.refused == [address.format(port=1)]


@pytest.mark.parametrize("place", PLACES)
def test_page_that_asks_for_more_is_printed_without_it(place, canary):
    asked = "".join(
        place.format(address.format(port=canary.port))
        for address in ADDRESSES
        if "@import" not in place or address.partition("/")[0].endswith(":")
    )

    pdf = render.to_pdf(page(asked), {})

    assert pdf.startswith(b"%PDF-1.7")
    assert b"/EmbeddedFile" not in pdf
    assert b"DejaVu" not in pdf
    assert canary.hits == 0


def test_canary_counts_who_knocks(canary):
    socket.create_connection(("127.0.0.1", canary.port)).close()

    assert canary.hits == 1


def test_drawing_reaches_nothing_either(canary):
    address = f"http://127.0.0.1:{canary.port}/a"
    drawing = SVG.format(f'<image width="9" height="9" href="{address}"/>').encode()
    name = assets.digest(drawing)

    render.to_pdf(page(f'<img src="asset:{name}" alt="a">'), {name: drawing})

    assert canary.hits == 0


@pytest.mark.parametrize(
    "rule",
    [
        "@color-profile --p {{ src: url(http://127.0.0.1:{port}/a.icc) }}",
        "@import url(//127.0.0.1:{port}/a.css);",
    ],
)
def test_rule_that_stops_the_renderer_is_a_named_failure(rule, canary):
    style = f"<style>{rule.format(port=canary.port)}</style>"

    with pytest.raises(PrintingFailed):
        render.to_pdf(page(style), {})

    assert canary.hits == 0


def test_given_figure_must_have_the_bytes_of_its_name():
    name = assets.digest(PIXEL)

    assert OwnAssets({name: PIXEL}).fetch(f"asset:{name}").read() == PIXEL
    with pytest.raises(ValueError, match="only its own assets"):
        OwnAssets({name: b"other"}).fetch(f"asset:{name}")


def test_shipped_files_are_there_under_their_names():
    for name in [*assets.SHIPPED, *assets.DRAWN]:
        assert OwnAssets({}).fetch(f"asset:{name}").read()


def test_our_own_fonts_are_the_only_ones():
    pdf = render.to_pdf(page("<p>Añil ẽ g̃ <b>ñ</b></p>"), {})

    assert "DejaVu" not in str(pdf)
    assert [fault for fault in faults(pdf) if "embedded" in fault] == []
