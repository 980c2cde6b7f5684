"""The index of the search, kept in step with what is published: nothing else is ever in it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, text

from nti_lms.curriculum import LANGUAGES, covering_notes, from_plain, title_of, words_of_block
from nti_lms.curriculum import Lesson as LessonText
from nti_lms.database import db
from nti_lms.domain.searching import fold
from nti_lms.models import Findable, Lesson, Register, Revision, RevisionText

FORM = "1"  # counts up when the same content is to be read in another way
REGISTERS = {"glossary": "term", "help": "service"}

Source = tuple[str, str]  # the kind and the key of what is found

_ADD = {
    "sqlite": "INSERT INTO findable_words (rowid, title, body) VALUES (:id, :title, :body)",
    "postgresql": "INSERT INTO findable_words (id, words) VALUES (:id,"
    " setweight(to_tsvector('simple', :title), 'A') || to_tsvector('simple', :body))",
}
_DROP = {
    "sqlite": "DELETE FROM findable_words WHERE rowid = :id",
    "postgresql": "DELETE FROM findable_words WHERE id = :id",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes a row of the index."""

    block: str
    language: str
    title: str
    body: str
    note: str = ""


def refresh() -> None:
    """Read anew what has changed since the last time; three statements when nothing has."""
    wanted, known = _wanted(), _known()
    _drop([source for source, digest in known.items() if wanted.get(source) != digest])
    changed = [source for source, digest in wanted.items() if known.get(source) != digest]
    if changed:
        _add(
            [_row(source, wanted[source], piece) for source in changed for piece in _pieces(source)]
        )
    db.session.flush()


def _wanted() -> dict[Source, str]:
    """What should be in the index, with the digest of its content."""
    lessons = (
        select(Lesson.key, Revision.digest)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .where(Revision.state == "published")
    )
    registers = select(Register).where(Register.name.in_(REGISTERS))
    wanted = {("lesson", key): f"{FORM} {digest}" for key, digest in db.session.execute(lessons)}
    for register in db.session.scalars(registers):
        kind = REGISTERS[register.name]
        wanted |= {(kind, key): f"{FORM} {register.digest}" for key in register.content}
    return wanted


def _known() -> dict[Source, str]:
    rows = db.session.execute(select(Findable.kind, Findable.key, Findable.digest).distinct())
    return {(kind, key): digest for kind, key, digest in rows}


def _pieces(source: Source) -> Iterator[Piece]:
    kind, key = source
    if kind == "lesson":
        for lesson in _published(key):
            yield from _of_lesson(lesson)
        return
    name = next(name for name, of in REGISTERS.items() if of == kind)
    entry = db.session.get_one(Register, name).content[key]
    for language in LANGUAGES:
        yield _term(entry, language) if kind == "term" else _service(entry, language)


def _published(key: str) -> Iterator[LessonText]:
    query = (
        select(RevisionText.content)
        .join(Revision, Revision.id == RevisionText.revision_id)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .where(Lesson.key == key, Revision.state == "published")
    )
    return map(from_plain, db.session.scalars(query))


def _of_lesson(lesson: LessonText) -> Iterator[Piece]:
    """The lesson by its summary and its objectives, then each of its blocks."""
    about = " ".join([lesson.summary, *lesson.objectives.values()])
    yield Piece("", lesson.language, lesson.title, about)
    notes = covering_notes(lesson)
    for block in lesson.blocks:
        if words := words_of_block(block):
            note = notes.get(block.id, "")
            yield Piece(block.id, lesson.language, title_of(block), words, note)


def _term(entry: Mapping[str, Any], language: str) -> Piece:
    return Piece("", language, str(entry[language]["term"]), str(entry[language]["means"]))


def _service(entry: Mapping[str, Any], language: str) -> Piece:
    said = [(entry.get(name) or {}).get(language, "") for name in ("name", "about", "coverage")]
    return Piece("", language, said[0], " ".join(said[1:]))


def _row(source: Source, digest: str, piece: Piece) -> dict[str, str]:
    return {"kind": source[0], "key": source[1], "digest": digest, **asdict(piece)}


def _add(rows: list[dict[str, str]]) -> None:
    ids = db.session.scalars(
        insert(Findable).returning(Findable.id, sort_by_parameter_order=True), rows
    )
    words = [
        {"id": key, "title": fold(row["title"]), "body": fold(row["body"])}
        for key, row in zip(ids, rows, strict=True)
    ]
    db.session.execute(text(_ADD[_dialect()]), words)


def _drop(sources: list[Source]) -> None:
    if not sources:
        return
    gone = or_(*(and_(Findable.kind == kind, Findable.key == key) for kind, key in sources))
    ids = [{"id": key} for key in db.session.scalars(select(Findable.id).where(gone))]
    db.session.execute(text(_DROP[_dialect()]), ids)
    db.session.execute(delete(Findable).where(gone))


def _dialect() -> str:
    return db.engine.dialect.name
