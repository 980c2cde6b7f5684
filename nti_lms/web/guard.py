"""The door to every page. A view without a guard opens to nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from nti_lms import database
from nti_lms import policy as may
from nti_lms.web import identity, once

Rule = Callable[..., bool]
View = Callable[..., ResponseReturnValue]

SAFE = {"GET", "HEAD", "OPTIONS"}
# What staff may open before they have set up a second step, beside the pages to set it up.
TO_SET_UP = {"second_step", "passkeys"}
BEFORE_SECOND_STEP = {"account.confirm_recovery"}
guarded_views: set[View] = set()


def guard(
    rule: Rule, load: Callable[..., Any] | None = None, *, slow: bool = False
) -> Callable[[View], View]:
    """Open the view to those whom `rule` admits, and hand it the thing that `load` found.

    `load` takes the URL's arguments. A thing that may not be seen answers 404, as if it were
    not there; a page that may not be opened answers 403. A write begins its transaction here,
    unless the view is `slow`: then it does its slow work first and begins by itself.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(**url: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                abort(401)
            if _owes_second_step():
                return _to_set_up()
            if request.method not in SAFE and not slow:
                database.begin_writing()
            if told := once.told_before():
                return told
            if load is None:
                return view(**url) if rule(current_user) else abort(403)
            thing = load(**url)
            return view(thing) if rule(current_user, thing) else abort(404)

        guarded_views.add(guarded)
        return guarded

    return wrap


def public(view: View) -> View:
    """Open the view to anyone, signed in or not."""
    guarded_views.add(view)
    return view


def _owes_second_step() -> bool:
    """Whether this person's role asks for a second step that is not set up yet."""
    session = identity.current_session()
    is_elsewhere = request.blueprint not in TO_SET_UP and request.endpoint not in BEFORE_SECOND_STEP
    return (
        is_elsewhere
        and session is not None
        and session.second_step == "none"
        and current_app.extensions["settings"].is_second_step_required
        and may.owes_second_step(current_user)
    )


def _to_set_up() -> Response:
    url = url_for("second_step.index")
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url})
    return Response(status=303, headers={"Location": url})


def init_app(app: Flask) -> None:
    """Refuse every request whose view bears neither `guard` nor `public`."""
    app.before_request(_refuse_unguarded)


def _refuse_unguarded() -> None:
    endpoint = request.endpoint or "static"
    if endpoint != "static" and current_app.view_functions[endpoint] not in guarded_views:
        abort(403)
