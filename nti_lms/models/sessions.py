"""Signed-in sessions, kept on the server so that they can be listed and ended."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Session(Base):
    """A browser that is signed in. The server keeps only the hash of its token.

    `sealed_keys` holds the private keys of an open journal, under a key derived from the token
    itself, so this row alone opens nothing; None while the journal is closed.
    """

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    is_own_phone: Mapped[bool] = mapped_column(default=False)
    agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sealed_keys: Mapped[bytes | None]
    journal_used_at: Mapped[datetime | None]
