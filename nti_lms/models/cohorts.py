"""Cohorts, their phases and their two gatherings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base

PHASE_CODES = "('F0', 'F1', 'F2', 'F3', 'F4', 'F5')"


class Cohort(Base):
    """The people who go through the programme together. Fictitious ones are for demonstration.

    A paused one says why; everyone of the cohort can read the reason.
    """

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("not is_paused or pause_reason <> ''", name="pause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_fictitious: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    pause_reason: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]

    installments: Mapped[list["Installment"]] = relationship(
        lazy="raise_on_sql", order_by="Installment.number"
    )
    phases: Mapped[list["Phase"]] = relationship(lazy="raise_on_sql", order_by="Phase.code")


class Phase(Base):
    """A phase of a cohort, F0 to F5; a day that is not fixed yet is None."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint(f"code in {PHASE_CODES}", name="code"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(server_default="1")

    # Counted by each change of the row: calendars tell it.
    __mapper_args__ = {"version_id_col": revision}


class Installment(Base):
    """A gathering of a cohort: the first, or the second. A virtual one may have no place."""

    __tablename__ = "installment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("number in (1, 2)", name="number"),
        CheckConstraint("mode in ('in-person', 'virtual', 'hybrid')", name="mode"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    mode: Mapped[str]
    place: Mapped[str] = mapped_column(default="", server_default="")
    revision: Mapped[int] = mapped_column(server_default="1")

    # Counted by each change of the row: calendars tell it.
    __mapper_args__ = {"version_id_col": revision}
