"""The second step: shown at the door by a code, set up and renewed in one's account."""

import segno
from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.domain.errors import SecondStepWrong
from nti_lms.domain.second_step import address
from nti_lms.models import Session, User
from nti_lms.services import passkeys, second_step
from nti_lms.web import admission, challenges, identity, letters
from nti_lms.web.forms.auth import ProveForm
from nti_lms.web.forms.base import refuse
from nti_lms.web.forms.second_step import CodeForm, FirstCodeForm
from nti_lms.web.guard import guard, public
from nti_lms.web.proving import prove
from nti_lms.web.respond import page, see

bp = Blueprint("second_step", __name__)

ISSUER = "NTI"


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def show() -> Response:
    """At the door, show a code of the app or one from paper."""
    session, user = admission.who_waits()
    form = CodeForm()
    if not form.validate_on_submit():
        return _door(form, session, user)
    if seconds := admission.seconds_to_wait(user):
        refuse(form.code, _("Please wait %(seconds)d seconds and try again.", seconds=seconds))
        return _door(form, session, user)
    database.begin_writing()
    try:
        second_step.show(user, form.code.data, identity.ring())
    except SecondStepWrong:
        admission.note_failure(user)
        refuse(form.code, _("That code does not fit, or it was used before."))
        return _door(form, session, user)
    return admission.let_in(session, user)


@bp.get("/account/second-step")
@guard(may.use_site)
def index() -> Response:
    """What I have for the second step."""
    return page(
        "second_step/index.html",
        means=second_step.get_means(current_user),
        is_owed=may.owes_second_step(current_user),
        may_add_passkey=passkeys.is_possible(challenges.site()),
    )


@bp.route("/account/second-step/app", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def begin_app() -> Response:
    """Begin with an app: show my passphrase first."""
    form = ProveForm()
    if not form.validate_on_submit() or prove(form.passphrase) is None:
        return _prove_page(form, _("Use an app that shows codes"), _("Continue"))
    database.begin_writing()
    second_step.begin_app(current_user, identity.ring())
    return see(".confirm_app")


@bp.route("/account/second-step/app/confirm", methods=["GET", "POST"])
@guard(may.use_site)
def confirm_app() -> Response:
    """Take the secret into the app, and type its first code."""
    form, secret = FirstCodeForm(), second_step.find_new_secret(current_user, identity.ring())
    if secret is None:
        return see(".index")
    if form.validate_on_submit():
        try:
            second_step.confirm_app(current_user, form.code.data, identity.ring())
            return admission.changed("second-step-app")
        except SecondStepWrong:
            database.drop()
            refuse(form.code, _("That code does not fit. Is the clock of your phone right?"))
    uri = address(secret, handle=current_user.handle, issuer=ISSUER)
    return page(
        "second_step/confirm_app.html",
        form=form,
        uri=uri,
        qr=segno.make(uri, error="m").svg_inline(scale=5, border=4, light="#fff"),
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)],
        status=422 if form.errors else 200,
    )


@bp.route("/account/second-step/codes", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def renew_codes() -> Response:
    """Make new backup codes; the ones before no longer hold."""
    form = ProveForm()
    if not form.validate_on_submit() or prove(form.passphrase) is None:
        return _prove_page(form, _("New backup codes"), _("Show me new codes"))
    database.begin_writing()
    letters.tell(current_user, "backup-codes-renewed")
    return admission.codes_sheet()


@bp.route("/account/second-step/forget", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def forget() -> Response:
    """Turn my second step off."""
    form = ProveForm()
    if not form.validate_on_submit() or prove(form.passphrase) is None:
        return _prove_page(form, _("Turn the second step off"), _("Turn it off"))
    database.begin_writing()
    second_step.forget(current_user, actor=current_user)
    letters.tell(current_user, "second-step-off")
    flash(_("The second step is off."))
    return admission.renewed("none", lambda: see(".index"))


def _door(form: CodeForm, session: Session, user: User) -> Response:
    challenge, offer = challenges.new(), None
    if passkeys.is_possible(challenges.site()) and second_step.get_means(user).passkeys:
        offer = passkeys.offer_to_show(user, challenges.site(), challenge)
    return page(
        "second_step/show.html",
        form=form,
        offer=offer,
        challenge=challenges.signed(challenge, session),
        to=admission.wanted(),
        status=422 if form.errors else 200,
    )


def _prove_page(form: ProveForm, title: str, deed: str) -> Response:
    status = 422 if form.errors else 200
    return page("second_step/prove.html", form=form, title=title, deed=deed, status=status)
