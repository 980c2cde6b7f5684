"""The journal: writing under a prompt or on a free page, reading, taking it along, erasing."""

from collections.abc import Container

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.domain.errors import NewerVersion, NotFound, PromptHasChanged
from nti_lms.models import Entry
from nti_lms.services import audit, journal, learn, library, sessions
from nti_lms.services.library import Published
from nti_lms.web import admission, identity, once, paces, revisions
from nti_lms.web.filters import language, moment
from nti_lms.web.forms.auth import ProveForm
from nti_lms.web.guard import guard
from nti_lms.web.pages import boxes_of, page_of, pages_of
from nti_lms.web.proving import prove
from nti_lms.web.respond import is_autosave, page, saved, see

bp = Blueprint("journal", __name__)


def _published(key: str, block: str) -> Published:
    """The lesson, if it has that prompt. Raises NotFound."""
    published = library.get_published(key, language())
    found = library.read(published).block(block)
    if found is None or found.kind != "reflection":
        raise NotFound
    return published


@bp.get("/journal")
@guard(may.learn)
def index() -> Response:
    """My pages, the latest first; closed ones say so."""
    entries = journal.list_entries(current_user)
    return page(
        "journal/index.html",
        pages=pages_of(entries),
        excerpts=journal.list_excerpts(current_user),
        is_closed=bool(entries) and not identity.journal_keys(),
    )


@bp.post("/lessons/<string:key>/reflections/<string:block>")
@guard(may.read_lesson, revisions.in_turn(_published))
def write(published: Published) -> Response:
    """Save what I wrote under a prompt, quietly or with the button."""
    block = str((request.view_args or {})["block"])
    back = url_for("learn.lesson", key=published.lesson.key, _anchor=block)
    boxes = boxes_of(library.read(published).block(block))
    if not is_autosave():  # a script that saves also tells where one's eyes rest
        learn.stop_at(current_user, published.lesson.id, block)
    return _save(published.lesson.id, published.revision.id, block, boxes, back=back)


@bp.post("/journal/pages")
@guard(may.learn)
def write_page() -> Response:
    """Save a new free page."""
    if not request.form.get(journal.TEXT, "").strip():
        return see(".index")
    return _save(None, None, journal.new_page(), {}, back=url_for(".index"))


@bp.route("/journal/entries/<int:entry_id>", methods=["GET", "POST"])
@guard(may.read_entry, revisions.in_turn(journal.get_entry))
def edit(entry: Entry) -> Response:
    """Read and go on writing one page."""
    written = page_of(entry)
    if request.method != "POST":
        return page("journal/edit.html", page=written, is_closed=not _opens(entry))
    back, boxes = url_for(".edit", entry_id=entry.id), {**written.boxes, **(written.words or {})}
    return _save(entry.lesson_id, entry.lesson_revision_id, entry.block, boxes, back=back)


@bp.route("/journal/open", methods=["GET", "POST"])
@guard(may.learn, slow=True)
def open() -> Response:  # noqa: A001 -- one opens a journal
    """Open my journal again with the passphrase, after the idle lock."""
    form = ProveForm()
    proof = prove(form.passphrase) if form.validate_on_submit() else None
    if proof is None:
        return page("journal/open.html", form=form, status=422 if form.errors else 200)
    database.begin_writing()
    return admission.renewed(None, lambda: see(".index"), keys=proof.keys)


@bp.post("/journal/close")
@guard(may.learn)
def close() -> Response:
    """Close my journal; writing goes on without it."""
    session = identity.current_session()
    if session is not None:
        sessions.lock(session)
    flash(_("Your journal is closed."))
    return see("learn.home")


@bp.get("/journal/export")
@guard(may.learn)
def export() -> Response:
    """Everything that my keys open, as one text file."""
    paces.keep(paces.EXPORTS)
    entries = journal.list_entries(current_user)
    text = render_template("journal/export.txt", pages=pages_of(entries))
    response = make_response(text, 200, {"Content-Type": "text/plain; charset=utf-8"})
    name = _("my-pages")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return response


@bp.route("/journal/entries/<int:entry_id>/erase", methods=["GET", "POST"])
@guard(may.read_entry, journal.get_entry)
def erase(entry: Entry) -> Response:
    """Erase one page, after asking."""
    if request.method != "POST":
        return page("journal/erase.html", count=1, url=request.path)
    journal.erase(entry)
    flash(_("That page was erased."))
    return see(".index")


@bp.route("/journal/erase", methods=["GET", "POST"])
@guard(may.learn)
def erase_all() -> Response:
    """Erase my whole journal, after asking."""
    if request.method != "POST":
        count = journal.count_entries(current_user)
        return page("journal/erase.html", count=count, url=request.path)
    journal.erase_all(current_user)
    audit.record("journal-erased", actor_id=current_user.id, subject_id=current_user.id)
    flash(_("Your journal was erased."))
    return see(".index")


def _save(
    lesson_id: int | None,
    lesson_revision_id: int | None,
    block: str,
    boxes: Container[str],
    *,
    back: str,
) -> Response:
    """Seal what was written; with a newer version in between, show both and let me choose."""
    words = _words(boxes)
    if once.is_repeated():  # its twin may have been kept since the guard asked
        return _tell_again(lesson_id, block, back)
    try:
        entry = journal.save(
            current_user,
            words,
            identity.ring(),
            lesson_id=lesson_id,
            lesson_revision_id=lesson_revision_id,
            block=block,
            base=revisions.base(),
        )
    except NewerVersion:
        return _meet_newer(lesson_id, block, words, back)
    return _tell(entry, back)


def _tell_again(lesson_id: int | None, block: str, back: str) -> Response:
    return once.told_before() or _tell(journal.find_entry(current_user, lesson_id, block), back)


def _tell(entry: Entry | None, back: str) -> Response:
    if entry is None:
        raise NotFound
    if not is_autosave():
        flash(_("Saved."))
    words = _("Saved %(moment)s", moment=moment(entry.saved_at))
    return saved(words, entry.revision, back=back)


def _meet_newer(lesson_id: int | None, block: str, mine: dict[str, str], back: str) -> Response:
    """Show the newer text beside mine, unless it is mine: a twin's, or kept by another way."""
    database.drop()
    if once.is_repeated():
        return _tell_again(lesson_id, block, back)
    entry = journal.find_entry(current_user, lesson_id, block)
    if entry is None:
        raise NotFound
    newer = page_of(entry)
    if newer.words == mine:
        return _tell(entry, back)
    if is_autosave():
        html = render_template("journal/_newer.html", page=newer)
        return make_response(jsonify(conflict=html), 409)
    return page("journal/conflict.html", page=newer, mine=mine, url=request.path, status=409)


def _words(boxes: Container[str]) -> dict[str, str]:
    """What was typed, by box; NUL has no place in a text.

    Raises:
        PromptHasChanged: there are words for a box that the prompt does not have.
    """
    reserved = {"csrf_token", revisions.FIELD, revisions.CHOICE, once.FIELD, once.AFTER}
    typed = {name: value for name, value in request.form.items() if name not in reserved}
    if any(name != journal.TEXT and name not in boxes for name in typed):
        raise PromptHasChanged
    return {name: value.replace("\x00", "").replace("\r\n", "\n") for name, value in typed.items()}


def _opens(entry: Entry) -> bool:
    return journal.is_open(entry, identity.journal_keys())
