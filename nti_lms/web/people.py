"""The people of one's cohorts: who is there, inviting, handing over codes."""

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.domain.errors import HandleTaken
from nti_lms.domain.roles import Role
from nti_lms.domain.rolls import SENT_BY_ORGANISATIONS, has_space, is_address
from nti_lms.models import Membership, User
from nti_lms.services import accounts, audit, organisations, people, tickets
from nti_lms.web import letters, paces
from nti_lms.web.forms.base import choices, refuse
from nti_lms.web.forms.people import InviteForm
from nti_lms.web.guard import guard
from nti_lms.web.labels import ROLES
from nti_lms.web.respond import page, see

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@guard(may.invite_people)
def index() -> Response:
    """Everyone in my cohorts, and who has come in."""
    return page("people/index.html", lines=people.list_people(current_user))


@bp.route("/invite", methods=["GET", "POST"])
@guard(may.invite_people, pace=paces.LETTERS)
def invite() -> Response:
    """Invite one person, by mail or with a code for paper."""
    form = InviteForm(data={"cohort": request.args.get("cohort"), "role": request.args.get("role")})
    roles = {role: ROLES[role] for role in Role if may.grant(current_user, role)}
    form.role.choices = choices(roles)
    cohorts = people.list_cohorts(current_user)
    form.cohort.choices = choices({cohort.id: cohort.name for cohort in cohorts})
    if not _is_complete(form):
        return _invite_page(form)
    try:
        user = accounts.invite(
            form.name.data,
            form.email.data or form.handle.data,
            language=form.language.data,
            email=form.email.data or None,
            memberships=[_membership(form)],
            actor=current_user,
        )
    except HandleTaken:
        refuse(form.email if form.email.data else form.handle, _("Somebody already uses that."))
        return _invite_page(form)
    return _hand_over(user, "invitation")


@bp.post("/<int:user_id>/code")
@guard(may.hand_code, people.get_person, pace=paces.LETTERS)
def code(person: User) -> Response:
    """To come in for the first time, or after a forgotten passphrase: a link or a paper code."""
    has_come_in = bool(accounts.list_key_pairs(person))
    return _hand_over(person, "reset" if has_come_in else "invitation")


def _hand_over(user: User, purpose: str) -> Response:
    """By mail to whoever has one, so that nobody else ever holds it; else on paper."""
    if user.email is None:
        return _show_code(user, purpose)
    send = letters.send_invitation if purpose == "invitation" else letters.send_reset
    send(user, tickets.issue(user, purpose, is_on_paper=False))
    audit.record(f"{purpose}-code", actor_id=current_user.id, subject_id=user.id)
    flash(_("A link is on its way to %(email)s.", email=user.email))
    return see(".index")


def _show_code(user: User, purpose: str) -> Response:
    """Keep the ticket, then show its code once, on a page made for printing."""
    secret = tickets.issue(user, purpose, is_on_paper=True)
    audit.record(f"{purpose}-code", actor_id=current_user.id, subject_id=user.id)
    database.keep()
    endpoint = "auth.invitation" if purpose == "invitation" else "auth.reset_code"
    address = str(current_app.extensions["settings"].public_url) + url_for(endpoint)
    return page("people/code.html", person=user, code=secret, address=address)


def _is_complete(form: InviteForm) -> bool:
    if not form.validate_on_submit():
        return False
    if not form.email.data and not form.handle.data:
        refuse(form.email, _("Write an e-mail, or a user name for somebody without one."))
    if form.email.data and not is_address(form.email.data):
        refuse(form.email, _("An e-mail has one @ and no spaces, such as ana@example.org."))
    if form.handle.data and ("@" in form.handle.data or has_space(form.handle.data)):
        refuse(form.handle, _("A user name has no spaces and no @."))
    role = Role(form.role.data)
    if role in SENT_BY_ORGANISATIONS and not form.organisation.data:
        refuse(form.organisation, _("Write which organisation this person comes from."))
    if role != Role.ADMINISTRATOR and form.cohort.choices:
        _refuse_cohort(form, role)
    return not form.errors


def _refuse_cohort(form: InviteForm, role: Role) -> None:
    if not form.cohort.data:
        refuse(form.cohort, _("Choose a cohort."))
    elif not may.grant_in(current_user, role, people.get_cohort(int(form.cohort.data))):
        refuse(form.cohort, _("In that cohort you cannot give that role."))


def _membership(form: InviteForm) -> Membership:
    role = Role(form.role.data)
    if not may.grant(current_user, role):
        abort(403)
    membership = Membership(role=role)
    if role == Role.ADMINISTRATOR:
        return membership
    membership.cohort_id = _cohort_id(form)
    if role in SENT_BY_ORGANISATIONS:
        membership.organisation_id = people.find_or_add_organisation(form.organisation.data).id
    return membership


def _cohort_id(form: InviteForm) -> int:
    """The chosen cohort; while there is none, an administrator opens one for the new manager."""
    if form.cohort.data:
        return int(form.cohort.data)
    return people.find_or_add_cohort(_("First cohort")).id


def _invite_page(form: InviteForm) -> Response:
    return page(
        "people/invite.html",
        form=form,
        organisations=organisations.list_names(current_user),
        status=422 if form.errors else 200,
    )
