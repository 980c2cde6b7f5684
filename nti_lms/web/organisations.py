"""The organisations of the programme, for whoever runs the site."""

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.errors import NameTaken
from nti_lms.models import Organisation
from nti_lms.services import organisations
from nti_lms.web.forms.base import refuse
from nti_lms.web.forms.organisations import OrganisationForm
from nti_lms.web.guard import guard
from nti_lms.web.messages import words
from nti_lms.web.respond import page, see

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


@bp.get("")
@guard(may.keep_organisations)
def index() -> Response:
    """Every organisation, and how many people come from it."""
    return page("organisations/index.html", lines=organisations.list_all())


@bp.route("/new", methods=["GET", "POST"])
@guard(may.keep_organisations)
def new() -> Response:
    """Add an organisation by its name."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            organisations.found(form.name.data, founder=current_user)
        except NameTaken as fault:
            refuse(form.name, words(fault))
        else:
            return _saved()
    return _page(form, None)


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@guard(may.keep_organisation, organisations.get)
def edit(organisation: Organisation) -> Response:
    """Give it another name."""
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        try:
            organisations.name_it(organisation, form.name.data)
        except NameTaken as fault:
            refuse(form.name, words(fault))
        else:
            return _saved()
    return _page(form, organisation)


def _saved() -> Response:
    flash(_("Saved."))
    return see(".index")


def _page(form: OrganisationForm, organisation: Organisation | None) -> Response:
    return page(
        "organisations/edit.html",
        form=form,
        organisation=organisation,
        status=422 if form.errors else 200,
    )
