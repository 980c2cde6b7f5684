"""How the curriculum's files come into the site, without overwriting what a person wrote."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from nti_lms import clock
from nti_lms.curriculum import Curriculum, LessonFolder, localise, to_plain
from nti_lms.curriculum import Lesson as LessonText
from nti_lms.curriculum import Module as ModuleFolder
from nti_lms.curriculum.types import LANGUAGES
from nti_lms.database import db
from nti_lms.models import Lesson, Module, Register, Revision, RevisionText
from nti_lms.services import indexing
from nti_lms.services import outline as outlines
from nti_lms.services.library import OUTLINE
from nti_lms.services.outline import LessonLine, ModuleLine
from nti_lms.storage import Storage

FILES = "files"


@dataclass(slots=True)
class Report:
    """What `sync` did, as lesson keys. `kept`: the newest revision is a person's, so it stays."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def sync(curriculum: Curriculum, storage: Storage) -> Report:
    """Bring registers, modules and lessons up to the files; run it twice and nothing changes.

    The index of the search is left to a transaction after this one (`indexing.refresh`): together
    they need more room on a small disk than one after the other.
    """
    report = Report()
    for name, content in curriculum.registers.items():
        _put_register(name, _jsonable(content))
    for module in curriculum.modules:
        row = _put_module(module)
        if row is None:
            report.unreadable += [folder.key for folder in module.lessons]
            continue
        for position, folder in enumerate(module.lessons):
            _put_lesson(row, folder, position, storage, report)
    _compose_outline()
    return report


def is_loaded(files: str) -> bool:
    """Whether the last load was of files with this digest."""
    return db.session.scalar(select(Register.digest).where(Register.name == FILES)) == files


def note_loaded(files: str) -> None:
    """Remember the digest of the files that were loaded."""
    _store(FILES, {}, files)


def refresh_outline() -> None:
    """Compose the outline and the index of the search anew, after a publication."""
    _compose_outline()
    indexing.refresh()


def _compose_outline() -> None:
    lines = _outline_lines()
    digests = db.session.scalars(
        select(Register.digest)
        .where(Register.name.not_in([OUTLINE, FILES]))
        .order_by(Register.name)
    ).all()
    revisions = db.session.scalars(
        select(Revision.digest).where(Revision.state == "published").order_by(Revision.lesson_id)
    ).all()
    plain = outlines.to_plain(lines)
    _store(OUTLINE, plain, digest_of([plain, list(digests), list(revisions)]))


def add_revision(
    lesson: Lesson,
    texts: Mapping[str, LessonText],
    *,
    state: str,
    origin: str,
    figures: Mapping[str, Any],
    stamps: Mapping[str, Any],
    digest: str,
    author_id: int | None = None,
    note: str = "",
) -> Revision:
    """Add the next revision of a lesson; a published one puts the one before into the archive."""
    if state == "published":
        archive_published(lesson)
    numbers = select(Revision.number).where(Revision.lesson_id == lesson.id)
    last = db.session.scalars(numbers.order_by(Revision.number.desc()).limit(1)).first() or 0
    now = clock.now()
    revision = Revision(
        lesson_id=lesson.id,
        number=last + 1,
        state=state,
        origin=origin,
        digest=digest,
        author_id=author_id,
        note=note,
        stamps=dict(stamps),
        figures=dict(figures),
        created_at=now,
        published_at=now if state == "published" else None,
        texts=[revision_text(text) for text in texts.values()],
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def archive_published(lesson: Lesson) -> None:
    """Take the published revision of a lesson, if any, out of sight; it is kept."""
    own = (Revision.lesson_id == lesson.id) & (Revision.state == "published")
    db.session.execute(update(Revision).where(own).values(state="archived"))


def revision_text(text: LessonText) -> RevisionText:
    """A lesson in one language as its row."""
    return RevisionText(
        language=text.language,
        title=text.title,
        summary=text.summary,
        minutes=text.minutes,
        content_level=text.content_level,
        source=text.source,
        content=to_plain(text),
    )


def texts_digest(sources: Mapping[str, str], figures: Mapping[str, Any]) -> str:
    """The name of a revision's content: its sources and its drawings."""
    return digest_of([dict(sources), dict(figures)])


def digest_of(content: Any) -> str:
    """SHA-256 of the canonical JSON, as hex."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _put_register(name: str, content: Any) -> None:
    _store(name, content, digest_of(content))


def _store(name: str, content: Any, digest: str) -> None:
    row = db.session.get(Register, name)
    if row is None:
        db.session.add(Register(name=name, content=content, digest=digest))
    elif row.digest != digest:
        row.content, row.digest = content, digest
    db.session.flush()


def _put_module(module: ModuleFolder) -> Module | None:
    """Its row. Without a sound module.yml what is known stays, None when nothing is."""
    row = db.session.scalar(select(Module).where(Module.key == module.key))
    row = row or db.session.scalar(select(Module).where(Module.code == module.code))
    if not set(LANGUAGES) <= set(module.titles):
        return row
    row = row or Module()
    row.key, row.code, row.number = module.key, module.code, module.number
    row.titles, row.purposes, row.phase = dict(module.titles), dict(module.purposes), module.phase
    row.folder = module.folder.name
    db.session.add(row)
    db.session.flush()
    return row


def _put_lesson(
    module: Module, folder: LessonFolder, position: int, storage: Storage, report: Report
) -> None:
    if set(folder.texts) != set(LANGUAGES):
        report.unreadable.append(folder.key or folder.folder.name)
        return
    row = db.session.scalar(select(Lesson).where(Lesson.key == folder.key)) or Lesson(
        key=folder.key
    )
    row.module_id, row.number, row.position = module.id, folder.number, position
    row.folder = folder.folder.name
    db.session.add(row)
    db.session.flush()
    figures = _put_figures(folder, storage)
    digest = texts_digest({lang: text.source for lang, text in folder.texts.items()}, figures)
    if _wants_revision(row, digest, report):
        add_revision(
            row,
            folder.texts,
            state="published",
            origin="files",
            figures=figures,
            stamps=folder.stamps,
            digest=digest,
        )


def _wants_revision(lesson: Lesson, digest: str, report: Report) -> bool:
    """Whether the files bring something new that nobody's own work stands in the way of."""
    query = select(Revision).where(Revision.lesson_id == lesson.id).order_by(Revision.number)
    revisions = db.session.scalars(query).all()
    if not revisions:
        report.added.append(lesson.key)
        return True
    from_files = [revision.digest for revision in revisions if revision.origin == "files"]
    if from_files[-1:] == [digest]:
        return False
    if revisions[-1].origin == "person":
        report.kept.append(lesson.key)
        return False
    report.changed.append(lesson.key)
    return True


def _put_figures(folder: LessonFolder, storage: Storage) -> dict[str, dict[str, str]]:
    """Each drawing by language, and whole under "source": names in the storage by file name."""
    return {
        name: {language: storage.put(localise(drawing, language)) for language in LANGUAGES}
        | {"source": storage.put(drawing)}
        for name, drawing in sorted(folder.figures.items())
    }


def _outline_lines() -> tuple[ModuleLine, ...]:
    modules = db.session.scalars(select(Module).order_by(Module.number)).all()
    return tuple(_module_line(module) for module in modules)


def _module_line(module: Module) -> ModuleLine:
    query = (
        select(Lesson, RevisionText, RevisionText.content)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionText, RevisionText.revision_id == Revision.id)
        .where(Lesson.module_id == module.id, Revision.state == "published")
        .order_by(Lesson.position, RevisionText.language.desc())
    )
    texts: dict[str, list[tuple[Lesson, RevisionText, Any]]] = {}
    for lesson, text, content in db.session.execute(query):
        texts.setdefault(lesson.key, []).append((lesson, text, content))
    return ModuleLine(
        id=module.id,
        key=module.key,
        code=module.code,
        number=module.number,
        titles=module.titles,
        purposes=module.purposes,
        phase=module.phase,
        lessons=tuple(_lesson_line(rows) for rows in texts.values()),
    )


def _lesson_line(rows: list[tuple[Lesson, RevisionText, Any]]) -> LessonLine:
    lesson, first, content = rows[0]
    targets = {
        block["attributes"].get("target", "none")
        for block in content["blocks"]
        if block["kind"] == "reflection"
    }
    return LessonLine(
        id=lesson.id,
        key=lesson.key,
        number=lesson.number,
        titles={text.language: text.title for _, text, _ in rows},
        summaries={text.language: text.summary for _, text, _ in rows},
        minutes=first.minutes,
        content_level=first.content_level,
        targets=tuple(sorted(targets - {"none"}, key=lambda code: int(code[1:]))),
    )


def _jsonable(content: Any) -> Any:
    """Dates as text; everything else in a register is JSON already."""
    return json.loads(json.dumps(content, default=str, ensure_ascii=False))
