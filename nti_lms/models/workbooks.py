"""Workbooks that have been built."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Workbook(Base):
    """A blank workbook by the hash of all that goes into it.

    `outline` is the digest of the curriculum that it prints; `file` the hash of its PDF.
    """

    __tablename__ = "workbook"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    outline: Mapped[str]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    edition: Mapped[str]
    paper: Mapped[str]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    file: Mapped[str | None]
    bytes: Mapped[int | None]
    pages: Mapped[int | None]
    created_at: Mapped[datetime]
