"""One's own account: sessions, passphrase, recovery sheet, what is known about oneself."""

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.models import Session
from nti_lms.services import accounts, audit, sessions
from nti_lms.web import admission, identity, letters
from nti_lms.web.forms.auth import ChangePassphraseForm, ConfirmCodeForm, ProveForm
from nti_lms.web.guard import guard
from nti_lms.web.passphrase import is_good
from nti_lms.web.proving import prove
from nti_lms.web.respond import page, see
from nti_lms.web.sheet import is_written_down, recovery_sheet

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("/")
@guard(may.use_site)
def index() -> Response:
    """Where I am signed in, and what was done to my account."""
    return page(
        "account/index.html",
        sessions=sessions.list_sessions(current_user),
        current=identity.current_session(),
        events=audit.list_about(current_user.id),
        pairs=accounts.list_key_pairs(current_user),
    )


@bp.post("/sessions/<string:name>/end")
@guard(may.end_session, sessions.get_session)
def end_session(session: Session) -> Response:
    """End one of my sessions."""
    sessions.end_session(session)
    audit.record("session-ended", actor_id=current_user.id, subject_id=current_user.id)
    flash(_("That session has ended."))
    return see(".index")


@bp.post("/sessions/end-others")
@guard(may.use_site)
def end_others() -> Response:
    """End every session of mine but this one."""
    sessions.end_others(current_user, identity.current_session())
    audit.record("sessions-ended", actor_id=current_user.id, subject_id=current_user.id)
    flash(_("Your other sessions have ended."))
    return see(".index")


@bp.route("/passphrase", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def passphrase() -> Response:
    """Change my passphrase; my journal stays readable."""
    form = ChangePassphraseForm()
    if not is_good(form, current_user):
        return _passphrase_page(form)
    proof = prove(form.current)
    if proof is None:
        return _passphrase_page(form)
    chosen = accounts.stretch_new(form.passphrase.data)
    database.begin_writing()
    accounts.change_passphrase(proof, chosen, identity.ring())
    sessions.end_others(current_user, identity.current_session())
    letters.tell(current_user, "passphrase-changed")
    flash(_("Your passphrase has changed. Your other sessions have ended."))
    return admission.renewed(None, lambda: see(".index"))


@bp.route("/recovery-sheet", methods=["GET", "POST"])
@guard(may.use_site, slow=True)
def recovery() -> Response:
    """Make a new recovery sheet; the one before no longer opens anything."""
    form = ProveForm()
    proof = prove(form.passphrase) if form.validate_on_submit() else None
    if proof is None:
        return page("account/recovery.html", form=form, status=422 if form.errors else 200)
    database.begin_writing()
    letters.tell(current_user, "recovery-code-renewed")
    return recovery_sheet(current_user, accounts.renew_recovery_code(proof, identity.ring()))


@bp.post("/recovery-sheet/confirm")
@guard(may.use_site)
def confirm_recovery() -> Response:
    """Show that the code is written down, by its last four characters."""
    form = ConfirmCodeForm()
    if form.validate_on_submit() and is_written_down(
        form.last_four.data, request.form.get("proof", "")
    ):
        accounts.confirm_recovery_code(current_user)
        flash(_("Good. Keep the sheet where only you can find it."))
    else:
        flash(
            _("Those were not the last four characters. Check your sheet, or make a new one."),
            "problem",
        )
    return see(".index")


def _passphrase_page(form: ChangePassphraseForm) -> Response:
    return page("account/passphrase.html", form=form, status=422 if form.errors else 200)
