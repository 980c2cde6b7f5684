"""Coming in and going out: sign-in, invitations, forgotten passphrases.

Views here are slow by design: Argon2 runs before the writing transaction begins.
"""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms.domain.errors import CodeMistyped, RecoveryCodeWrong, TicketSpent
from nti_lms.models import Ticket, User
from nti_lms.services import accounts, audit, second_step, sessions, throttle, tickets
from nti_lms.web import identity, letters, places
from nti_lms.web.forms.auth import (
    CodeForm,
    ForgottenForm,
    PassphraseForm,
    ResetForm,
    SignInForm,
)
from nti_lms.web.forms.base import refuse
from nti_lms.web.guard import public
from nti_lms.web.passphrase import is_good
from nti_lms.web.respond import go, page, see
from nti_lms.web.sheet import recovery_sheet

bp = Blueprint("auth", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Come in with handle and passphrase; one answer for every way of being wrong."""
    form = SignInForm()
    if request.method != "POST" and current_user.is_authenticated:
        return _go("learn.home")
    if not form.validate_on_submit():
        return _sign_in_page(form)
    handle, address = accounts.normal_handle(form.handle.data), request.remote_addr or ""
    if seconds := throttle.seconds_to_wait(handle, address):
        return _wait_page(form, seconds)
    proof = accounts.prove(accounts.find_by_handle(handle), form.passphrase.data, identity.ring())
    if proof is None:
        throttle.note_failure(handle, address)
        refuse(form.passphrase, _("That name and that passphrase do not go together."))
        return _sign_in_page(form)
    database.begin_writing()
    throttle.forget(handle, address)
    return _let_in(
        proof.user,
        proof.keys,
        is_own_phone=form.is_own_phone.data,
        to=request.form.get("to"),
    )


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session."""
    if token := identity.token():
        sessions.end(token)
    flash(_("You have signed out."))
    return identity.take(_go("public.home"))


@bp.route("/invitation", methods=["GET", "POST"])
@public
def invitation() -> Response:
    """Type the code of an invitation that was handed over on paper."""
    return _code_page("auth.accept", _("Sign in with a code"))


@bp.route("/invitation/<string:secret>", methods=["GET", "POST"])
@public
def accept(secret: str) -> Response:
    """Accept an invitation by choosing a passphrase."""
    _ticket, user = tickets.get_ticket(secret, "invitation")
    form = PassphraseForm()
    if not is_good(form, user):
        status = 422 if form.errors else 200
        return page("auth/accept.html", form=form, person=user, status=status)
    chosen = accounts.stretch_new(form.passphrase.data)
    database.begin_writing()
    ticket, user = _take(secret, "invitation")
    tickets.spend(ticket)
    code, keys = accounts.begin(user, chosen, identity.ring())
    return _let_in(user, keys, is_own_phone=False, code=code)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Response:
    """Ask for a new passphrase; the answer is the same whether the account exists or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("auth/forgotten.html", form=form, status=422 if form.errors else 200)
    handle, address = accounts.normal_handle(form.handle.data), request.remote_addr or ""
    is_too_soon = throttle.seconds_to_wait(handle, address) > 0
    throttle.note_failure(handle, address)  # so that nobody can flood a mailbox
    database.begin_writing()
    user = None if is_too_soon else accounts.find_by_handle(handle)
    if user is not None and user.email is not None:
        letters.send_reset(user, tickets.issue(user, "reset", is_on_paper=False))
    return see("auth.reset_sent")


@bp.get("/forgotten/sent")
@public
def reset_sent() -> Response:
    """What happens next, also for people without mail."""
    return page("auth/reset_sent.html")


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset_code() -> Response:
    """Type the code of a reset that was handed over on paper."""
    return _code_page("auth.reset", _("Choose a new passphrase with a code"))


@bp.route("/reset/<string:secret>", methods=["GET", "POST"])
@public
def reset(secret: str) -> Response:
    """Choose a new passphrase; with the recovery code the journal stays readable."""
    _ticket, user = tickets.get_ticket(secret, "reset")
    form = ResetForm()
    if not is_good(form, user):
        return _reset_page(form, user)
    chosen = accounts.stretch_new(form.passphrase.data)
    database.begin_writing()
    ticket, user = _take(secret, "reset")
    tickets.spend(ticket)
    sessions.end_others(user, None)
    code, ring = form.recovery_code.data, identity.ring()
    if not code:
        new_code, keys = accounts.begin(user, chosen, ring)
        letters.tell(user, "passphrase-set")
        return _let_in(user, keys, is_own_phone=False, code=new_code)
    try:
        keys = accounts.recover(user, code, chosen, ring)
    except (CodeMistyped, RecoveryCodeWrong):
        database.drop()
        refuse(form.recovery_code, _("That recovery code does not fit. Check each group of four."))
        return _reset_page(form, user)
    letters.tell(user, "passphrase-recovered")
    return _let_in(user, keys, is_own_phone=False)


def _let_in(
    user: User,
    keys: dict[int, bytes],
    *,
    is_own_phone: bool,
    code: str | None = None,
    to: str | None = None,
) -> Response:
    """Open a session; with a new recovery code, show its sheet before anything else.

    For a person with a second step it is a short one, which awaits it.
    """
    agent, is_owed = request.headers.get("User-Agent", ""), second_step.is_set(user)
    token, session = sessions.open_session(
        user,
        keys,
        is_own_phone=is_own_phone,
        agent=agent,
        second_step="awaited" if is_owed else "none",
    )
    if not is_owed:
        audit.record("signed-in", actor_id=user.id, subject_id=user.id)
    if old := identity.token():
        database.db.session.flush()
        _forget(old)
    response = recovery_sheet(user, code) if code else go(_next_page(to, is_owed=is_owed))
    return identity.give(response, token, session)


def _next_page(to: str | None, *, is_owed: bool) -> str:
    if is_owed:
        return url_for("second_step.show", to=to or None)
    return places.own_page(to) if to else url_for("learn.home")


def _take(secret: str, purpose: str) -> tuple[Ticket, User]:
    """The ticket again, inside the writing transaction, with the person's memberships."""
    ticket, user = tickets.get_ticket(secret, purpose)
    person = accounts.find_user(user.id)
    if person is None:
        raise TicketSpent
    return ticket, person


def _forget(token: str) -> None:
    """A sign-in over an old session ends the old one: a new identity, a new token."""
    session = sessions.find(token)
    if session is not None:
        sessions.end_session(session[0])


def _code_page(endpoint: str, title: str) -> Response:
    form = CodeForm()
    if not form.validate_on_submit():
        return page("auth/code.html", form=form, title=title, status=422 if form.errors else 200)
    return _go(endpoint, secret=form.code.data)


def _sign_in_page(form: SignInForm) -> Response:
    return page("auth/sign_in.html", form=form, to=_wanted(), status=422 if form.errors else 200)


def _wanted() -> str:
    """The page that a visitor was on the way to, as it was asked for; checked when it is used."""
    return request.form.get("to") or request.args.get("to", "")


def _wait_page(form: SignInForm, seconds: int) -> Response:
    refuse(
        form.passphrase,
        _("Several tries failed. Please wait %(seconds)d seconds and try again.", seconds=seconds),
    )
    response = page("auth/sign_in.html", form=form, to=_wanted(), status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _reset_page(form: ResetForm, user: User) -> Response:
    return page("auth/reset.html", form=form, person=user, status=422 if form.errors else 200)


def _go(endpoint: str, **values: str) -> Response:
    return Response(status=303, headers={"Location": url_for(endpoint, **values)})  # type: ignore[arg-type]
