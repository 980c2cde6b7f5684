"""The curriculum as the site reads it: modules, lessons, and every revision of a lesson."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base


class Register(Base):
    """A register of the curriculum (evidence, glossary, help, plan …), whole."""

    __tablename__ = "register"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]


class Module(Base):
    """A module: `code` such as "m1"; titles and purposes by language."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int]
    titles: Mapped[dict[str, Any]]
    purposes: Mapped[dict[str, Any]]
    phase: Mapped[str]
    folder: Mapped[str]


class Lesson(Base):
    """A lesson by its key, which never changes; `number` such as "1.2" is its present place."""

    __tablename__ = "lesson"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id", ondelete="CASCADE"), index=True)
    number: Mapped[str]
    position: Mapped[int]
    folder: Mapped[str]

    module: Mapped[Module] = relationship(lazy="raise_on_sql")


class Revision(Base):
    """A lesson as it stood once. One draft and one published revision at the most.

    `origin` says whether it came from the files or a person wrote it; `digest` is the hash of
    its texts and figures. `published_at` is None for a draft.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("lesson_id", "number"),
        CheckConstraint("state in ('draft', 'published', 'archived')", name="state"),
        CheckConstraint("origin in ('files', 'person')", name="origin"),
        Index(
            "ix_revision_published",
            "lesson_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str]
    origin: Mapped[str]
    digest: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")
    stamps: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = relationship(lazy="raise_on_sql")
    texts: Mapped[list["RevisionText"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True
    )


class RevisionText(Base):
    """A revision in one language: the file as written, and the lesson read from it.

    `content` is `curriculum.to_plain(lesson)`; it never leaves the server whole, since it holds
    the keys of the quiz and the facilitator's notes.
    """

    __tablename__ = "revision_text"

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    minutes: Mapped[int]
    content_level: Mapped[int]
    source: Mapped[str] = mapped_column(deferred=True)
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
