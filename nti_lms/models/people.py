"""People, the organisations that send them, and what they are to the programme."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nti_lms.database import Base
from nti_lms.domain.roles import Role

ROLES = ", ".join(f"'{role}'" for role in Role)


class Organisation(Base):
    """A civil-society organisation or agency that takes part."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_fictitious: Mapped[bool] = mapped_column(default=False)


class User(UserMixin, Base):
    """Someone who signs in with a handle: their mail address, or a short name for those without.

    A user without a credential has been invited and has not come in yet.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("language in ('es', 'en')", name="language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    handle: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="es")
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(lazy="raise_on_sql")

    def has_role(self, role: Role, *, cohort_id: int | None = None) -> bool:
        """Whether this person holds `role`: in that cohort, or anywhere when None."""
        return any(
            membership.role == role and cohort_id in (None, membership.cohort_id)
            for membership in self.memberships
        )

    def cohort_ids(self, *roles: Role) -> set[int]:
        """The cohorts where this person holds one of `roles`."""
        return {
            membership.cohort_id
            for membership in self.memberships
            if membership.role in roles and membership.cohort_id is not None
        }

    def represents(self, organisation_id: int | None, *, cohort_id: int | None) -> bool:
        """Whether this person answers for the organisation in that cohort, or in every one."""
        return organisation_id is not None and any(
            membership.organisation_id == organisation_id
            for membership in self.memberships
            if membership.role == Role.REPRESENTATIVE and membership.cohort_id in (None, cohort_id)
        )


class Membership(Base):
    """A role that a person holds: in a cohort, for an organisation, or on the whole site."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "cohort_id", "organisation_id"),
        CheckConstraint(f"role in ({ROLES})", name="role"),
        CheckConstraint(
            "role = 'administrator' or cohort_id is not null or organisation_id is not null",
            name="place",
        ),
        Index("ix_membership_cohort_id", "cohort_id", "role"),
        Index("ix_membership_organisation_id", "organisation_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
