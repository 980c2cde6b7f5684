"""Somebody whose writing goes on while something else happens to the site."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask

from nti_lms.database import db, unit_of_work
from nti_lms.models import User
from nti_lms.services import journal

PAUSE_SECONDS = 0.02  # a person, and not a flood that grows while it is dealt with


@dataclass
class Writer:
    """Somebody else who writes page after page, over connections of their own."""

    app: Flask
    user_id: int
    kept: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Write before, during and after the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self._write_until, args=(stop,))
        thread.start()
        try:
            self._wait_for_more()
            yield
            self._wait_for_more()
        finally:
            stop.set()
            thread.join()
        assert self.faults == []

    def _wait_for_more(self) -> None:
        so_far = len(self.kept)
        while len(self.kept) < so_far + 3 and not self.faults:
            threading.Event().wait(0.005)

    def _write_until(self, stop: threading.Event) -> None:
        try:
            with self.app.app_context():
                user = db.session.get_one(User, self.user_id)
                while not stop.wait(PAUSE_SECONDS):
                    self.kept.append(self._write(user))
                db.session.remove()
                db.engine.dispose()
        except BaseException as fault:
            self.faults.append(fault)

    def _write(self, user: User) -> str:
        name = journal.new_page()
        place = {"lesson_id": None, "lesson_revision_id": None, "block": name, "base": 0}
        with unit_of_work():
            journal.save(user, {"text": name}, self.app.extensions["ring-file"].ring(), **place)
        return name
