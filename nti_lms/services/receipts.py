"""Receipts of writes that carried an idempotency key."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.models import Receipt, User

KEPT = timedelta(hours=48)
OTHER_REQUEST = ""


def find_location(user_id: int, key: str, request_hash: bytes) -> str | None:
    """Where the write with this key led; OTHER_REQUEST when the key came with other words."""
    receipt = db.session.get(Receipt, (user_id, key))
    if receipt is None:
        return None
    return receipt.location if receipt.request_hash == request_hash else OTHER_REQUEST


def count(user_id: int, keys: Sequence[str]) -> int:
    """How many of the writes with these keys were kept."""
    own = (Receipt.user_id == user_id) & Receipt.key.in_(keys)
    return db.session.scalar(select(func.count()).select_from(Receipt).where(own)) or 0


def take_turn(user: User) -> None:
    """Let one person's writes pass one by one, so that none meets another half done."""
    own = select(User.id).where(User.id == user.id)
    db.session.execute(own.with_for_update(key_share=True))


def add(user_id: int, key: str, request_hash: bytes, location: str) -> None:
    """Note the outcome beside the write itself."""
    db.session.add(
        Receipt(
            user_id=user_id,
            key=key,
            request_hash=request_hash,
            location=location,
            created_at=clock.now(),
        )
    )
    db.session.flush()


def sweep() -> None:
    """Forget receipts older than two days."""
    db.session.execute(delete(Receipt).where(Receipt.created_at < clock.now() - KEPT))
