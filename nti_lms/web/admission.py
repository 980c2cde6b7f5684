"""What showing or changing a second step leads to: a new token, and the right page."""

from collections.abc import Callable, Mapping

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import database
from nti_lms.models import Session, User
from nti_lms.services import audit, second_step, sessions, throttle
from nti_lms.web import identity, letters, places
from nti_lms.web.respond import go, page, see

ATTEMPTS = "second step of {}"


def who_waits() -> tuple[Session, User]:
    """Whoever has shown a passphrase and owes the second step; all others begin at the door."""
    return identity.awaiting() or abort(401)


def own_session() -> Session:
    """The session of whoever is signed in."""
    return identity.current_session() or abort(401)


def wanted() -> str:
    """The page that this person was on the way to; checked when it is used."""
    return request.form.get("to") or request.args.get("to", "")


def seconds_to_wait(user: User) -> int:
    """How long until the next try."""
    return throttle.seconds_to_wait(ATTEMPTS.format(user.id), request.remote_addr or "")


def note_failure(user: User) -> None:
    """Count a try that failed, and keep nothing else of it."""
    database.drop()
    throttle.note_failure(ATTEMPTS.format(user.id), request.remote_addr or "")


def let_in(session: Session, user: User) -> Response:
    """The second step was shown: a session of full length, under a new token."""
    throttle.forget(ATTEMPTS.format(user.id), request.remote_addr or "")
    token, session = sessions.renew(session, user, identity.token(), second_step="shown")
    audit.record("signed-in", actor_id=user.id, subject_id=user.id)
    to = wanted()
    answer = go(places.own_page(to) if to else url_for("learn.home"))
    return identity.give(answer, token, session)


def changed(kind: str) -> Response:
    """After a new means: no other session is left, and there are codes for a bad day."""
    letters.tell(current_user, kind)
    sessions.end_others(current_user, identity.current_session())
    if not second_step.get_means(current_user).codes_left:
        return renewed("shown", codes_sheet)
    flash(_("Done. From now on it is asked for when you sign in."))
    return renewed("shown", lambda: see("second_step.index"))


def renewed(
    state: str | None,
    answer: Callable[[], Response],
    *,
    keys: Mapping[int, bytes] | None = None,
) -> Response:
    """The answer under a new token, because what this person may do has changed.

    `state` is that of the second step; None leaves it. `keys` open the journal.
    """
    token, session = sessions.renew(
        own_session(), current_user, identity.token(), second_step=state, keys=keys
    )
    return identity.give(answer(), token, session)


def codes_sheet() -> Response:
    """Keep fresh backup codes, then show them. They are nowhere else."""
    made = second_step.renew_codes(current_user)
    database.keep()
    return page("second_step/codes.html", codes=made)
