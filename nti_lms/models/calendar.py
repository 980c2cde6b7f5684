"""The addresses at which people's own calendars are read."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class CalendarFeed(Base):
    """A secret address that a calendar app reads without signing in, one for each person at most.

    Only the hash of the secret is kept.
    """

    __tablename__ = "calendar_feed"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime]
