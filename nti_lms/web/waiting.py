"""Answers that waited on a phone without network: put into the open attempt, counted once."""

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.domain.questions import Question
from nti_lms.models import Attempt
from nti_lms.services import library, quiz
from nti_lms.services.library import Published
from nti_lms.web import answers, once, parcels, sheets
from nti_lms.web.filters import moment
from nti_lms.web.guard import guard
from nti_lms.web.parcels import Parcel
from nti_lms.web.respond import saved
from nti_lms.web.sheets import Sheet

bp = Blueprint("waiting", __name__)

DONE = "done"


@bp.post("/offline/answers")
@guard(may.learn)
def take_up() -> Response:
    """Put answers from a phone into the open attempt; those that differ from it are shown first."""
    parcel = parcels.read()
    published = parcels.published(parcel)
    quiz.questions_of(library.read(published), parcel.block)
    back = url_for("quiz.show", key=parcel.lesson, block=parcel.block)
    words = _("Saved %(moment)s", moment=moment(clock.now()))
    if once.is_repeated():
        return saved(words, parcel.revision, back=back)
    fields = parcels.unseal(parcel, parcels.ANSWERS)
    attempt, asked = _attempt(published, parcel)
    fields.setdefault(sheets.FIELD, "")  # a copy shows nothing of what is kept
    sheet = sheets.read(fields, asked, quiz.responses_of(attempt))
    if parcels.INSTEAD not in request.form and sheet.merge.differing:
        return _conflict(asked, sheet)
    quiz.save(attempt, asked, sheet.merge.news)
    if DONE in fields and not answers.faults(sheet.whole, asked):
        quiz.submit(attempt, asked, sheet.whole)
    return saved(words, attempt.revision_id, back=back)


def _attempt(published: Published, parcel: Parcel) -> tuple[Attempt, tuple[Question, ...]]:
    """The open attempt, or a fresh one on the revision that was answered; and its questions."""
    begun = quiz.start(current_user, published, parcel.block)
    attempt = quiz.hold_attempt(begun.id)
    is_same = attempt.revision_id == published.revision.id
    seen = published if is_same else library.get_revision(attempt.revision_id, parcel.language)
    return attempt, quiz.questions_of(library.read(seen), parcel.block)


def _conflict(asked: tuple[Question, ...], sheet: Sheet) -> Response:
    """Both answers to each question that differs; nothing is written until the person chooses."""
    database.drop()
    given = {name: sheet.merge.news[name] for name in sheet.merge.differing}
    rows = sheets.rows(asked, sheet.kept, given)
    html = render_template("offline/_differing.html", rows=rows, is_quiz=True)
    return make_response(jsonify(conflict=html), 409)
