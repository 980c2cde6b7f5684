"""Colours live in the tokens, and every pair of them can be read in both schemes."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
GROUNDS = ("paper", "tint", "field", "indigo-tint", "clay-tint", "gold-tint")
QUIET = ("paper", "tint", "field")
AAA, AA, SHAPE = 7.0, 4.5, 3.0  # WCAG 2.2: body text; other text; the edge of a control

PAIRS = [
    *[("ink", ground, AAA) for ground in GROUNDS],
    *[("ink-2", ground, AAA) for ground in QUIET],
    *[(ink, ground, AA) for ink in ("indigo", "indigo-deep", "clay") for ground in QUIET],
    *[(ink, f"{ink}-tint", AA) for ink in ("indigo", "clay", "gold")],
    ("ink-2", "indigo-tint", AA),
    ("on-indigo", "indigo", AA),
    ("on-indigo", "indigo-deep", AA),
    ("paper", "ink", AAA),
    ("paper", "clay", AA),
    *[("edge", ground, SHAPE) for ground in QUIET],
]


def read_tokens() -> dict[str, dict[str, str]]:
    """The colours of each scheme by the name of their token."""
    light, dark = (CSS / "tokens.css").read_text().split("(prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "needed"), PAIRS)
def test_ink_can_be_read_on_its_ground(ink: str, ground: str, needed: float, scheme: str) -> None:
    tokens = read_tokens()[scheme]

    assert contrast(tokens[ink], tokens[ground]) >= needed


@pytest.mark.parametrize("name", ["base.css", "components.css"])
def test_no_colour_outside_the_tokens(name: str) -> None:
    colours = set(
        re.findall(r"(?<!\w)#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", (CSS / name).read_text())
    )

    assert colours <= {"#fff", "#000"}  # paper, and the ground of drawings


# What a browser of 2020 (Chrome 85) reads and what it does not: it drops a whole rule for one
# selector that it does not know, and a whole block for such an at-rule.
READ_BY_ALL = {"media", "font-face", "page", "keyframes", "supports"}
NEWER = re.compile(
    r":has\(|:is\(|:where\(|:focus-visible|:user-(?:in)?valid|::details-content|:not\([^)]*[ ,]"
)
NEWER_VALUES = re.compile(
    r"(?<![\w-])(?:inset(?:-\w+)*|(?:margin|padding|border)-(?:inline|block)[\w-]*|aspect-ratio"
    r"|translate|rotate|scale|container[\w-]*|display: contents)\s*:"
    r"|\d[dsl]v[hw]\b|color-mix\(|light-dark\(|oklch\(|\blinear\("
)


def rules() -> list[tuple[str, str]]:
    """Each selector list of the screen with its declarations."""
    text = "".join(
        (CSS / name).read_text() for name in ("tokens.css", "base.css", "components.css")
    )
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [
        (selectors.strip(), body) for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    ]


def test_older_browsers_read_every_block() -> None:
    text = "".join(
        (CSS / name).read_text() for name in ("tokens.css", "base.css", "components.css")
    )

    assert set(re.findall(r"@([\w-]+)", re.sub(r"/\*.*?\*/", "", text))) <= READ_BY_ALL
    assert [selectors for selectors, _ in rules() if "&" in selectors] == []


def test_a_selector_that_older_browsers_do_not_know_stands_alone() -> None:
    mixed = [
        selectors
        for selectors, _ in rules()
        if len({bool(NEWER.search(part)) for part in re.split(r",(?![^(]*\))", selectors)}) > 1
    ]

    assert mixed == []


def test_nothing_is_laid_out_by_what_older_browsers_do_not_know() -> None:
    assert [body for _, body in rules() if NEWER_VALUES.search(body)] == []


def test_the_scripts_call_nothing_newer_than_a_browser_of_2020() -> None:
    newer = re.compile(
        r"\.at\(|\.findLast|\.toSorted|\.replaceChildren|structuredClone|Object\.hasOwn|Array\.fromAsync"
        r"|AbortSignal\.(?:any|timeout)|randomUUID|withResolvers|\bstatic \{|#\w+ in |\.groupBy\("
    )
    found = {
        path.name: newer.findall(re.sub(r"(?<!:)//.*", "", path.read_text()))
        for path in (CSS.parent / "js").glob("*.js")
    }

    assert {name: words for name, words in found.items() if words} == {}
