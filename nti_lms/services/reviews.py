"""Who reviewed the wording of the lessons and registers, as reviews.yml tells it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import load_only

from nti_lms import clock
from nti_lms.curriculum.reviews import Standings, standings_of
from nti_lms.database import db
from nti_lms.models import Register, Revision
from nti_lms.services import library
from nti_lms.services.outline import LessonLine, Outline

# What holds no wording for people to review.
_BARE = {"curriculum", "files", "ids", "outline", "reviews", "surveys"}


def of_lesson(revision: Revision, key: str, content: Any) -> Standings:
    """How it stands with a revision of a lesson; `content` is that of reviews.yml."""
    return standings_of(content, "lessons", key, changed_on=_changed_on(revision))


def list_lessons(outline: Outline) -> list[tuple[LessonLine, Standings]]:
    """Every published lesson in order, and how it stands with each."""
    content = library.register("reviews")
    told = load_only(Revision.lesson_id, Revision.origin, Revision.published_at)
    query = select(Revision).where(Revision.state == "published").options(told)
    revisions = {revision.lesson_id: revision for revision in db.session.scalars(query)}
    return [
        (line, of_lesson(revisions[line.id], line.key, content))
        for line in outline.lessons()
        if line.id in revisions
    ]


def list_registers() -> list[tuple[str, Standings]]:
    """Every register that holds wording, by name, and how it stands with each."""
    content = library.register("reviews")
    names = db.session.scalars(select(Register.name).order_by(Register.name)).all()
    return [(name, standings_of(content, "registers", name)) for name in names if name not in _BARE]


def list_surveys() -> list[tuple[dict[str, str], Standings]]:
    """Every survey by its titles, and how it stands with each."""
    content = library.register("reviews")
    surveys = library.register("surveys").items()
    return [(it["title"], standings_of(content, "registers", name)) for name, it in surveys]


def is_complete() -> bool:
    """Whether somebody has reviewed everything as it is now, in every aspect."""
    return (
        _hold(list_registers()) and _hold(list_surveys()) and _hold(list_lessons(library.outline()))
    )


def _hold(found: Iterable[tuple[object, Standings]]) -> bool:
    return all(standing.holds for _, standings in found for standing in standings)


def _changed_on(revision: Revision) -> date | None:
    """The day a person published the text; files tell no such day."""
    if revision.origin != "person" or revision.published_at is None:
        return None
    return revision.published_at.astimezone(clock.PLACE).date()
