"""The blocks of a lesson as HTML: the part that is the same for everybody, drawn once and kept.

What belongs to one person (their words, their results) is never in it.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale
from jinja2 import ChainableUndefined, Environment
from markupsafe import Markup

from nti_lms.curriculum import Block, Fact, Lesson, read_facts, resolve
from nti_lms.services import library
from nti_lms.services.library import Published
from nti_lms.services.outline import Outline

PERSONAL = {"reflection", "quiz"}
KINDS = {"text", "case", "fact", "figure", "activity", "facilitator", "content-note"}
KEPT = 256


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block and its HTML; empty for a block that each person's own page draws."""

    block: Block
    html: Markup


@dataclass(frozen=True, slots=True)
class Rendering:
    """A lesson drawn for everybody: its blocks, the facts and the terms that it names, in order."""

    lesson: Lesson
    blocks: Sequence[Drawn]
    facts: Sequence[Fact]
    terms: Mapping[str, Any]


def render(published: Published, outline: Outline, *, facilitates: bool) -> Rendering:
    """The published lesson; drawn once for each revision, language and audience in a process."""
    key = (outline.digest, published.revision.digest, published.text.language, facilitates)
    if key not in _kept:
        lesson = library.read(published)
        _kept[key] = draw(lesson, published.revision.figures, outline, facilitates=facilitates)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def draw(
    lesson: Lesson, figures: Mapping[str, Any], outline: Outline, *, facilitates: bool
) -> Rendering:
    """Any lesson, published or not. Notes to facilitators are left out for everybody else."""
    with force_locale(lesson.language):
        desk = _Desk(lesson.language, figures, outline)
        shown = [b for b in lesson.blocks if facilitates or b.kind != "facilitator"]
        blocks = [Drawn(block, desk.draw(block)) for block in shown]
    facts = [desk.facts[name] for name in desk.named["fact"] if name in desk.facts]
    terms = {
        name: desk.terms[name][lesson.language] for name in desk.named["term"] if name in desk.terms
    }
    return Rendering(lesson, blocks, facts, terms)


_kept: OrderedDict[tuple[str, str, str, bool], Rendering] = OrderedDict()


@dataclass(slots=True)
class _Desk:
    """What one lesson is drawn with; notes which facts and terms it names."""

    language: str
    figures: Mapping[str, Any]
    outline: Outline
    facts: Mapping[str, Fact] = field(init=False)
    terms: Mapping[str, Any] = field(init=False)
    pages: Environment = field(init=False)
    named: dict[str, dict[str, None]] = field(default_factory=lambda: {"fact": {}, "term": {}})

    def __post_init__(self) -> None:
        self.facts = read_facts({"evidence": library.register("evidence")}, self.language)
        self.terms = library.register("glossary")
        # A draft may lack what a sound lesson has; then its place stays empty.
        self.pages = current_app.jinja_env.overlay(undefined=ChainableUndefined)

    def draw(self, block: Block) -> Markup:
        """The block's HTML."""
        if block.kind in PERSONAL:
            return Markup("")
        kind = block.kind if block.kind in KINDS else "text"
        html = self.pages.get_template(f"learn/blocks/{kind}.html").render(
            block=block,
            point=self.point,
            cited=self.cited(block),
            figure=self.figures.get(block.image, {}).get(self.language),
        )
        return Markup(html)  # noqa: S704 -- our own template, around cleaned HTML

    def point(self, html: str) -> Markup:
        """Cleaned HTML of the lesson with its links pointing at pages of the site."""
        return Markup(resolve(html, self.address))  # noqa: S704 -- cleaned when it was read

    def address(self, scheme: str, name: str) -> str | None:
        """Where a link of ours leads, None to nowhere."""
        if scheme in self.named:
            self.named[scheme].setdefault(name)
        return ADDRESSES[scheme](self, name) if scheme in ADDRESSES else None

    def cited(self, block: Block) -> list[Fact]:
        """The facts that a block names, in order."""
        return [fact for name, fact in self.facts.items() if f'"fact:{name}"' in block.html]


def _lesson_address(desk: _Desk, name: str) -> str | None:
    return url_for("learn.lesson", key=name) if desk.outline.lesson(name) else None


def _fact_address(desk: _Desk, name: str) -> str | None:
    return f"#fact-{name}" if name in desk.facts else None


def _term_address(desk: _Desk, name: str) -> str | None:
    return f"#term-{name}" if name in desk.terms else None


def _help_address(_desk: _Desk, name: str) -> str:
    return url_for("public.help", _anchor=None if name == "page" else name)


ADDRESSES: Mapping[str, Callable[[_Desk, str], str | None]] = {
    "lesson": _lesson_address,
    "fact": _fact_address,
    "term": _term_address,
    "help": _help_address,
}
