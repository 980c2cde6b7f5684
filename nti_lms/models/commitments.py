"""Commitments to Action: an institution's plan, who writes it, and what it holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base
from nti_lms.models.people import Organisation, User


class Commitment(Base):
    """One organisation's Commitment to Action in a cohort, accompanied by a mentor."""

    __tablename__ = "commitment"
    __table_args__ = (CheckConstraint("length(title) <= 120", name="title_fits"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="draft")
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    mentor: Mapped[User | None] = relationship(lazy="raise_on_sql")
    authorships: Mapped[list["Authorship"]] = relationship(lazy="raise_on_sql")
    sections: Mapped[list["Section"]] = relationship(lazy="raise_on_sql")
    excerpts: Mapped[list["Excerpt"]] = relationship(
        lazy="raise_on_sql", order_by="Excerpt.copied_at"
    )

    @property
    def is_draft(self) -> bool:
        """Whether its authors can still change it."""
        return self.status == "draft"

    @property
    def author_ids(self) -> set[int]:
        """Who writes it, by id."""
        return {authorship.user_id for authorship in self.authorships}


class Authorship(Base):
    """A participant who writes a commitment."""

    __tablename__ = "authorship"

    commitment_id: Mapped[int] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class Section(Base):
    """The text of a section, C1 to C12. `revision` counts its saves: two tabs do not collide."""

    __tablename__ = "section"

    commitment_id: Mapped[int] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    revision: Mapped[int] = mapped_column()
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    saved_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    # Two saves over the same revision at once: the database lets one of them through.
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}


class Excerpt(Base):
    """A part of a journal entry that its author chose, edited and copied into a section.

    It remembers where it came from. `entry_id` is for its author's eyes only: it links the copy
    to the private original.
    """

    __tablename__ = "excerpt"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str]
    body: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id", ondelete="SET NULL"), index=True
    )
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"))
    block: Mapped[str]
    copied_at: Mapped[datetime]

    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
