"""The Commitment to Action: its sections as text, and the parts that came from journals."""

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
from nti_lms.domain.errors import NewerVersion, NotFound
from nti_lms.models import Commitment, Excerpt, Section
from nti_lms.services import commitments, library
from nti_lms.web import once, revisions
from nti_lms.web.filters import moment
from nti_lms.web.forms.commitments import SectionForm
from nti_lms.web.guard import guard
from nti_lms.web.plan import SectionView, section_view, sections_of, state_names
from nti_lms.web.respond import is_autosave, page, saved, see

bp = Blueprint("commitments", __name__, url_prefix="/commitments")


def _one(commitment_id: int, code: str) -> Commitment:
    """The commitment whose section `code` is written."""
    return commitments.get_commitment(commitment_id)


@bp.get("")
@guard(may.list_commitments)
def index() -> Response:
    """The commitments that I may read; one's own, when there is just that, opens at once."""
    found = commitments.list_commitments(current_user)
    if len(found) == 1 and may.edit_commitment(current_user, found[0]):
        return see(".show", commitment_id=found[0].id)
    states = state_names(library.register("plan"))
    return page("commitments/index.html", commitments=found, state_names=states)


@bp.post("/start")
@guard(may.write_commitment)
def start() -> Response:
    """Begin my organisation's commitment, or join it."""
    return see(".show", commitment_id=commitments.start(current_user).id)


@bp.get("/<int:commitment_id>")
@guard(may.read_commitment, commitments.get_commitment)
def show(commitment: Commitment) -> Response:
    """The whole commitment."""
    plan = library.register("plan")
    return page(
        "commitments/show.html",
        commitment=commitment,
        sections=sections_of(commitment, plan),
        state_names=state_names(plan),
        lessons={lesson.id: lesson for lesson in library.outline().lessons()},
    )


@bp.route("/<int:commitment_id>/sections/<string:code>", methods=["GET", "POST"])
@guard(may.edit_commitment, revisions.in_turn(_one))
def edit(commitment: Commitment) -> Response:
    """Write one section."""
    section = _section(commitment)
    form = SectionForm(
        data=None if request.method == "POST" else {"body": section.body, "title": commitment.title}
    )
    if not form.validate_on_submit():
        return _edit_page(form, commitment, section, 422 if form.errors else 200)
    if once.is_repeated():
        return _tell(commitment, section)
    try:
        written = commitments.write_section(
            commitment,
            section.code,
            form.body.data or "",
            base=revisions.base(),
            author=current_user,
            title=form.title.data if section.code == "C1" else None,
        )
    except NewerVersion:
        return _conflict(form, commitment.id)
    return _tell(commitment, written)


@bp.post("/excerpts/<int:excerpt_id>/withdraw")
@guard(may.withdraw_excerpt, commitments.get_excerpt)
def withdraw(excerpt: Excerpt) -> Response:
    """Take a part of my journal out again."""
    commitment_id, anchor = excerpt.commitment_id, excerpt.code.lower()
    commitments.withdraw_excerpt(excerpt)
    flash(_("The copy was withdrawn. Your journal has not changed."))
    return see(".show", commitment_id=commitment_id, anchor=anchor)


def _section(commitment: Commitment) -> SectionView:
    code = str((request.view_args or {})["code"]).upper()
    if code not in commitments.CODES:
        raise NotFound
    return section_view(commitment, library.register("plan"), code)


def _tell(commitment: Commitment, section: Section | SectionView) -> Response:
    if not is_autosave():
        flash(_("Saved."))
    words = _("Saved %(moment)s", moment=moment(section.saved_at))
    back = url_for(".show", commitment_id=commitment.id, _anchor=section.code.lower())
    return saved(words, section.revision, back=back)


def _conflict(form: SectionForm, commitment_id: int) -> Response:
    """Show the newer text beside mine; nothing is overwritten unless I choose so."""
    database.drop()
    commitment = commitments.get_commitment(commitment_id)
    section = _section(commitment)
    if once.is_repeated():  # the newer version is this very write, kept by its twin meanwhile
        return once.told_before() or _tell(commitment, section)
    if is_autosave():
        html = render_template("commitments/_newer.html", section=section)
        return make_response(jsonify(conflict=html), 409)
    return _edit_page(form, commitment, section, 409, newer=section)


def _edit_page(
    form: SectionForm,
    commitment: Commitment,
    section: SectionView,
    status: int,
    newer: SectionView | None = None,
) -> Response:
    return page(
        "commitments/edit.html",
        form=form,
        commitment=commitment,
        section=section,
        newer=newer,
        base=revisions.base() if request.method == "POST" else section.revision,
        status=status,
    )
