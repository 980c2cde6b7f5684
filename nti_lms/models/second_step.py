"""What a person shows besides the passphrase: an app, a passkey, or a code kept on paper."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base


class Authenticator(Base):
    """An app that shows six-digit codes; it counts once a first code has been confirmed.

    Somebody who changes phones has two for a moment: the old one, and one not confirmed yet.
    `sealed_secret` is under the application key ring. `last_step` is the time step of the last
    code that was taken, so that no code is taken twice.
    """

    __tablename__ = "authenticator"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    sealed_secret: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a phone or a computer keeps for its owner; only the public half is here."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    agent: Mapped[str]
    created_at: Mapped[datetime]


class BackupCode(Base):
    """A code on paper that lets its owner through once. Only its hash is kept."""

    __tablename__ = "backup_code"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
