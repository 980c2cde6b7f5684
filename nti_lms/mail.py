"""Deliver the outbox: over SMTP, or as files while no server is set."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nti_lms import clock, safe
from nti_lms.database import db, unit_of_work
from nti_lms.models import Message
from nti_lms.services import outbox

log = logging.getLogger(__name__)


class Mailer:
    """Sends waiting messages. `smtp_url` such as smtp://user:word@host:587; None writes files."""

    def __init__(self, smtp_url: str | None, sender: str, folder: Path) -> None:
        self.smtp_url, self.sender, self.folder = smtp_url, sender, folder

    def send_waiting(self) -> int:
        """Send what is due, each in its own transaction; how many left."""
        waiting = outbox.list_waiting()
        db.session.commit()
        sent = 0
        for message in waiting:
            sent += self._send_one(message)
        return sent

    def _send_one(self, message: Message) -> bool:
        try:
            self._deliver(message)
        except (OSError, smtplib.SMTPException, ValueError):
            log.exception("message %s could not leave", message.id)
            with unit_of_work():
                outbox.put_off(db.session.merge(message))
            return False
        with unit_of_work():
            outbox.mark_sent(db.session.merge(message))
        return True

    def _deliver(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.recipient, message.subject
        mail["Date"], mail["Message-ID"] = format_datetime(clock.now()), make_msgid()
        mail.set_content(message.body)
        if self.smtp_url is None:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            safe.write_private(self.folder / f"{message.id:06}.eml", mail.as_string())
        else:
            self._over_smtp(mail)

    def _over_smtp(self, mail: EmailMessage) -> None:
        url = urlsplit(str(self.smtp_url))
        with smtplib.SMTP(url.hostname or "localhost", url.port or 587, timeout=30) as server:
            if url.scheme == "smtp+starttls" or url.username:
                server.starttls(context=ssl.create_default_context())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)
