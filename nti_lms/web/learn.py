"""Learning: what comes next, the path of a module, a lesson."""

from flask import Blueprint, Response, abort, current_app, flash, make_response, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain import progress as rules
from nti_lms.domain.roles import Role
from nti_lms.models import LessonProgress
from nti_lms.services import commitments, journal, learn, library, quiz
from nti_lms.services.library import Published
from nti_lms.services.outline import LessonLine, ModuleLine, Outline
from nti_lms.storage import Storage
from nti_lms.web import identity
from nti_lms.web.blocks import render
from nti_lms.web.filters import language
from nti_lms.web.guard import guard
from nti_lms.web.respond import page, see

bp = Blueprint("learn", __name__)

YEAR_SECONDS = 365 * 24 * 3600


def _published(key: str) -> Published:
    return library.get_published(key, language())


@bp.get("/home")
@guard(may.use_site)
def home() -> Response:
    """What to do next, by role."""
    if current_user.has_role(Role.PARTICIPANT):
        return _participant_home()
    return page(
        "learn/staff.html",
        people=learn.list_participants(current_user) if may.see_cohorts(current_user) else [],
        commitments=commitments.list_commitments(current_user),
        lessons=len(list(library.outline().lessons())),
        roles=sorted({Role(m.role) for m in current_user.memberships}),
    )


@bp.get("/modules")
@guard(may.learn)
def modules() -> Response:
    """The modules in order, and how far one has come in each."""
    outline = library.outline()
    return page("learn/modules.html", cloth=_cloth(outline, learn.progress_of(current_user)))


@bp.get("/modules/<string:code>")
@guard(may.learn_module, library.get_module)
def module(line: ModuleLine) -> Response:
    """The path of a module."""
    progress = learn.progress_of(current_user)
    goal = rules.next_lesson([lesson.id for lesson in line.lessons], progress)
    return page(
        "learn/module.html",
        module=line,
        goal=next((lesson for lesson in line.lessons if lesson.id == goal), None),
        progress=progress,
        best=quiz.best_results(current_user),
        sections=_sections(line),
    )


@bp.get("/lessons/<string:key>")
@guard(may.read_lesson, _published)
def lesson(published: Published) -> Response:
    """A lesson of blocks, with one's own words and results in it."""
    outline, here = library.outline(), published.lesson
    rendering = render(published, outline, facilitates=may.read_facilitation(current_user))
    progress = learn.find_progress(current_user, here.id)
    entries = {e.block: e for e in journal.list_for_lesson(current_user, here.id)}
    keys = identity.journal_keys()
    response = page(
        "learn/lesson.html",
        lesson=here,
        module=outline.module_of(here.key),
        text=published.text,
        rendering=rendering,
        entries=entries,
        words={
            block: journal.read(entry, keys, identity.ring())
            for block, entry in entries.items()
            if journal.is_open(entry, keys)
        },
        progress=progress,
        place=_place(progress, rendering.lesson.blocks[0].id if rendering.lesson.blocks else ""),
        best=quiz.best_results(current_user, here.id),
        neighbours=outline.neighbours(here.key),
    )
    learn.note_visit(current_user, here.id, progress)
    return response


@bp.post("/lessons/<string:key>/read")
@guard(may.read_lesson, _published)
def mark_read(published: Published) -> Response:
    """Mark a lesson as read, or not read after all."""
    is_read = "not_read" not in request.form
    learn.mark_read(current_user, published.lesson.id, is_read=is_read)
    flash(_("Marked as read.") if is_read else _("Not marked as read any more."))
    return see(".lesson", key=published.lesson.key, anchor="end")


@bp.post("/lessons/<string:key>/resume")
@guard(may.read_lesson, _published, slow=True)
def resume(published: Published) -> Response:
    """Note quietly where somebody's eyes rested."""
    block = request.form.get("block", "")
    if library.read(published).block(block) is None:
        abort(400)
    learn.note_place(current_user, published.lesson.id, block)
    return make_response("", 204)


@bp.get("/figures/<string:name>.svg")
@guard(may.learn)
def figure(name: str) -> Response:
    """A drawing of a lesson, by the hash of its bytes."""
    storage: Storage = current_app.extensions["storage"]
    response = make_response(storage.get(name), 200, {"Content-Type": "image/svg+xml"})
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    response.headers["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def _participant_home() -> Response:
    outline, progress = library.outline(), learn.progress_of(current_user)
    lessons = {lesson.id: lesson for lesson in outline.lessons()}
    goal = rules.next_lesson(list(lessons), progress)
    commitment = commitments.find_own(current_user)
    return page(
        "learn/home.html",
        goal=lessons.get(goal or 0),
        place=progress.get(goal or 0),
        unread=[lesson for lesson in lessons.values() if lesson.id not in _read(progress)],
        second=learn.find_installment(current_user, 2),
        days_until=learn.days_until,
        commitment=commitment,
        begun={section.code for section in commitment.sections} if commitment else set(),
        codes=commitments.CODES,
        cloth=_cloth(outline, progress),
        entries=journal.count_entries(current_user),
    )


def _cloth(outline: Outline, progress: dict[int, LessonProgress]) -> list[dict[str, object]]:
    read = _read(progress)
    return [
        {
            "module": module,
            "read": sum(lesson.id in read for lesson in module.lessons),
            "percent": rules.percent(
                sum(lesson.id in read for lesson in module.lessons), len(module.lessons)
            ),
        }
        for module in outline.modules
        if module.lessons
    ]


def _sections(line: ModuleLine) -> list[tuple[str, list[LessonLine]]]:
    """The sections of the commitment that a module prepares, each with its lessons."""
    codes = sorted({t for lesson in line.lessons for t in lesson.targets}, key=lambda c: int(c[1:]))
    return [(code, [lesson for lesson in line.lessons if code in lesson.targets]) for code in codes]


def _read(progress: dict[int, LessonProgress]) -> set[int]:
    return {lesson_id for lesson_id, row in progress.items() if row.read_at is not None}


def _place(progress: LessonProgress | None, first: str) -> str:
    """The block where one stopped, empty at the start."""
    return progress.block if progress and progress.block != first else ""
