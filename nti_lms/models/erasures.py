"""What people have erased, so that no backup brings it back."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Erasure(Base):
    """A row that its owner erased: which one, never what it held nor whose it was.

    Databases give the number of an erased row to another one; with the moment when it was made it
    is the row itself.
    """

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("what in ('entry', 'excerpt', 'passkey')", name="what"),)

    what: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
