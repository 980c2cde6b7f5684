"""Search through lessons, glossary and help; the glossary whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.searching import MOST_CHARACTERS, excerpt, fold
from nti_lms.services import library, opening, search
from nti_lms.services.outline import LessonLine, Outline
from nti_lms.services.search import Result, Results
from nti_lms.web.filters import language
from nti_lms.web.guard import guard
from nti_lms.web.respond import page

bp = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class Find:
    """A result as the page shows it: where it stands, where it leads, the words around.

    `lesson` is None for a term and for a service. `pieces` are words, and whether they were
    sought; empty behind a content note, to which `url` leads first.
    """

    result: Result
    lesson: LessonLine | None
    url: str
    pieces: Sequence[tuple[str, bool]]


@bp.get("/search")
@guard(may.search)
def index() -> Response:
    """What holds the words that were typed."""
    query = request.args.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    outline, open_now = library.outline(), opening.outline(current_user)
    closed = {one.key for one in outline.lessons()} - {one.key for one in open_now.lessons()}
    results = search.find(query, language(), closed=closed)
    return page(
        "search/index.html",
        query=query,
        most=MOST_CHARACTERS,
        results=results,
        finds=_finds(results, open_now),
    )


@bp.get("/glossary")
@guard(may.search)
def glossary() -> Response:
    """Every term, in the order of this language's alphabet."""
    entries = library.register("glossary").items()
    return page("search/glossary.html", terms=sorted(map(_term, entries), key=_place))


def _finds(results: Results, outline: Outline) -> list[Find]:
    lessons = {lesson.key: lesson for lesson in outline.lessons()}
    return [
        Find(
            result=result,
            lesson=lessons.get(result.key) if result.kind == "lesson" else None,
            url=_address(result),
            pieces=[] if result.note else excerpt(result.body, results.stems),
        )
        for result in results.best
    ]


def _address(result: Result) -> str:
    if result.kind == "lesson":
        anchor = result.note or result.block or None
        return url_for("learn.lesson", key=result.key, _anchor=anchor)
    if result.kind == "term":
        return url_for(".glossary", _anchor=f"term-{result.key}")
    return url_for("public.help", _anchor=result.key)


def _term(entry: tuple[str, Mapping[str, Any]]) -> dict[str, str]:
    key, words = entry
    own, other = words[language()], words["en" if language() == "es" else "es"]
    term = str(own["term"])
    return {
        "key": key,
        "word": term[:1].upper() + term[1:],
        "means": str(own["means"]),
        "other": str(other["term"]),
    }


def _place(term: Mapping[str, str]) -> str:
    return fold(term["word"])
