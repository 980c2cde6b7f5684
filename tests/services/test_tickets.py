"""One-time tickets: they hold for a while, and once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import TicketSpent
from nti_lms.models import Ticket
from nti_lms.services import tickets


def issue(user, purpose="invitation", *, is_on_paper=False):
    with unit_of_work():
        return tickets.issue(user, purpose, is_on_paper=is_on_paper)


def holds(secret, purpose="invitation"):
    try:
        tickets.get_ticket(secret, purpose)
    except TicketSpent:
        return False
    return True


def test_a_ticket_leads_to_its_person(ada, cy):
    secret = issue(ada)

    _, user = tickets.get_ticket(secret, "invitation")

    assert user.id == ada.id


@pytest.mark.parametrize("is_on_paper", [False, True])
def test_only_the_hash_is_kept(ada, is_on_paper):
    secret = issue(ada, is_on_paper=is_on_paper)

    kept = db.session.scalars(select(Ticket.token_hash)).one()
    assert secret.encode() not in kept
    assert len(kept) == 32


@pytest.mark.parametrize(
    ("purpose", "is_on_paper", "lasts"),
    [
        ("invitation", False, timedelta(days=14)),
        ("invitation", True, timedelta(days=14)),
        ("reset", False, timedelta(hours=2)),
        ("reset", True, timedelta(days=3)),
    ],
)
def test_a_ticket_runs_out(ada, purpose, is_on_paper, lasts):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = issue(ada, purpose, is_on_paper=is_on_paper)
        traveller.shift(lasts)
        before = holds(secret, purpose)
        traveller.shift(timedelta(seconds=1))

        assert (before, holds(secret, purpose)) == (True, False)


def test_an_invitation_is_no_reset(ada):
    assert not holds(issue(ada), "reset")


def test_a_new_ticket_puts_the_ones_before_out_of_use(ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        first = issue(ada)
        other = issue(ada, "reset")
        traveller.shift(timedelta(seconds=1))
        second = issue(ada)
        traveller.shift(timedelta(seconds=1))

        assert [holds(first), holds(second), holds(other, "reset")] == [False, True, True]


def test_a_ticket_is_spent_once(ada):
    secret = issue(ada)
    ticket, _ = tickets.get_ticket(secret, "invitation")

    with unit_of_work():
        tickets.spend(ticket)

    with pytest.raises(TicketSpent), unit_of_work():
        tickets.spend(ticket)
    db.session.expire_all()
    assert not holds(secret)


@pytest.mark.parametrize("secret", ["", "x", "K7QP-2MXD-9RTA-V3HC", "\x00", "ñ" * 2000])
def test_nonsense_holds_nothing(ada, secret):
    issue(ada)

    assert not holds(secret)
