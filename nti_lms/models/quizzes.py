"""Attempts at a quiz, and their answers."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base


class Attempt(Base):
    """One go at the quiz `block` of a lesson, as it stood in a revision. Open until submitted.

    `seed` fixes the order in which options are shown. Once submitted, `won` parts of points out of
    `offered` whole ones; `parts` of them make a point, so that thirds stay exact.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "lesson_id", "block", "number"),
        CheckConstraint("won is null or (won >= 0 and won <= offered * parts)", name="won"),
        CheckConstraint("parts >= 1", name="parts"),
        Index(
            "ix_attempt_open",
            "user_id",
            "lesson_id",
            "block",
            unique=True,
            sqlite_where=text("submitted_at is null"),
            postgresql_where=text("submitted_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"))
    block: Mapped[str]
    number: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    won: Mapped[int | None]
    parts: Mapped[int] = mapped_column(default=1)
    offered: Mapped[int | None]

    answers: Mapped[list["Answer"]] = relationship(lazy="raise_on_sql")

    @property
    def points(self) -> Fraction:
        """The points won, exactly; none before it is submitted."""
        return Fraction(self.won or 0, self.parts)


class Answer(Base):
    """What was answered to one question; `response` as `domain.questions` takes it, under "is".

    Once submitted, `hits` of its `parts` are right; None where nothing can be, and in what was
    submitted before they were kept.
    """

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("hits is null or (hits >= 0 and hits <= parts)", name="hits"),
    )

    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(primary_key=True)
    response: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    hits: Mapped[int | None]
    parts: Mapped[int | None]
