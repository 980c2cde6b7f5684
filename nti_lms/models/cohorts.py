"""Cohorts and their two gatherings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base


class Cohort(Base):
    """The people who go through the programme together. Fictitious ones are for demonstration."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_fictitious: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    installments: Mapped[list["Installment"]] = relationship(
        lazy="raise_on_sql", order_by="Installment.number"
    )


class Installment(Base):
    """A gathering of a cohort: the first, or the second."""

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
