"""Passkeys as the second step: shown at the door, added and removed in one's account."""

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.domain.errors import SecondStepWrong
from nti_lms.models import Passkey, Session
from nti_lms.services import passkeys
from nti_lms.web import admission, challenges, letters
from nti_lms.web.forms.base import refuse
from nti_lms.web.forms.second_step import NewPasskeyForm, PasskeyForm
from nti_lms.web.guard import guard, public
from nti_lms.web.proving import prove
from nti_lms.web.respond import page, see

bp = Blueprint("passkeys", __name__)


@bp.post("/sign-in/second-step/passkey")
@public
def show() -> Response:
    """At the door, show a passkey."""
    session, user = admission.who_waits()
    form = PasskeyForm()
    if not form.validate_on_submit() or admission.seconds_to_wait(user):
        return _back_to_the_door()
    challenge = challenges.opened(form.challenge.data, session)
    database.begin_writing()
    try:
        passkeys.show(user, form.answer.data, challenges.site(), challenge)
    except SecondStepWrong:
        admission.note_failure(user)
        return _back_to_the_door()
    return admission.let_in(session, user)


@bp.route("/account/second-step/passkeys/add", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def add() -> Response:
    """Let this phone or computer be the second step."""
    form, session = NewPasskeyForm(), admission.own_session()
    if not passkeys.is_possible(challenges.site()):
        return see("second_step.index")
    if not form.validate_on_submit() or prove(form.passphrase) is None:
        return _page(form, session)
    challenge, agent = challenges.opened(form.challenge.data, session), str(request.user_agent)
    database.begin_writing()
    try:
        passkeys.add(current_user, form.answer.data, challenges.site(), challenge, agent=agent)
    except SecondStepWrong:
        database.drop()
        refuse(form.answer, _("The passkey did not arrive whole. Please try again."))
        return _page(form, session)
    return admission.changed("passkey-added")


@bp.post("/account/second-step/passkeys/<int:passkey_id>/remove")
@guard(may.remove_passkey, passkeys.get_passkey)
def remove(passkey: Passkey) -> Response:
    """Forget a passkey of mine."""
    passkeys.remove(passkey)
    letters.tell(current_user, "passkey-removed")
    flash(_("That passkey no longer works."))
    return see("second_step.index")


def _back_to_the_door() -> Response:
    flash(_("That passkey did not fit. Try again, or use a code."), "problem")
    return see("second_step.show", to=admission.wanted() or None)


def _page(form: NewPasskeyForm, session: Session) -> Response:
    challenge = challenges.new()
    return page(
        "second_step/add_passkey.html",
        form=form,
        offer=passkeys.offer_to_make(current_user, challenges.site(), challenge),
        challenge=challenges.signed(challenge, session),
        status=422 if form.errors else 200,
    )
