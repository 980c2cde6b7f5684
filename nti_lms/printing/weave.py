"""The woven band of a module, drawn for covers and strips."""

import re
from functools import cache

from nti_lms.settings import ROOT

BAND = ROOT / "static" / "band"
INKS = {"a": "#1b3f63", "b": "#a8472a", "c": "#c79a34"}
WARP = "#8a8172"
MODULES = range(1, 10)

Cell = tuple[int, int]
Weave = dict[str, frozenset[Cell]]

_COVER_WIDTH = 62.0
_THREAD = 3.2
_LEFT = 10.2
_ROWS = 7
_STRIPES = ((0.0, 3.4, "a"), (4.4, 1.6, "b"), (7.0, 1.0, "c"))
_PATH = re.compile(r'<path class="(\w)" d="([^"]*)"')
_RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z")


@cache
def weave(module: int) -> tuple[Weave, int]:
    """The threads of a module's band as cells by ink, and the width of its repeat in cells."""
    drawing = (BAND / f"{module}.svg").read_text()
    found = re.search(r'width="(\d+)" height="13"', drawing)
    if found is None:
        raise ValueError(f"the band of module {module} is not thirteen threads high")
    cells = {ink: _cells(path) for ink, path in _PATH.findall(drawing)}
    return cells, int(found[1])


def _cells(path: str) -> frozenset[Cell]:
    return frozenset(
        (x + dx, y + dy)
        for x, y, width, height in (map(int, one) for one in _RECTANGLE.findall(path))
        for dx in range(width)
        for dy in range(height)
    )


def strip(module: int, width: int = 184) -> bytes:
    """The band of a module as an SVG, thirteen units high and `width` units long."""
    cells, repeat = weave(module)
    shapes = "".join(
        _shape(
            ink,
            [(x, y, 1.0, 1.0) for x in range(width) for y in range(13) if (x % repeat, y) in on],
        )
        for ink, on in cells.items()
    )
    return _svg(width, 13, shapes)


def cover(module: int, height: int = 251) -> bytes:
    """The cloth on a cover, in millimetres: woven further with each module, bare warp below."""
    woven = round(height * (0.3 + 0.075 * module), 1)
    cells, repeat = weave(module)
    rows = int(woven / _THREAD) + 1
    shapes = _stripes(woven)
    for ink, on in cells.items():
        threads = [
            (_LEFT + y * _THREAD, row * _THREAD, _THREAD, min(_THREAD, woven - row * _THREAD))
            for row in range(rows)
            for y in range(13)
            if (row % repeat, y) in on
        ]
        shapes += _shape(ink, threads)
    return _svg(62, height, shapes + _weft(woven) + _warp(woven, height))


def cloth(height: int = 251) -> bytes:
    """One cloth with the bands of all modules, in millimetres, the warp hanging out below."""
    woven = round(height * 0.94, 1)
    share = woven / len(MODULES)
    shapes = _stripes(woven)
    for place, module in enumerate(MODULES):
        top = share * place + (share - _ROWS * _THREAD) / 2
        cells, repeat = weave(module)
        for ink, on in cells.items():
            threads = [
                (_LEFT + y * _THREAD, round(top + row * _THREAD, 2), _THREAD, _THREAD)
                for row in range(_ROWS)
                for y in range(13)
                if (row % repeat, y) in on
            ]
            shapes += _shape(ink, threads)
    return _svg(62, height, shapes + _weft(woven) + _warp(woven, height))


def _stripes(woven: float) -> str:
    both = [(x, width, ink) for x, width, ink in _STRIPES]
    both += [(_COVER_WIDTH - x - width, width, ink) for x, width, ink in _STRIPES]
    return "".join(_shape(ink, [(x, 0.0, width, woven)]) for x, width, ink in both)


def _weft(woven: float) -> str:
    lines = "".join(f"M0 {0.8 * n:.1f}h62" for n in range(1, int(woven / 0.8) + 1))
    edge = f'<rect y="{woven - 0.6:.1f}" width="62" height="1.2" fill="{INKS["b"]}"/>'
    return f'<path d="{lines}" stroke="#fff" stroke-width=".13" fill="none"/>{edge}'


def _warp(woven: float, height: int) -> str:
    left = {"a": (0.42, 1.27, 2.12, 2.98), "b": (4.8, 5.6), "c": (7.5,)}
    threads = [(INKS[ink], x) for ink, places in left.items() for x in places]
    threads += [(ink, _COVER_WIDTH - x) for ink, x in threads]
    threads += [(WARP, 14.2 + 1.6 * n) for n in range(22)]
    return "".join(
        f'<path d="M{x:.2f} {woven}V{height}" stroke="{ink}" stroke-width=".28" fill="none"/>'
        for ink, x in threads
    )


def _shape(ink: str, boxes: list[tuple[float, float, float, float]]) -> str:
    path = "".join(
        f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z" for x, y, width, height in boxes
    )
    return f'<path fill="{INKS[ink]}" d="{path}"/>'


def _svg(width: int, height: int, shapes: str) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    return f'{head} width="{width}mm" height="{height}mm">{shapes}</svg>'.encode()
