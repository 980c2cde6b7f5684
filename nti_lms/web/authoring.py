"""The lesson editor: write, look, mend, publish, go back."""

from flask import Blueprint, Response, current_app, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.domain.errors import DraftMovedOn, LessonHasFaults
from nti_lms.models import Lesson, Revision
from nti_lms.services import authoring, library, reviews
from nti_lms.services.authoring import Reading
from nti_lms.storage import Storage
from nti_lms.web import paces
from nti_lms.web.forms.authoring import LessonForm
from nti_lms.web.guard import guard
from nti_lms.web.preview import previews
from nti_lms.web.respond import page, see

bp = Blueprint("authoring", __name__, url_prefix="/authoring")


@bp.get("")
@guard(may.write_lessons)
def index() -> Response:
    """Every lesson, and which have a draft."""
    return page("authoring/index.html", outline=library.outline(), drafts=authoring.list_drafts())


@bp.route("/<string:key>", methods=["GET", "POST"])
@guard(may.write_lesson, authoring.get_lesson, pace=paces.LESSONS)
def edit(lesson: Lesson) -> Response:
    """Write a lesson; the draft is kept whatever its faults."""
    current = authoring.find_current(lesson)
    if request.method != "POST":
        return _show(lesson, current, authoring.sources_of(current), LessonForm(formdata=None))
    form, sources = LessonForm(), _sources()
    if not form.validate():
        return _show(lesson, current, sources, form, status=422)
    reading = _read(lesson, current, sources)
    if "preview" in request.form:
        return _show(lesson, current, sources, form, reading=reading)
    try:
        draft = authoring.save_draft(lesson, sources, reading, base=_base(), by=current_user)
    except DraftMovedOn:
        database.drop()
        return _show(lesson, current, sources, form, reading=reading, moved=True, status=409)
    if "publish" not in request.form:
        flash(_("The draft is saved."))
        return see(".edit", key=lesson.key, anchor="faults")
    return _publish(lesson, draft, sources, form, reading)


@bp.get("/<string:key>/revisions")
@guard(may.write_lesson, authoring.get_lesson)
def revisions(lesson: Lesson) -> Response:
    """Every revision of a lesson, the newest first."""
    return page(
        "authoring/revisions.html", lesson=lesson, revisions=authoring.list_revisions(lesson)
    )


@bp.get("/revisions/<int:revision_id>")
@guard(may.read_revision, authoring.get_revision)
def revision(old: Revision) -> Response:
    """One revision, as it is read and as it was written."""
    sources = authoring.sources_of(old)
    reading = _read(old.lesson, old, sources)
    return page(
        "authoring/revision.html",
        revision=old,
        sources=sources,
        previews=previews(reading.texts, old.figures),
    )


@bp.post("/revisions/<int:revision_id>/restore")
@guard(may.read_revision, authoring.get_revision, pace=paces.LESSONS)
def restore(old: Revision) -> Response:
    """Bring an old revision back as the draft."""
    reading = _read(old.lesson, old, authoring.sources_of(old))
    authoring.restore(old, reading, by=current_user)
    flash(
        _("Revision %(number)d is the draft now. Look at it, then publish it.", number=old.number)
    )
    return see(".edit", key=old.lesson.key)


@bp.post("/<string:key>/discard")
@guard(may.write_lesson, authoring.get_lesson)
def discard(lesson: Lesson) -> Response:
    """Throw the draft away; the published revision stays."""
    current = authoring.find_current(lesson)
    if current.state == "draft":
        authoring.discard(current)
        flash(_("The draft was thrown away."))
    return see(".edit", key=lesson.key)


def _publish(
    lesson: Lesson, draft: Revision, sources: dict[str, str], form: LessonForm, reading: Reading
) -> Response:
    """Publish, or say what stands in the way with the draft kept."""
    try:
        authoring.publish(lesson, draft, reading, follows=form.follows.data, by=current_user)
    except LessonHasFaults:
        database.keep()
        return _show(lesson, draft, sources, form, reading=reading, refused=True, status=422)
    flash(_("Revision %(number)d is published.", number=draft.number))
    return see(".edit", key=lesson.key)


def _read(lesson: Lesson, revision: Revision, sources: dict[str, str]) -> Reading:
    return authoring.read(lesson, sources, revision.figures, _storage())


def _show(
    lesson: Lesson,
    current: Revision,
    sources: dict[str, str],
    form: LessonForm,
    *,
    reading: Reading | None = None,
    moved: bool = False,
    refused: bool = False,
    status: int = 200,
) -> Response:
    found = reading or _read(lesson, current, sources)
    return page(
        "authoring/edit.html",
        lesson=lesson,
        current=current,
        sources=sources,
        form=form,
        problems=found.problems,
        previews=previews(found.texts, current.figures),
        reviews=reviews.of_lesson(current, lesson.key, library.register("reviews")),
        today=clock.today(),
        moved=moved,
        refused=refused,
        status=status,
    )


def _sources() -> dict[str, str]:
    """The texts as they were typed; browsers send CRLF, files hold LF."""
    return {
        language: request.form.get(language, "").replace("\r\n", "\n").replace("\x00", "")
        for language in ("es", "en")
    }


def _base() -> int:
    text = request.form.get("base", "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
