"""The journal: sealed entries that only their author opens."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Entry(Base):
    """What a person wrote under a prompt, or on a free page (no lesson, `block` a random name).

    `envelope` is sealed to `key_pair_id`'s public half under a fresh key for each `revision`.
    `lesson_revision_id` is the lesson as they saw it.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("user_id", "lesson_id", "block"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"))
    lesson_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", ondelete="SET NULL")
    )
    block: Mapped[str]
    key_pair_id: Mapped[int] = mapped_column(ForeignKey("key_pair.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column()
    envelope: Mapped[bytes]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]

    # Two saves over the same revision at once: the database lets one of them through.
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}
