"""One-time tickets: issued, found while they hold, spent."""

from datetime import timedelta

from sqlalchemy import select, update

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import codes
from nti_lms.domain.errors import CodeMistyped, TicketSpent
from nti_lms.models import Ticket, User

LASTS = {"invitation": timedelta(days=14), "reset": timedelta(hours=2)}
PAPER_RESET_LASTS = timedelta(days=3)


def get_ticket(secret: str, purpose: str) -> tuple[Ticket, User]:
    """The valid ticket of a token or a paper code, and whom it is for. Raises TicketSpent."""
    query = (
        select(Ticket, User)
        .join(User, User.id == Ticket.user_id)
        .where(Ticket.token_hash == codes.token_hash(_normal(secret)), Ticket.purpose == purpose)
    )
    row = db.session.execute(query).first()
    if row is None or row[0].used_at is not None or row[0].expires_at < clock.now():
        raise TicketSpent
    return row[0], row[1]


def issue(user: User, purpose: str, *, is_on_paper: bool) -> str:
    """A fresh ticket; the ones issued before for the same purpose no longer hold."""
    secret, now = codes.new_paper_code() if is_on_paper else codes.new_token(), clock.now()
    open_ones = (Ticket.user_id == user.id) & (Ticket.purpose == purpose) & Ticket.used_at.is_(None)
    db.session.execute(update(Ticket).where(open_ones).values(expires_at=now))
    lasts = PAPER_RESET_LASTS if is_on_paper and purpose == "reset" else LASTS[purpose]
    db.session.add(
        Ticket(
            token_hash=codes.token_hash(secret),
            purpose=purpose,
            user_id=user.id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    db.session.flush()
    return secret


def spend(ticket: Ticket) -> None:
    """Use the ticket up. Raises TicketSpent when someone else just did."""
    own = (Ticket.token_hash == ticket.token_hash) & Ticket.used_at.is_(None)
    done = db.session.execute(update(Ticket).where(own).values(used_at=clock.now()))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise TicketSpent


def _normal(secret: str) -> str:
    try:
        return codes.normal_paper_code(secret)
    except CodeMistyped:
        return secret.strip()
