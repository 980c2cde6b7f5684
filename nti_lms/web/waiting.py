"""Answers that waited on a phone without network: opened by their owner's keys, counted once."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.curriculum.types import LANGUAGES
from nti_lms.domain import merging
from nti_lms.domain.errors import JournalIsClosed, SealBroken
from nti_lms.domain.merging import Merge
from nti_lms.domain.questions import Question
from nti_lms.domain.questions import Response as Given
from nti_lms.domain.sealing import Context, open_envelope
from nti_lms.models import Attempt
from nti_lms.services import library, quiz
from nti_lms.services.library import Published
from nti_lms.web import answers, identity, once, sheets
from nti_lms.web.filters import moment
from nti_lms.web.guard import guard
from nti_lms.web.respond import saved

bp = Blueprint("waiting", __name__)

DONE = "done"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a phone sends: where the answers belong, and the envelope that holds them."""

    lesson: str
    block: str
    language: str
    revision: int
    pair: int
    envelope: bytes

    def context(self, owner_id: int) -> Context:
        """The one place where the envelope opens."""
        return Context("answers", f"{self.lesson}/{self.block}", owner_id, self.revision)


@bp.post("/offline/answers")
@guard(may.learn)
def take_up() -> Response:
    """Put answers from a phone into the open attempt; those that differ from it are shown first."""
    parcel = _read()
    published = _published(parcel)
    back = url_for("quiz.show", key=parcel.lesson, block=parcel.block)
    words = _("Saved %(moment)s", moment=moment(clock.now()))
    if once.is_repeated():
        return saved(words, parcel.revision, back=back)
    fields = _open(parcel)
    attempt, asked = _attempt(published, parcel)
    given = {name: said for name, said in answers.read(fields, asked).items() if said}
    kept = quiz.responses_of(attempt)
    merge = merging.merge({}, kept, given)  # a copy shows nothing of what is kept
    if "instead" not in request.form and merge.differing:
        return _conflict(asked, merge, kept)
    quiz.save(attempt, asked, merge.news)
    whole = {**kept, **merge.news}
    if DONE in fields and not answers.faults(whole, asked):
        quiz.submit(attempt, asked, whole)
    return saved(words, attempt.revision_id, back=back)


def _read() -> Parcel:
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


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ValueError(text)
    return int(text)


def _published(parcel: Parcel) -> Published:
    """The revision that was answered; 404 when it is not of that lesson, or may not be read."""
    published = library.get_revision(parcel.revision, parcel.language)
    is_its_own = published.lesson.key == parcel.lesson and published.revision.state != "draft"
    if not is_its_own or not may.read_lesson(current_user, published):
        abort(404)
    quiz.questions_of(library.read(published), parcel.block)
    return published


def _open(parcel: Parcel) -> MultiDict[str, str]:
    """The fields as the phone's form held them. Raises JournalIsClosed."""
    key = identity.journal_keys().get(parcel.pair)
    if key is None:
        raise JournalIsClosed
    try:
        plain = open_envelope(parcel.envelope, key, parcel.context(current_user.id))
        return MultiDict([(str(name), str(text)) for name, text in json.loads(plain)])
    except (SealBroken, ValueError, TypeError):
        abort(400)


def _attempt(published: Published, parcel: Parcel) -> tuple[Attempt, tuple[Question, ...]]:
    """The open attempt, or a fresh one on the revision that was answered; and its questions."""
    begun = quiz.start(current_user, published, parcel.block)
    attempt = quiz.hold_attempt(begun.id)
    is_same = attempt.revision_id == published.revision.id
    seen = published if is_same else library.get_revision(attempt.revision_id, parcel.language)
    return attempt, quiz.questions_of(library.read(seen), parcel.block)


def _conflict(asked: tuple[Question, ...], merge: Merge, kept: dict[str, Given]) -> Response:
    """Both answers to each question that differs; nothing is written until the person chooses."""
    database.drop()
    given = {name: merge.news[name] for name in merge.differing}
    html = render_template("offline/_differing.html", rows=sheets.rows(asked, kept, given))
    return make_response(jsonify(conflict=html), 409)
