"""Certificates of participation."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Certificate(Base):
    """That somebody took part in a cohort, with everything as it stood when it was issued.

    `code` is kept as it is printed and not as a hash: it lets nobody in, shows no more than the
    paper it stands on, and each copy that is printed later needs it. Whoever steals this table
    reads the same names with or without it.

    `user_id` is None once the account is gone, `cohort_id` once the cohort is: the paper is still
    in somebody's hands, and those to whom it is shown can still check it. Of a revoked one the
    public page tells no name, so whoever wants that to end asks for it to be revoked. `reason`
    is read by its holder and by those who coordinate the cohort.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("revoked_at is null or reason <> ''", name="reason"),
        # One that holds for each person and cohort, however many forms arrive at once.
        Index(
            "ix_certificate_valid",
            "cohort_id",
            "user_id",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    cohort_id: Mapped[int | None] = mapped_column(
        ForeignKey("cohort.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    cohort_name: Mapped[str]
    facts: Mapped[dict[str, Any]]
    is_fictitious: Mapped[bool] = mapped_column(default=False, server_default=false())
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
