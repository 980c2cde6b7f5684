"""Learning: what comes next, the path of a module, a lesson."""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain import progress as rules
from nti_lms.domain.errors import NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import LessonProgress
from nti_lms.services import journal, learn, library, opening, quiz
from nti_lms.services.library import Published
from nti_lms.services.outline import LessonLine, ModuleLine
from nti_lms.storage import Storage
from nti_lms.web import home as homes
from nti_lms.web import identity
from nti_lms.web.blocks import Drawn, Rendering, render
from nti_lms.web.filters import here, language
from nti_lms.web.guard import guard
from nti_lms.web.pagination import page_number
from nti_lms.web.respond import page, piece, see

bp = Blueprint("learn", __name__)

YEAR_SECONDS = 365 * 24 * 3600


def _published(key: str) -> Published:
    return opening.get_published(current_user, key, language())


@bp.get("/home")
@guard(may.use_site)
def home() -> Response:
    """What to do next, by role."""
    outline = library.outline()
    is_participant = current_user.has_role(Role.PARTICIPANT)
    others = homes.for_others(outline, request.args.get("page", 1, type=page_number))
    own = (
        homes.for_participant(outline)
        if is_participant
        else homes.to_do(others["accompanied"], others["by_status"])
    )
    return page(
        "learn/home.html" if is_participant else "learn/staff.html",
        greeting=homes.greeting(),
        numbers=homes.numbers,
        roles=sorted({Role(m.role) for m in current_user.memberships}),
        **own,
        **others,
    )


@bp.get("/modules")
@guard(may.learn)
def modules() -> Response:
    """The modules in order, and how far one has come in each."""
    awaited = opening.awaited(current_user)
    cloth = homes.cloth(library.outline(), learn.progress_of(current_user), awaited)
    return page("learn/modules.html", cloth=cloth)


@bp.get("/modules/<string:code>")
@guard(may.learn_module, library.get_module)
def module(line: ModuleLine) -> Response:
    """The path of a module."""
    outline, found = library.outline(), learn.progress_of(current_user)
    ids = [lesson.id for lesson in line.lessons]
    goal_id = rules.next_lesson(ids, found)
    goal = next((lesson for lesson in line.lessons if lesson.id == goal_id), None)
    return page(
        "learn/module.html",
        module=line,
        goal=goal,
        opens_on=opening.awaited(current_user).get(line.id),
        stop=homes.stop_in(goal, found) if goal else None,
        progress=found,
        read=rules.count_read(ids, found),
        best=quiz.best_results(current_user),
        sections=_sections(line),
        carried=learn.count_carried(current_user, ids),
        neighbours=outline.module_neighbours(line.code),
    )


@bp.get("/lessons/<string:key>")
@guard(may.read_lesson, _published)
def lesson(published: Published) -> Response:
    """A lesson of blocks, with one's own words and results in it."""
    outline, row = published.outline, published.lesson
    rendering = render(published, outline, facilitates=may.read_facilitation(current_user))
    progress = learn.find_progress(current_user, row.id)
    place = _place(progress, rendering)
    entries = {e.block: e for e in journal.list_for_lesson(current_user, row.id)}
    keys = identity.journal_keys()
    response = page(
        "learn/lesson.html",
        lesson=row,
        module=outline.module_of(row.key),
        text=published.text,
        targets=_targets(outline.lesson(row.key)),
        rendering=rendering,
        revision=published.revision.id,
        entries=entries,
        words={
            block: journal.read(entry, keys, identity.ring())
            for block, entry in entries.items()
            if journal.is_open(entry, keys)
        },
        progress=progress,
        place=place,
        anchor=place.block.id if place else "",
        when=homes.when(progress.seen_at) if progress else "",
        best=quiz.best_results(current_user, row.id),
        neighbours=outline.neighbours(row.key),
    )
    learn.note_visit(current_user, row.id, progress)
    return response


@bp.post("/lessons/<string:key>/read")
@guard(may.read_lesson, _published)
def mark_read(published: Published) -> Response:
    """Mark a lesson as read, or not read after all."""
    row, is_read = published.lesson, "not_read" not in request.form
    progress = learn.mark_read(current_user, row.id, is_read=is_read)
    flash(_("Marked as read.") if is_read else _("Not marked as read any more."))
    back = url_for(".lesson", key=row.key, _anchor=f"reading-{row.id}")
    return piece("learn/lesson.html", "reading", back=back, lesson=row, progress=progress)


@bp.post("/lessons/<string:key>/resume")
@guard(may.read_lesson, _published, slow=True)
def resume(published: Published) -> Response:
    """Note quietly where somebody's eyes rested."""
    learn.note_place(current_user, published.lesson.id, _block(published))
    return make_response("", 204)


@bp.post("/lessons/<string:key>/stop")
@guard(may.read_lesson, _published)
def stop(published: Published) -> Response:
    """Keep one's place by hand, where no script does it."""
    block, row = _block(published), published.lesson
    learn.stop_at(current_user, row.id, block)
    return see(".lesson", key=row.key, anchor=block)


@bp.get("/figures/<string:name>.svg")
@guard(may.learn)
def figure(name: str) -> Response:
    """A drawing of a lesson, by the hash of its bytes."""
    storage: Storage = current_app.extensions["storage"]
    drawing = storage.get(name)
    if not drawing.lstrip().startswith(b"<svg"):  # the storage holds other files too
        raise NotFound
    response = make_response(drawing, 200, {"Content-Type": "image/svg+xml"})
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    response.headers["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def _block(published: Published) -> str:
    """The block that the form names; 400 when the lesson has none of that id."""
    block = request.form.get("block", "")
    return block if library.read(published).block(block) else abort(400)


def _sections(line: ModuleLine) -> list[tuple[str, str, list[LessonLine]]]:
    """The sections of the commitment that a module prepares: code, title, lessons."""
    titles = {s["code"]: here(s["title"]) for s in library.register("plan").get("sections", [])}
    codes = sorted({t for lesson in line.lessons for t in lesson.targets}, key=lambda c: int(c[1:]))
    return [
        (code, titles.get(code, ""), [lesson for lesson in line.lessons if code in lesson.targets])
        for code in codes
    ]


def _targets(line: LessonLine | None) -> tuple[str, ...]:
    """The sections of the commitment that a lesson prepares."""
    return line.targets if line else ()


def _place(progress: LessonProgress | None, rendering: Rendering) -> Drawn | None:
    """The block where one stopped; None at the start, or when the lesson has it no more."""
    drawn = rendering.find(progress.block) if progress else None
    return drawn if drawn and drawn is not rendering.blocks[0] else None
