"""The woven bands, and the colours of paper and screen."""

import re
from xml.etree import ElementTree

import pytest

from nti_lms.printing import assets, weave

MODULES = range(1, 10)


def woven(module: int) -> float:
    edge = re.search(rb'<rect y="([\d.]+)" width="62"', weave.cover(module))
    return float(edge[1])


def test_cloth_on_the_cover_grows_with_each_module():
    heights = [woven(module) for module in MODULES]

    assert heights == sorted(set(heights))
    assert heights[-1] < 251


@pytest.mark.parametrize("module", MODULES)
def test_every_band_is_a_drawing_with_threads(module):
    for drawing in (weave.cover(module), weave.strip(module)):
        paths = ElementTree.fromstring(drawing).findall(  # noqa: S314 -- our own
            "{http://www.w3.org/2000/svg}path"
        )
        assert any(path.get("fill") == weave.INKS["a"] and path.get("d") for path in paths)


def test_paper_has_the_colours_of_the_screen():
    tokens = (assets.STATIC / "css" / "tokens.css").read_text()
    screen = dict(re.findall(r"--([\w-]+): (#\w+);", tokens.split("@media")[0]))
    paper = dict(re.findall(r"--([\w-]+): (#\w+);", assets.style().split(".ink {")[0]))

    for name in ("tint", "indigo", "clay", "gold-line"):
        assert paper[name] == screen[name]
