"""Workbooks for paper: the shelf, asking for one, its progress, the file, one's own filled copy."""

from flask import Blueprint, Response, current_app, make_response, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.errors import JournalIsClosed, NotFound
from nti_lms.models import Workbook
from nti_lms.printing import client
from nti_lms.printing.pages import manuscript
from nti_lms.services import binding, commitments, jobs, journal, library, opening, workbooks
from nti_lms.services.outline import ModuleLine
from nti_lms.settings import Settings
from nti_lms.storage import Storage
from nti_lms.web import identity, paces
from nti_lms.web.filters import here, language
from nti_lms.web.forms.base import choices
from nti_lms.web.forms.workbooks import OrderForm
from nti_lms.web.guard import guard
from nti_lms.web.respond import page, see

bp = Blueprint("workbooks", __name__, url_prefix="/workbooks")

EDITIONS = {
    "participant": _l("For participants"),
    "facilitator": _l("For whoever facilitates"),
}


def _workbook(workbook_id: int) -> Workbook:
    """The workbook, if its module is open to whoever asks."""
    workbook = workbooks.get_workbook(workbook_id)
    opening.refuse_closed(current_user, workbook.module_id)
    return workbook


def _module(code: str) -> ModuleLine:
    """The module, if it is open to whoever asks."""
    module = library.get_module(code)
    opening.refuse_closed(current_user, module.id)
    return module


@bp.get("")
@guard(may.read_workbooks)
def index() -> Response:
    """What is on the shelf, and what can be asked for."""
    return _shelf(_form(OrderForm(formdata=None, language=language())))


@bp.post("")
@guard(may.read_workbooks, pace=paces.ORDERS)
def order() -> Response:
    """Ask for a workbook; one that exists or is under way is not built again."""
    form = _form(OrderForm())
    if not form.validate_on_submit():
        return _shelf(form, status=422)
    workbook = workbooks.order(
        library.get_module(form.module.data),
        language=form.language.data,
        edition=form.edition.data,
        paper=form.paper.data,
    )
    return see(".show", workbook_id=workbook.id)


@bp.get("/<int:workbook_id>")
@guard(may.read_workbook, _workbook)
def show(workbook: Workbook) -> Response:
    """How far it is, or where to take it."""
    return page(
        "workbooks/show.html",
        block="progress",
        workbook=workbook,
        module=workbooks.get_module(workbook),
        job=workbooks.get_job(workbook),
        editions=EDITIONS,
    )


@bp.post("/<int:workbook_id>/again")
@guard(may.read_workbook, _workbook, pace=paces.ORDERS)
def again(workbook: Workbook) -> Response:
    """Ask again for one that failed."""
    job = workbooks.get_job(workbook)
    if job is not None:
        jobs.try_again(job)
    return see(".show", workbook_id=workbook.id)


@bp.get("/<int:workbook_id>/file")
@guard(may.read_workbook, _workbook)
def file(workbook: Workbook) -> Response:
    """The PDF, under a neutral name."""
    if workbook.file is None:
        raise NotFound
    storage: Storage = current_app.extensions["storage"]
    module, name = workbooks.get_module(workbook), _("workbook")
    response = send_file(
        storage.path(workbook.file),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{name}-{module.number}-{workbook.language}.pdf",
        etag=workbook.file,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/mine/<string:code>")
@guard(may.read_own_workbook, _module, pace=paces.BOOKS)
def mine(module: ModuleLine) -> Response:
    """My filled copy: made while I wait, kept nowhere."""
    entries = journal.list_entries(current_user)
    keys = identity.journal_keys()
    if entries and not keys:
        raise JournalIsClosed
    settings: Settings = current_app.extensions["settings"]
    book = binding.gather(
        module,
        current_app.extensions["storage"],
        language=language(),
        edition="participant",
        paper="letter",
        contact=settings.mail_from,
        help_address=f"{settings.public_url}/help",
        is_fictitious=settings.is_demo,
        filled=_filled(keys),
    )
    pdf = client.render(settings.render_socket, manuscript(book, current_app.jinja_env))
    response = make_response(pdf, 200, {"Content-Type": "application/pdf"})
    name = _("workbook")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{module.number}.pdf"'
    return response


def _filled(keys: dict[int, bytes]) -> dict[str, str]:
    """My words by the path of their box, and my commitment's by section."""
    lessons = {lesson.id: lesson.key for lesson in library.outline().lessons()}
    filled: dict[str, str] = {}
    for entry in journal.list_entries(current_user):
        if entry.lesson_id not in lessons or not journal.is_open(entry, keys):
            continue
        path = f"{lessons[entry.lesson_id]}/{entry.block}"
        for box, text in journal.read(entry, keys, identity.ring()).items():
            filled[path if box == journal.TEXT else f"{path}/{box}"] = text
    commitment = commitments.find_own(current_user)
    for section in commitment.sections if commitment else []:
        filled[section.code] = section.body
    return filled


def _form(form: OrderForm) -> OrderForm:
    form.module.choices = choices(
        {
            module.code: f"{module.number} {here(dict(module.titles))}"
            for module in opening.outline(current_user).taught
        }
    )
    form.edition.choices = choices({name: EDITIONS[name] for name in _editions()})
    return form


def _editions() -> list[str]:
    return list(EDITIONS) if may.read_facilitation(current_user) else ["participant"]


def _shelf(form: OrderForm, status: int = 200) -> Response:
    modules = {module.id: module for module in opening.outline(current_user).taught}
    shelved = workbooks.list_current(_editions(), language())
    return page(
        "workbooks/index.html",
        form=form,
        shelved=[line for line in shelved if line.workbook.module_id in modules],
        modules=modules,
        editions=EDITIONS,
        status=status,
    )
