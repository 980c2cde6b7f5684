"""What a cohort plans and keeps: placed modules, agendas, attendance."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base
from nti_lms.models.cohorts import PHASE_CODES, Installment
from nti_lms.models.curriculum import Module


class Placement(Base):
    """A module in a phase of a cohort, and when it opens to participants there."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint(f"phase in {PHASE_CODES}", name="phase"),
        CheckConstraint("rule in ('now', 'phase', 'day')", name="rule"),
        CheckConstraint("rule <> 'day' or opens_on is not null", name="day"),
    )

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True
    )
    module_id: Mapped[int] = mapped_column(
        ForeignKey("module.id", ondelete="CASCADE"), primary_key=True
    )
    phase: Mapped[str]
    rule: Mapped[str]
    opens_on: Mapped[date | None]


class AgendaItem(Base):
    """A session of a gathering: when, what, and who leads it.

    `start_minute` counts from midnight where the programme is. With a module, the title may be
    empty.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("start_minute >= 0 and start_minute < 1440", name="start"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_agenda_item_installment_id", "installment_id", "day", "start_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    installment_id: Mapped[int] = mapped_column(ForeignKey("installment.id", ondelete="CASCADE"))
    day: Mapped[date]
    start_minute: Mapped[int]
    minutes: Mapped[int]
    title: Mapped[str]
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id", ondelete="SET NULL"))
    leader: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default="1")

    installment: Mapped[Installment] = relationship(lazy="raise_on_sql")
    module: Mapped[Module | None] = relationship(lazy="raise_on_sql")

    # Counted by each change of the row: calendars tell it.
    __mapper_args__ = {"version_id_col": revision}


class Attendance(Base):
    """Whether somebody was there on a day of a gathering; without a row nobody has noted it."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("state in ('present', 'absent', 'excused')", name="state"),)

    installment_id: Mapped[int] = mapped_column(
        ForeignKey("installment.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    state: Mapped[str]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime]
