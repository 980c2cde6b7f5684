"""The door to every page. A view without a guard opens to nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from nti_lms import database
from nti_lms.web import once

Rule = Callable[..., bool]
View = Callable[..., ResponseReturnValue]

SAFE = {"GET", "HEAD", "OPTIONS"}
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


def init_app(app: Flask) -> None:
    """Refuse every request whose view bears neither `guard` nor `public`."""
    app.before_request(_refuse_unguarded)


def _refuse_unguarded() -> None:
    endpoint = request.endpoint or "static"
    if endpoint != "static" and current_app.view_functions[endpoint] not in guarded_views:
        abort(403)
