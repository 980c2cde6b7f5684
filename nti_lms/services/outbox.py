"""Messages: written with what they tell of, sent later."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.models import Message

MOST_TRIES = 8


def list_waiting(*, most: int = 20) -> Sequence[Message]:
    """Messages whose time has come, the oldest first."""
    query = (
        select(Message)
        .where(
            Message.sent_at.is_(None),
            Message.tries < MOST_TRIES,
            Message.send_after <= clock.now(),
        )
        .order_by(Message.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def write(recipient: str, subject: str, body: str) -> None:
    """Put a message into the outbox. The caller has worded it in the recipient's language."""
    now = clock.now()
    db.session.add(
        Message(recipient=recipient, subject=subject, body=body, created_at=now, send_after=now)
    )
    db.session.flush()


def mark_sent(message: Message) -> None:
    """It left; its words need not be kept."""
    message.sent_at, message.body = clock.now(), ""
    db.session.flush()


def put_off(message: Message) -> None:
    """It could not leave: again in 1, 2, 4 … minutes."""
    message.tries += 1
    message.send_after = clock.now() + timedelta(minutes=2 ** (message.tries - 1))
    db.session.flush()
