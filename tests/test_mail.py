"""Mail leaves as files or over SMTP; what cannot leave waits, and holds nobody else up."""

import email
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy import select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.mail import Mailer
from nti_lms.models import Message
from nti_lms.services import outbox

SENDER = "curso@example.org"
BODY = "Hola, Ñusta:\n\nhttps://curso.example/invitation/x\n"


class Sink:
    """A mail server that keeps what it gets, and refuses the recipients named."""

    def __init__(self):
        self.received, self.refused, self.passwords = [], set(), []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.passwords.append(data)
        return AuthResult(success=True)


class FreePort(Controller):
    """A controller that tells on which port it ended up."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def sink():
    sink = Sink()
    controller = FreePort(
        sink,
        hostname="127.0.0.1",
        port=0,
        authenticator=sink.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    sink.url = f"127.0.0.1:{controller.port}"
    yield sink
    controller.stop()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail"


def write(*recipients):
    with unit_of_work():
        for recipient in recipients:
            outbox.write(recipient, "Su acceso al curso, Ñusta", BODY)


def states():
    """Which messages have left and how often each was tried in vain."""
    db.session.expire_all()
    rows = db.session.scalars(select(Message).order_by(Message.id))
    return [(row.recipient, row.sent_at is not None, row.tries) for row in rows]


def test_without_a_server_each_message_is_a_private_file(app, folder):
    write("ada@example.org", "bo@example.org")

    sent = Mailer(None, SENDER, folder).send_waiting()

    files = sorted(folder.iterdir())
    mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
    assert sent == 2
    assert [mail["To"] for mail in mails] == ["ada@example.org", "bo@example.org"]
    assert {mail["From"] for mail in mails} == {SENDER}
    assert {mail["Subject"] for mail in mails} == {"Su acceso al curso, Ñusta"}
    assert {mail.get_content() for mail in mails} == {BODY}
    assert {oct(path.stat().st_mode)[-3:] for path in files} == {"600"}
    assert oct(folder.stat().st_mode)[-3:] == "700"


def test_a_message_leaves_once(app, folder):
    write("ada@example.org")
    mailer = Mailer(None, SENDER, folder)

    assert [mailer.send_waiting(), mailer.send_waiting()] == [1, 0]
    assert states() == [("ada@example.org", True, 0)]


def test_over_smtp_the_message_arrives_whole(app, folder, sink):
    write("ada@example.org")

    sent = Mailer(f"smtp://{sink.url}", SENDER, folder).send_waiting()

    (mail,) = sink.received
    assert sent == 1
    assert (mail["To"], mail["From"]) == ("ada@example.org", SENDER)
    assert mail["Subject"] == "Su acceso al curso, Ñusta"
    assert mail.get_content().replace("\r\n", "\n") == BODY
    assert mail["Message-ID"]
    assert mail["Date"].datetime <= clock.now()
    assert not folder.exists()


def test_a_recipient_who_is_refused_waits_and_holds_nobody_up(app, folder, sink):
    sink.refused.add("bo@example.org")
    write("ada@example.org", "bo@example.org", "cy@example.org")

    sent = Mailer(f"smtp://{sink.url}", SENDER, folder).send_waiting()

    assert sent == 2
    assert [mail["To"] for mail in sink.received] == ["ada@example.org", "cy@example.org"]
    assert states() == [
        ("ada@example.org", True, 0),
        ("bo@example.org", False, 1),
        ("cy@example.org", True, 0),
    ]
    assert db.session.scalars(select(Message.body).where(Message.tries == 1)).one() == BODY


def test_a_server_that_is_not_there_puts_everything_off(app, folder, sink):
    write("ada@example.org")

    sent = Mailer("smtp://127.0.0.1:1", SENDER, folder).send_waiting()

    assert sent == 0
    assert states() == [("ada@example.org", False, 1)]
    assert outbox.list_waiting() == []


def test_a_recipient_that_no_header_can_hold_holds_nobody_up(app, folder):
    write("ada@example.org\nBcc: everybody@example.org", "bo@example.org")

    sent = Mailer(None, SENDER, folder).send_waiting()

    assert sent == 1
    assert [tried for _, _, tried in states()] == [1, 0]


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls"])
def test_a_password_never_travels_in_the_clear(app, folder, sink, scheme):
    write("ada@example.org")

    sent = Mailer(f"{scheme}://user:word@{sink.url}", SENDER, folder).send_waiting()

    assert sent == 0
    assert sink.passwords == []
    assert states() == [("ada@example.org", False, 1)]
