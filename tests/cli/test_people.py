"""The first administrator is let in by whoever runs the machine, and only the first."""

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.models import Ticket, User
from nti_lms.services import accounts

CHOICE = {"passphrase": "otra frase bien larga", "again": "otra frase bien larga"}


@pytest.fixture
def ask(app):
    """The link that the command prints, without the address before it; empty for none."""

    def ask():
        outcome = app.test_cli_runner().invoke(args=["people", "first-administrator"])
        db.session.expire_all()
        assert outcome.exit_code == 0
        return outcome.output.strip().removeprefix("http://127.0.0.1:8000")

    return ask


def test_the_link_lets_the_first_administrator_in(browser, ask):
    link = ask()

    entered = browser.post(link, data=CHOICE)

    assert entered.status_code == 200
    assert accounts.has_administrator()
    assert browser.get("/people/").location == "/account/second-step"


def test_a_second_link_puts_the_first_out_of_use_and_makes_nobody_new(browser, ask):
    first, second = ask(), ask()

    codes = [browser.get(link).status_code for link in (first, second)]

    assert codes == [410, 200]
    assert db.session.scalars(select(User.handle)).all() == ["administrator"]


def test_once_there_is_one_there_is_no_link(browser, ask):
    browser.post(ask(), data=CHOICE)

    assert ask() == ""


def test_the_link_is_not_kept(ask):
    secret = ask().rpartition("/")[2]

    assert secret.encode() not in db.session.scalars(select(Ticket.token_hash)).one()
