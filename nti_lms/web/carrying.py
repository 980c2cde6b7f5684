"""From reflection to plan: a chosen, edited part of a page goes into the commitment."""

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.errors import JournalIsClosed
from nti_lms.models import Entry
from nti_lms.services import commitments, journal, library
from nti_lms.web.filters import here
from nti_lms.web.forms.journal import CarryForm
from nti_lms.web.guard import guard
from nti_lms.web.pages import Page, page_of
from nti_lms.web.respond import page, see

bp = Blueprint("carrying", __name__)


@bp.route("/journal/entries/<int:entry_id>/carry", methods=["GET", "POST"])
@guard(may.carry_entry, journal.get_entry)
def carry(entry: Entry) -> Response:
    """Copy a part into the section that the prompt names; the page of the journal stays private."""
    written = page_of(entry)
    if written.words is None:
        raise JournalIsClosed
    form = CarryForm(data=None if request.method == "POST" else {"body": written.text})
    code = _section(written)
    if not form.validate_on_submit():
        return _show(form, written, code)
    commitment = commitments.start(current_user)
    commitments.copy_excerpt(commitment, code, form.body.data, entry=entry)
    flash(_("The part was copied to %(code)s. Your journal has not changed.", code=code))
    return see("commitments.show", commitment_id=commitment.id, anchor=code.lower())


def _section(written: Page) -> str:
    """The section that was chosen, else the one that the prompt names, else the starting point."""
    chosen = request.form.get("code") or request.args.get("code") or written.target
    return chosen if chosen in commitments.CODES else "C2"


def _show(form: CarryForm, written: Page, code: str) -> Response:
    sections = library.register("plan").get("sections", [])
    return page(
        "journal/carry.html",
        form=form,
        page=written,
        code=code,
        sections=[
            (s["code"], here(s["title"])) for s in sections if s["code"] in commitments.CODES
        ],
        status=422 if form.errors else 200,
    )
