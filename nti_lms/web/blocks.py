"""A lesson as HTML: the part that is the same for everybody, drawn once and kept.

What belongs to one person (their words, their results, their token) is never in it.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import ChainableUndefined, Environment
from markupsafe import Markup

from nti_lms.curriculum import LEADING_PARTS, OWN_SHEETS, Block, Lesson
from nti_lms.curriculum.reviews import Standings
from nti_lms.domain.errors import NotFound
from nti_lms.services import library, reviews
from nti_lms.services.library import Published
from nti_lms.services.outline import Outline
from nti_lms.web.links import Links, Term

PERSONAL = {"reflection", "quiz"}
KINDS = {"text", "case", "fact", "figure", "activity", "facilitator", "content-note"}
BETWEEN = {"figure", "facilitator", "content-note"}  # no part of the lesson begins with these
KEPT = 256

_BEFORE_BLOCKS = re.compile(
    r"\n\s*(?=</?(?:p|[uod]l|li|d[td]|div|h[1-6]|section|aside|figure|figcaption|details|table|t[rdh])\b)"
)
# Where the reader's own token and a fresh key go into a form that was drawn before.
_TOKEN, _KEY = "\ue000token\ue001", "\ue000key\ue001"
_VIEW_BOX = re.compile(rb'viewBox="0 0 ([0-9]+)[0-9.]* ([0-9]+)')


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block and its HTML, empty for one that each person's own page draws.

    `part` is the place in the lesson, from 1 (0 before the first part); `begins` where that part
    begins. `terms` are explained here for the first time.
    """

    block: Block
    html: Markup
    part: int
    begins: bool
    terms: Sequence[Term]


@dataclass(frozen=True, slots=True)
class Rendering:
    """A lesson drawn for everybody: its blocks, then the words it explains and what it cites.

    `sections` holds whole, by id, what looks the same to everybody unless they stopped there, and
    `blanks` the reflections of whoever has not begun them. Of a published lesson there is also
    what stands before its blocks (`contents`) and after it (`way`).
    """

    lesson: Lesson
    blocks: Sequence[Drawn]
    sections: Mapping[str, Markup]
    foot: Markup
    blanks: Mapping[str, Markup] = field(default_factory=dict)
    contents: Markup = Markup("")
    way: Markup = Markup("")

    @property
    def parts(self) -> list[Drawn]:
        """Where each part of the lesson begins."""
        return [drawn for drawn in self.blocks if drawn.begins]

    def find(self, block: str) -> Drawn | None:
        """The block of that id, or None."""
        return next((drawn for drawn in self.blocks if drawn.block.id == block), None)

    def blank(self, block: str, token: str, key: str) -> Markup:
        """The reflection of that id, not begun, to be sent with this token and this key."""
        return self.blanks[block].replace(_TOKEN, token).replace(_KEY, key)


def render(published: Published, outline: Outline, *, facilitates: bool) -> Rendering:
    """The published lesson; drawn once for each revision, language and audience in a process."""
    key = (outline.digest, published.revision.digest, published.text.language, facilitates)
    if key not in _kept:
        lesson = library.read(published)
        drawn = draw(lesson, published.revision.figures, outline, facilitates=facilitates)
        _kept[key] = _with_surroundings(drawn, published, outline)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def _with_surroundings(drawn: Rendering, published: Published, outline: Outline) -> Rendering:
    """The same with the rest of its page, as far as everybody sees it."""
    row, pages = published.lesson, _pages()
    pages.globals = {**pages.globals, "csrf_token": lambda: _TOKEN, "new_key": lambda: _KEY}

    def html(template: str, **context: Any) -> Markup:
        text = pages.get_template(template).render(lesson=row, rendering=drawn, **context)
        return Markup(_lean(text))  # noqa: S704 -- our own template, around cleaned HTML

    with force_locale(drawn.lesson.language):
        blank: dict[str, Any] = {
            "parts": len(drawn.parts),
            "place": None,
            "entries": {},
            "words": {},
        }
        return replace(
            drawn,
            blanks={
                one.block.id: html("learn/_block.html", drawn=one, **blank)
                for one in drawn.blocks
                if one.block.kind == "reflection"
            },
            contents=html("learn/_contents.html"),
            way=html(
                "learn/_way.html",
                reviews=_reviews(published),
                module=outline.module_of(row.key),
                neighbours=outline.neighbours(row.key),
            ),
        )


def _reviews(published: Published) -> Standings:
    content = library.register("reviews")
    return reviews.of_lesson(published.revision, published.lesson.key, content)


def _pages() -> Environment:
    # A draft may lack what a sound lesson has; then its place stays empty.
    return current_app.jinja_env.overlay(undefined=ChainableUndefined)


def draw(
    lesson: Lesson, figures: Mapping[str, Any], outline: Outline, *, facilitates: bool
) -> Rendering:
    """Any lesson, published or not. Notes to facilitators are left out for everybody else."""
    with force_locale(lesson.language):
        desk = _Desk(Links(outline, lesson.language), lesson.language, figures, facilitates)
        shown = [b for b in lesson.blocks if facilitates or b.kind != "facilitator"]
        blocks = [desk.draw(block) for block in shown]
        parts = sum(drawn.begins for drawn in blocks)
        common = [drawn for drawn in blocks if drawn.block.kind not in PERSONAL]
        sections = {drawn.block.id: desk.section(drawn, parts) for drawn in common}
        return Rendering(lesson, blocks, sections, desk.foot())


_kept: OrderedDict[tuple[str, str, str, bool], Rendering] = OrderedDict()


@dataclass(slots=True)
class _Desk:
    """What one lesson is drawn with, block after block."""

    links: Links
    language: str
    figures: Mapping[str, Any]
    facilitates: bool
    part: int = 0
    pictures: int = 0
    pages: Environment = field(default_factory=_pages)

    def draw(self, block: Block) -> Drawn:
        """The block in its place."""
        known, begins = set(self.links.terms), block.kind not in BETWEEN
        self.part += begins
        html = Markup("")
        if block.kind in PERSONAL:
            block = self.pointed(block)
        else:
            html = self.html(block)
        terms = [term for name, term in self.links.terms.items() if name not in known]
        return Drawn(block, html, self.part, begins, terms)

    def html(self, block: Block) -> Markup:
        """What everybody sees of the block."""
        self.links.cited.clear()
        self.pictures += block.kind == "figure"
        kind = block.kind if block.kind in KINDS else "text"
        figure = self.figures.get(block.image, {}).get(self.language)
        html = self.pages.get_template(f"learn/blocks/{kind}.html").render(
            block=block,
            point=self.links,
            cited=self.links.cited,
            figure=figure,
            size=_size(figure) if figure else None,
            number=self.pictures,
            facilitates=self.facilitates,
            own_sheets=OWN_SHEETS,
            leading_parts=LEADING_PARTS,
        )
        return Markup(html)  # noqa: S704 -- our own template, around cleaned HTML

    def section(self, drawn: Drawn, parts: int) -> Markup:
        """The block with what stands beside it."""
        html = self.pages.get_template("learn/_block.html").render(
            drawn=drawn, parts=parts, place=None
        )
        return Markup(_lean(html))  # noqa: S704 -- our own template, around cleaned HTML

    def foot(self) -> Markup:
        """The words explained so far, and the sources of what was cited."""
        html = self.pages.get_template("learn/_sources.html").render(
            terms=list(self.links.terms.values()), sources=list(self.links.sources.values())
        )
        return Markup(_lean(html))  # noqa: S704 -- our own template, around cleaned HTML

    def pointed(self, block: Block) -> Block:
        """A personal block with its links pointing at pages of the site."""
        items = tuple(replace(item, html=self.links(item.html)) for item in block.items)
        html, prompt = self.links(block.html), self.links(block.prompt)
        return replace(block, html=html, prompt=prompt, items=items)


def _lean(html: str) -> str:
    """The same without the line breaks that no reader sees: a third of a kilobyte as sent."""
    return _BEFORE_BLOCKS.sub("", html)


def _size(figure: str) -> tuple[int, int] | None:
    """Width and height of a drawing, so that the text does not jump when it arrives."""
    try:
        drawing = current_app.extensions["storage"].get(figure)
    except NotFound:
        return None
    found = _VIEW_BOX.search(drawing[:2000])
    return (int(found[1]), int(found[2])) if found else None
