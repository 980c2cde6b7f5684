"""What a page may show: shipped files by name, given figures by the hash of their bytes."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from nti_lms.printing import weave
from nti_lms.settings import ROOT

STATIC = ROOT / "static"
SHIPPED: Mapping[str, Path] = {
    "atkinson-400.woff2": STATIC / "fonts" / "atkinson-400.woff2",
    "atkinson-700.woff2": STATIC / "fonts" / "atkinson-700.woff2",
    "rule.svg": STATIC / "band" / "rule.svg",
    "hatch.svg": STATIC / "band" / "hatch.svg",
} | {f"edge-{module}.svg": STATIC / "band" / f"{module}-v.svg" for module in weave.MODULES}
DRAWN: Mapping[str, Callable[[], bytes]] = {
    **{f"cover-{module}.svg": partial(weave.cover, module) for module in weave.MODULES},
    **{f"strip-{module}.svg": partial(weave.strip, module) for module in weave.MODULES},
    "cloth.svg": weave.cloth,
}
STYLESHEET = STATIC / "css" / "print.css"

KINDS = {".svg": "image/svg+xml", ".woff2": "font/woff2"}
_MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


def digest(content: bytes) -> str:
    """The name of a given figure: the SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@cache
def shipped(name: str) -> bytes:
    """A file of ours. Raises KeyError for every name outside the closed table."""
    if name in DRAWN:
        return DRAWN[name]()
    return SHIPPED[name].read_bytes()


@cache
def style() -> str:
    """The stylesheet of every page."""
    return STYLESHEET.read_text(encoding="utf-8")


@cache
def version() -> str:
    """A hash of the stylesheet, the fonts and the bands: when it changes, kept parts are stale."""
    every = hashlib.sha256(style().encode())
    for name in sorted([*SHIPPED, *DRAWN]):
        every.update(shipped(name))
    return every.hexdigest()


def kind(name: str, content: bytes) -> str:
    """The media type of an asset, from its name or its first bytes; SVG when nothing else fits."""
    by_name = KINDS.get(Path(name).suffix)
    return by_name or next(
        (kind for magic, kind in _MAGIC if content.startswith(magic)), "image/svg+xml"
    )
