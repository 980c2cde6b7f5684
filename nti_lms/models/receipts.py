"""Receipts of writes, so that one sent twice counts once."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Receipt(Base):
    """The outcome of a write that carried an idempotency key: its address, never a body."""

    __tablename__ = "receipt"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
