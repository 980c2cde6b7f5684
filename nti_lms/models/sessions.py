"""Signed-in sessions, kept on the server so that they can be listed and ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Session(Base):
    """A browser that is signed in. The server keeps only the hash of its token.

    `sealed_keys` holds the private keys of an open journal, under a key derived from the token
    itself, so this row alone opens nothing; None while the journal is closed. `second_step` is
    "none" when none was asked for, "awaited" until it is shown, then "shown". While it is awaited
    nobody is signed in yet.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("second_step in ('none', 'awaited', 'shown')", name="second_step"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    is_own_phone: Mapped[bool] = mapped_column(default=False)
    agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sealed_keys: Mapped[bytes | None]
    journal_used_at: Mapped[datetime | None]
    second_step: Mapped[str] = mapped_column(default="none", server_default="none")
