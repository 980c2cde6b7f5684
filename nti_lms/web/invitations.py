"""Inviting a whole list of people to a cohort, and assigning mentors there."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.domain import rolls as lists
from nti_lms.domain.errors import ListUnreadable
from nti_lms.models import Cohort, Commitment, User
from nti_lms.services import audit, cohorts, mentors, rolls, tickets
from nti_lms.services.rolls import Line
from nti_lms.web import letters, paces
from nti_lms.web.forms.base import choices, refuse
from nti_lms.web.forms.invitations import MentorForm, RollForm
from nti_lms.web.guard import guard
from nti_lms.web.messages import words
from nti_lms.web.respond import page, see

bp = Blueprint("invitations", __name__, url_prefix="/cohorts/<int:cohort_id>")

FAULTS = {
    "no-name": _l("The name is missing."),
    "too-long": _l("A text is too long: 120 letters for names, 200 for an e-mail."),
    "no-address": _l("Neither an e-mail nor a user name."),
    "email-malformed": _l("The e-mail is not one: it has one @ and no spaces."),
    "handle-malformed": _l("The user name has a space or an @."),
    "role-unknown": _l("We do not know that role."),
    "role-not-granted": _l("You cannot give that role."),
    "language-unknown": _l("The language is neither Spanish nor English."),
    "no-organisation": _l("The organisation is missing."),
    "twice": _l("The same address stands in another row."),
    "taken": _l("Somebody already uses that address, with another role or elsewhere."),
}


@bp.route("/invitations", methods=["GET", "POST"])
@guard(may.manage_cohort, cohorts.get_cohort, pace=paces.LETTERS)
def many(cohort: Cohort) -> Response:
    """Read a list and say what would happen; once that is confirmed, invite."""
    form = RollForm()
    if not form.validate_on_submit():
        return _list_page(form, cohort)
    try:
        text = _text(form)
        lines = rolls.plan(lists.read(text), cohort, sender=current_user)
    except ListUnreadable as fault:
        refuse(form.file if request.files.get("file") else form.text, words(fault))
        return _list_page(form, cohort)
    is_sound = not any(line.faults for line in lines)
    if is_sound and "invite" in request.form:
        return _invite(lines, cohort)
    return _plan_page(text, lines, cohort, is_sound=is_sound)


@bp.route("/mentors", methods=["GET", "POST"])
@guard(may.manage_cohort, cohorts.get_cohort)
def assign(cohort: Cohort) -> Response:
    """Who accompanies which commitment."""
    people, plans = mentors.list_mentors(cohort), mentors.list_commitments(cohort)
    forms = [(plan, _mentor_form(plan, people)) for plan in plans]
    is_sound = [form.validate_on_submit() for _plan, form in forms]
    if forms and all(is_sound):
        chosen = {plan: int(form.mentor.data) or None for plan, form in forms}
        mentors.assign(cohort, chosen, actor=current_user)
        flash(_("Saved."))
        return see("cohorts.show", cohort_id=cohort.id)
    status = 422 if any(form.errors for _plan, form in forms) else 200
    return page("invitations/mentors.html", cohort=cohort, forms=forms, status=status)


def _mentor_form(plan: Commitment, people: Sequence[User]) -> MentorForm:
    form = MentorForm(prefix=f"plan{plan.id}", data={"mentor": str(plan.mentor_id or 0)})
    form.mentor.choices = choices({0: _("Nobody yet"), **{one.id: one.name for one in people}})
    return form


def _text(form: RollForm) -> str:
    """What was uploaded, else what was pasted."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return form.text.data or ""
    return lists.decode(file.stream.read(lists.MAX_BYTES + 1))


def _invite(lines: list[Line], cohort: Cohort) -> Response:
    """Write to those who have mail; show a code on paper for each of the others."""
    invited = rolls.carry_out(lines, cohort, sender=current_user)
    handed = [(user, _hand_over(user)) for user in invited]
    on_paper = [(user, code) for user, code in handed if code]
    if not on_paper:
        flash(_told(len(invited)))
        return see("people.index")
    database.keep()
    address = str(current_app.extensions["settings"].public_url) + url_for("auth.invitation")
    return page("invitations/codes.html", cohort=cohort, people=on_paper, address=address)


def _hand_over(user: User) -> str:
    """The code for somebody without mail; empty once a letter is on its way."""
    secret = tickets.issue(user, "invitation", is_on_paper=user.email is None)
    audit.record("invitation-code", actor_id=current_user.id, subject_id=user.id)
    if user.email is None:
        return secret
    letters.send_invitation(user, secret)
    return ""


def _told(count: int) -> str:
    if not count:
        return str(_("Everyone of the list was here already. Nothing has changed."))
    words = ngettext(
        "One invitation is on its way.", "%(num)d invitations are on their way.", count
    )
    return str(words)


def _list_page(form: RollForm, cohort: Cohort) -> Response:
    return page(
        "invitations/many.html", form=form, cohort=cohort, status=422 if form.errors else 200
    )


def _plan_page(text: str, lines: list[Line], cohort: Cohort, *, is_sound: bool) -> Response:
    return page(
        "invitations/plan.html",
        cohort=cohort,
        text=text,
        lines=lines,
        faults=FAULTS,
        is_sound=is_sound,
        new=sum(line.is_new for line in lines),
        faulty=sum(bool(line.faults) for line in lines),
        status=200 if is_sound else 422,
    )
