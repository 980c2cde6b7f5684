"""Write lessons in the browser: one draft a lesson, faults with their line, revisions that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from nti_lms import clock
from nti_lms.curriculum import LANGUAGES, Problem, check_texts, make_stamps, read_lesson
from nti_lms.curriculum import Lesson as LessonText
from nti_lms.database import db
from nti_lms.domain.errors import DraftMovedOn, LessonHasFaults, NotFound
from nti_lms.models import Lesson, Register, Revision, RevisionText, User
from nti_lms.services import audit, loading
from nti_lms.storage import Storage

Sources = Mapping[str, str]
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of the sources: the lessons that could be read, by language; the first faults."""

    texts: Mapping[str, LessonText]
    problems: Sequence[Problem]


# --- reads ---


def get_lesson(key: str) -> Lesson:
    """The lesson of that key. Raises NotFound."""
    query = select(Lesson).where(Lesson.key == key).options(joinedload(Lesson.module))
    lesson = db.session.scalar(query)
    if lesson is None:
        raise NotFound
    return lesson


def list_revisions(lesson: Lesson) -> Sequence[tuple[Revision, str]]:
    """Every revision of a lesson, the newest first, with its author's name ("" for the files)."""
    query = (
        select(Revision, User.name)
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.lesson_id == lesson.id)
        .order_by(Revision.number.desc())
    )
    return [(revision, name or "") for revision, name in db.session.execute(query)]


def get_revision(revision_id: int) -> Revision:
    """The revision with its lesson and sources. Raises NotFound."""
    revision = db.session.scalars(_whole().where(Revision.id == revision_id)).first()
    if revision is None:
        raise NotFound
    return revision


def find_current(lesson: Lesson) -> Revision:
    """The draft, else the published revision, with its sources. Raises NotFound."""
    query = _whole().where(
        Revision.lesson_id == lesson.id, Revision.state.in_(["draft", "published"])
    )
    revision = db.session.scalars(query.order_by(Revision.state)).first()
    if revision is None:
        raise NotFound
    return revision


def list_drafts() -> set[int]:
    """The ids of lessons that have a draft."""
    return set(db.session.scalars(select(Revision.lesson_id).where(Revision.state == "draft")))


def sources_of(revision: Revision) -> dict[str, str]:
    """The files of a revision as they were written, by language, Spanish first."""
    sources = {text.language: text.source for text in revision.texts}
    return {language: sources.get(language, "") for language in LANGUAGES}


def read(lesson: Lesson, sources: Sources, figures: Mapping[str, Any], storage: Storage) -> Reading:
    """Read and check sources; nothing in them makes it raise."""
    texts = {
        language: found
        for language, source in sources.items()
        if (found := read_lesson(source, language=language, path=f"{language}.md")[0])
    }
    problems = check_texts(
        sources,
        key=lesson.key,
        registers=_registers(),
        lesson_keys=db.session.scalars(select(Lesson.key)).all(),
        figures={name: storage.get(drawings["source"]) for name, drawings in figures.items()},
        stamps=None,
        today=clock.today(),
    )
    return Reading(texts, problems[:MOST_PROBLEMS])


# --- writes ---


def save_draft(
    lesson: Lesson, sources: Sources, reading: Reading, *, base: int, by: User
) -> Revision:
    """Keep the sources as the lesson's draft, faulty or not. `base` is the revision that was open.

    Raises:
        DraftMovedOn: somebody else has saved since.
    """
    current = find_current(lesson)
    if current.id != base:
        raise DraftMovedOn
    digest = loading.texts_digest(sources, current.figures)
    if current.digest == digest:
        return current
    if current.state == "draft":
        db.session.delete(current)
        db.session.flush()
    return _add(lesson, sources, reading, current, digest, by)


def publish(lesson: Lesson, draft: Revision, reading: Reading, *, follows: bool, by: User) -> None:
    """Publish a draft; the revision before goes into the archive, where answers still find it.

    `follows` says that the translation now says the same, so its stamps are made anew.

    Raises:
        LessonHasFaults: the check found something.
    """
    if reading.problems:
        raise LessonHasFaults
    loading.archive_published(lesson)
    draft.state, draft.published_at = "published", clock.now()
    if follows:
        draft.stamps = make_stamps(reading.texts[LANGUAGES[0]])
    db.session.flush()
    loading.refresh_outline()
    audit.record("lesson-published", actor_id=by.id, lesson=lesson.key, revision=draft.number)


def discard(draft: Revision) -> None:
    """Throw a draft away."""
    db.session.delete(draft)
    db.session.flush()


def restore(old: Revision, reading: Reading, *, by: User) -> Revision:
    """Make an old revision's texts the draft, to be looked at and published."""
    current = find_current(old.lesson)
    if current.state == "draft":
        discard(current)
    return _add(old.lesson, sources_of(old), reading, old, old.digest, by)


def _add(
    lesson: Lesson,
    sources: Sources,
    reading: Reading,
    like: Revision,
    digest: str,
    by: User,
) -> Revision:
    """A draft; a language that cannot be read keeps its title and shows nothing till mended."""
    revision = loading.add_revision(
        lesson,
        reading.texts,
        state="draft",
        origin="person",
        figures=like.figures,
        stamps=like.stamps,
        digest=digest,
        author_id=by.id,
    )
    titles = {text.language: text for text in like.texts}
    for language in set(LANGUAGES) - set(reading.texts):
        revision.texts.append(_unread(language, sources[language], titles.get(language)))
    db.session.flush()
    return revision


def _unread(language: str, source: str, like: RevisionText | None) -> RevisionText:
    return RevisionText(
        language=language,
        title=like.title if like else "",
        summary=like.summary if like else "",
        minutes=like.minutes if like else 0,
        content_level=like.content_level if like else 0,
        source=source,
        content={},
    )


def _registers() -> dict[str, Any]:
    rows = db.session.execute(select(Register.name, Register.content))
    return {row.name: row.content for row in rows}


def _whole() -> Select[Revision]:
    return select(Revision).options(
        joinedload(Revision.lesson).joinedload(Lesson.module),
        selectinload(Revision.texts).options(undefer(RevisionText.source)),
    )
