"""Failed attempts to come in, counted so that guessing slows down."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Failure(Base):
    """How often in a row an account or an address failed, and when last. `key` is a hash."""

    __tablename__ = "failure"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
