"""Messages waiting to leave."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Message(Base):
    """A mail, written in the transaction of what it tells of, and sent by the worker."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
