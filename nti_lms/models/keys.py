"""What lets a person in, and what opens their journal."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Credential(Base):
    """How a passphrase is checked: the recipe of its one Argon2id call, and its verifier."""

    __tablename__ = "credential"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    recipe: Mapped[str]
    verifier: Mapped[bytes]
    changed_at: Mapped[datetime]


class KeyPair(Base):
    """A person's key pair; the newest seals. The private half is stored wrapped, never bare.

    An old pair stays after a reset without recovery code: what it sealed can still be opened
    with the old passphrase or code.
    """

    __tablename__ = "key_pair"
    __table_args__ = (UniqueConstraint("user_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    number: Mapped[int]
    public_key: Mapped[bytes]
    recipe: Mapped[str]
    by_passphrase: Mapped[bytes]
    by_recovery_code: Mapped[bytes | None]
    code_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
