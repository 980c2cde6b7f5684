"""The curriculum as the site reads it: the outline, registers, a lesson in a language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from nti_lms.curriculum import Lesson as LessonText
from nti_lms.curriculum import from_plain
from nti_lms.database import db
from nti_lms.domain.errors import NotFound
from nti_lms.models import Lesson, Register, Revision, RevisionText
from nti_lms.services import outline as outlines
from nti_lms.services.outline import ModuleLine, Outline

OUTLINE = "outline"

# What every lesson page asks is put together once.
_DIGEST = select(Register.digest).where(Register.name == OUTLINE)
_EVERY = (
    select(Lesson, Revision, RevisionText, _DIGEST.scalar_subquery())
    .join(Revision, Revision.lesson_id == Lesson.id)
    .join(RevisionText, RevisionText.revision_id == Revision.id)
    .where(RevisionText.language == bindparam("language"))
)
_PUBLISHED = _EVERY.where(Lesson.key == bindparam("key"), Revision.state == "published")
_AS_SEEN = _EVERY.where(Revision.id == bindparam("revision_id"))


@dataclass(frozen=True, slots=True)
class Published:
    """A revision of a lesson in one language, without its long texts (see `read`)."""

    lesson: Lesson
    revision: Revision
    text: RevisionText
    outline_digest: str

    @property
    def outline(self) -> Outline:
        """The curriculum around it, as `outline` gives it, without asking again."""
        return _outline(self.outline_digest) if self.outline_digest else Outline()


def outline() -> Outline:
    """Modules and lessons in order: one small statement while nothing has changed."""
    digest = db.session.scalar(_DIGEST)
    return _outline(digest) if digest else Outline()


def get_module(code: str) -> ModuleLine:
    """The module of that code, such as "m1". Raises NotFound."""
    module = outline().module(code)
    if module is None:
        raise NotFound
    return module


def register(name: str) -> Mapping[str, Any]:
    """A register whole, such as "evidence"; empty when it was never loaded."""
    digest = db.session.scalar(select(Register.digest).where(Register.name == name))
    return _register(name, digest) if digest else {}


def get_published(key: str, language: str) -> Published:
    """The lesson of that key as it is published now, in one statement. Raises NotFound."""
    return _one(_PUBLISHED, language=language, key=key)


def list_published(language: str) -> list[Published]:
    """Every lesson as it is published now, in one statement."""
    query = _EVERY.where(Revision.state == "published")
    rows = db.session.execute(query, {"language": language})
    return [Published(row[0], row[1], row[2], row[3] or "") for row in rows]


def get_revision(revision_id: int, language: str) -> Published:
    """A revision as somebody saw it, whatever became of it since. Raises NotFound."""
    return _one(_AS_SEEN, language=language, revision_id=revision_id)


def list_revisions(revision_ids: Iterable[int], language: str) -> dict[int, Published]:
    """Those revisions by id, as `get_revision` gives one, in one statement."""
    query = _EVERY.where(Revision.id.in_(set(revision_ids)))
    rows = db.session.execute(query, {"language": language})
    return {row[1].id: Published(row[0], row[1], row[2], row[3] or "") for row in rows}


def read(published: Published) -> LessonText:
    """The whole lesson, parsed; the same text is read from the database once in a process."""
    return _lesson(published.revision.digest, published.text.language, published.revision.id)


def _one(query: Select[Lesson, Revision, RevisionText, str | None], **values: Any) -> Published:
    row = db.session.execute(query, values).first()
    if row is None:
        raise NotFound
    return Published(row[0], row[1], row[2], row[3] or "")


# A digest names its content, so what these remember never goes stale, in any database.


@lru_cache(maxsize=8)
def _outline(digest: str) -> Outline:
    content = db.session.scalars(select(Register.content).where(Register.name == OUTLINE)).one()
    return outlines.from_plain(content, digest)


@lru_cache(maxsize=32)
def _register(name: str, digest: str) -> Mapping[str, Any]:
    content = db.session.scalars(select(Register.content).where(Register.name == name)).one()
    return dict(content)


@lru_cache(maxsize=128)
def _lesson(digest: str, language: str, revision_id: int) -> LessonText:
    own = (RevisionText.revision_id == revision_id) & (RevisionText.language == language)
    return from_plain(db.session.scalars(select(RevisionText.content).where(own)).one())
