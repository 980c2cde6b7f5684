"""Certificates of a cohort: who has one, issuing them by hand, revoking one with a reason."""

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain.errors import NotFound
from nti_lms.domain.participation import Threshold
from nti_lms.models import Certificate, Cohort
from nti_lms.services import certificates, cohorts, library, participation, readiness
from nti_lms.services.certificates import Candidate
from nti_lms.web.copies import printed
from nti_lms.web.forms.base import choices
from nti_lms.web.forms.certificates import IssueForm, RevokeForm, ThresholdForm
from nti_lms.web.guard import guard
from nti_lms.web.pagination import page_number
from nti_lms.web.respond import page, see

bp = Blueprint("issuing", __name__)


@bp.get("/cohorts/<int:cohort_id>/certificates")
@guard(may.manage_cohort, cohorts.get_cohort)
def index(cohort: Cohort) -> Response:
    """The participants, what is noted of each, and whether they have a certificate."""
    return _list(cohort, _threshold())


@bp.route("/cohorts/<int:cohort_id>/certificates/issue", methods=["GET", "POST"])
@guard(may.manage_cohort, cohorts.get_cohort)
def issue(cohort: Cohort) -> Response:
    """Look at those who meet the rule, or at one person, and issue to those who are chosen."""
    asked = _threshold()
    if asked.errors:
        return _list(cohort, asked, status=422)
    threshold = Threshold(asked.days.data, asked.modules.data)
    person = request.args.get("person", type=page_number)
    shown = _shown(cohort, threshold, person)
    form = IssueForm(data={"people": [one.user_id for one in shown]})
    form.people.choices = choices({one.user_id: one.name for one in shown})
    if form.validate_on_submit():
        chosen = [one for one in shown if one.user_id in form.people.data]
        made = certificates.issue(cohort, chosen, actor=current_user)
        flash(
            ngettext("One certificate was issued.", "%(num)d certificates were issued.", len(made))
        )
        return see(".index", cohort_id=cohort.id)
    return page(
        "issuing/issue.html",
        cohort=cohort,
        threshold=None if person else threshold,
        shown=shown,
        form=form,
        status=422 if form.errors else 200,
    )


@bp.get("/cohorts/<int:cohort_id>/certificates/file")
@guard(may.manage_cohort, cohorts.get_cohort)
def file(cohort: Cohort) -> Response:
    """Those that hold, of the participants on one page of the list, to be printed and signed."""
    people = readiness.list_participants(cohort, [], page=_page())
    latest = certificates.latest_of(cohort, [line.user_id for line in people.lines])
    valid = [
        latest[line.user_id]
        for line in people.lines
        if line.user_id in latest and latest[line.user_id].revoked_at is None
    ]
    if not valid:
        raise NotFound
    return printed(valid)


@bp.route("/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@guard(may.revoke_certificate, certificates.get_certificate)
def revoke(certificate: Certificate) -> Response:
    """Say why it no longer holds."""
    form = RevokeForm()
    if form.validate_on_submit():
        certificates.revoke(certificate, form.reason.data, actor=current_user)
        flash(_("The certificate is revoked. Whoever checks its code is told so."))
        return see(".index", cohort_id=certificate.cohort_id)
    certificates.refuse_revoked(certificate)
    return page(
        "issuing/revoke.html",
        certificate=certificate,
        form=form,
        status=422 if form.errors else 200,
    )


def _list(cohort: Cohort, threshold: ThresholdForm, *, status: int = 200) -> Response:
    people = readiness.list_participants(cohort, [], page=_page())
    ids = [line.user_id for line in people.lines]
    return page(
        "issuing/index.html",
        cohort=cohort,
        form=threshold,
        people=people,
        found=participation.of_people(cohort, library.outline().taught, ids),
        latest=certificates.latest_of(cohort, ids),
        others=certificates.list_of_others(cohort),
        noted=participation.count_noted_days(cohort),
        status=status,
    )


def _threshold() -> ThresholdForm:
    """What the address asks for; without a question, one day."""
    form = ThresholdForm(request.args, meta={"csrf": False})
    if "days" in request.args or "modules" in request.args:
        form.validate()
    return form


def _shown(cohort: Cohort, threshold: Threshold, person: int | None) -> list[Candidate]:
    candidates = certificates.list_candidates(cohort, library.outline().taught)
    if person is None:
        return certificates.meeting(threshold, candidates)
    return [one for one in candidates if one.user_id == person]


def _page() -> int:
    return request.args.get("page", 1, type=page_number)
