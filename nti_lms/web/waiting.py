"""Answers that waited on a phone without network: opened by their owner's keys, counted once."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Any

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
from nti_lms.domain.errors import JournalIsClosed, SealBroken
from nti_lms.domain.questions import Question
from nti_lms.domain.questions import Response as Given
from nti_lms.domain.sealing import Context, open_envelope
from nti_lms.models import Attempt
from nti_lms.services import library, quiz
from nti_lms.services.library import Published
from nti_lms.web import answers, identity, once
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
    if "instead" not in request.form and (differing := _differing(attempt, given)):
        return _conflict(asked, differing, quiz.responses_of(attempt), given)
    quiz.save(attempt, asked, given)
    whole = {**quiz.responses_of(attempt), **given}
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


def _differing(attempt: Attempt, given: dict[str, Given]) -> list[str]:
    kept = quiz.responses_of(attempt)
    return [name for name, said in given.items() if kept.get(name) and kept[name] != said]


def _conflict(
    asked: tuple[Question, ...],
    differing: list[str],
    kept: dict[str, Given],
    given: dict[str, Given],
) -> Response:
    """Both answers to each question that differs; nothing is written until the person chooses."""
    database.drop()
    rows = [
        (one.asked.stem, _words(kept[one.asked.id], one), _words(given[one.asked.id], one))
        for one in asked
        if one.asked.id in differing
    ]
    html = render_template("offline/_differing.html", rows=rows)
    return make_response(jsonify(conflict=html), 409)


def _words(said: Given, one: Question) -> list[str]:
    """An answer in words: the texts of chosen options, or what was typed."""
    entries: list[Any] = [*one.asked.options, *one.asked.targets]
    entries += [option for gap in one.asked.gaps for option in gap.options]
    texts = {entry.id: entry.html for entry in entries}
    if isinstance(said, dict):
        return [f"{texts.get(name, name)}: {texts.get(to, to)}" for name, to in said.items()]
    return [texts.get(part, part) for part in ([said] if isinstance(said, str) else said)]
