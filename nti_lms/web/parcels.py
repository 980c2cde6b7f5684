"""What waited on a phone without network: sealed there, and opened by its owner's keys alone."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from flask import abort, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from nti_lms import policy as may
from nti_lms.curriculum.types import LANGUAGES
from nti_lms.domain.errors import JournalIsClosed, SealBroken
from nti_lms.domain.sealing import Context, open_envelope
from nti_lms.services import library
from nti_lms.services.library import Published
from nti_lms.web import identity

ANSWERS, REFLECTIONS = "answers", "reflections"  # as the envelope names its table
INSTEAD = "instead"  # sent once a difference was seen


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a phone sends: where the words belong, and the envelope that holds them."""

    lesson: str
    block: str
    language: str
    revision: int
    pair: int
    envelope: bytes

    def context(self, table: str, owner_id: int) -> Context:
        """The one place where the envelope opens."""
        return Context(table, f"{self.lesson}/{self.block}", owner_id, self.revision)


def read() -> Parcel:
    """The parcel as it was sent; 400 for one that no page of ours could make."""
    form = request.form
    try:
        return Parcel(
            lesson=form["lesson"],
            block=form["block"],
            language=form["language"] if form["language"] in LANGUAGES else "es",
            revision=_number(form["revision"]),
            pair=_number(form["pair"]),
            envelope=b64decode(form["envelope"], validate=True),
        )
    except (ValueError, NotBase64):
        abort(400)


def published(parcel: Parcel) -> Published:
    """The revision that was read; 404 when it is not of that lesson, or may not be read."""
    found = library.get_revision(parcel.revision, parcel.language)
    is_its_own = found.lesson.key == parcel.lesson and found.revision.state != "draft"
    if not is_its_own or not may.read_lesson(current_user, found):
        abort(404)
    return found


def unseal(parcel: Parcel, table: str) -> MultiDict[str, str]:
    """The fields as the phone's form held them. Raises JournalIsClosed."""
    key = identity.journal_keys().get(parcel.pair)
    if key is None:
        raise JournalIsClosed
    try:
        plain = open_envelope(parcel.envelope, key, parcel.context(table, current_user.id))
        return MultiDict([(str(name), str(text)) for name, text in json.loads(plain)])
    except (SealBroken, ValueError, TypeError):
        abort(400)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ValueError(text)
    return int(text)
