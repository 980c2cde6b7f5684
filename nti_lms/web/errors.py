"""Turn what went wrong into a page that says so kindly, and never takes typed text away."""

from flask import Flask, Response, g, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from nti_lms import database, logs
from nti_lms.domain import errors as broken
from nti_lms.domain.errors import ProgrammeError
from nti_lms.web import identity, messages, once
from nti_lms.web.guard import SAFE
from nti_lms.web.respond import is_autosave, is_htmx, page

# What a person typed is shown again. Secrets are not, nor what our own pages put into a form.
SECRETS = {
    *("passphrase", "again", "current", "code"),
    *("recovery_code", "last_four", "proof", "answer"),
}
OURS = {"csrf_token", once.FIELD, "revision", "instead_of", "base", "to", "username", "challenge"}
HIDDEN = SECRETS | OURS
BY_STATUS = {
    400: _l("That request did not arrive whole. Please go back and try again."),
    401: _l("Please sign in to continue."),
    403: _l("This page belongs to another role."),
    404: _l("We could not find that page. It may have moved, or it may not be yours."),
    405: _l("That cannot be done here."),
    413: _l("That is too large. Please shorten it or choose a smaller file."),
    422: _l("This form was already sent with other words. Please open the page again."),
    429: _l("Too many attempts in a short time. Please wait a moment and try again."),
    500: _l("Something failed on our side. Nothing was lost; please try again."),
    503: _l("This page cannot be shown just now. Please try again in a moment."),
}


def init_app(app: Flask) -> None:
    """One handler for rules of the programme, one for errors of HTTP, one for the database."""
    app.register_error_handler(ProgrammeError, _broken_rule)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(StaleDataError, _database_error)


def _broken_rule(error: ProgrammeError) -> Response:
    database.drop()
    _note(error)
    return _say(messages.status(error), messages.words(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    database.drop()
    if code == 401 and (request.method in SAFE or identity.awaiting()):
        return _to_sign_in()
    _note(error)
    response = _say(code, str(BY_STATUS.get(code, BY_STATUS[500])))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _to_sign_in() -> Response:
    """A visitor comes in first, and then to the page they wanted."""
    to = request.full_path if request.query_string else request.path
    url = url_for("second_step.show" if identity.awaiting() else "auth.sign_in", to=to)
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": url})
    return Response(status=303, headers={"Location": url})


def _database_error(error: DBAPIError | StaleDataError) -> Response:
    """A clash of the same form sent twice tells its outcome; all else is a 503.

    Of two saves over the same revision at once the later one gets it too. Tried again, it meets
    the newer version.
    """
    database.drop()
    if isinstance(error, (IntegrityError, StaleDataError)) and (told := once.told_before()):
        return told
    if "_login_user" not in g:  # the database could not even say who asks
        g._login_user = AnonymousUserMixin()
    _note(error)
    is_read = request.method in SAFE
    return _say(503, str(BY_STATUS[503]) if is_read else messages.words(broken.NotKept()))


def _note(error: Exception) -> None:
    """Why, for the one line in the log that `tracing` writes: a name, never anybody's words."""
    g.because = database.name_of(error)


def _say(status: int, message: str) -> Response:
    """A page with the typed text still in it; for htmx a notice, for an autosave the words."""
    quiet = is_autosave()
    response = make_response(jsonify(message=message), status) if quiet else _page(status, message)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _typed() -> dict[str, str]:
    """What a person typed, by field; nothing of a request that is too large to be read at all."""
    try:
        form = request.form
    except RequestEntityTooLarge:
        return {}
    return {name: value for name, value in form.items() if name not in HIDDEN and value}


def _page(status: int, message: str) -> Response:
    response = page(
        "errors/error.html",
        status=status,
        message=message,
        typed=_typed(),
        code=status,
        reference=logs.request_id.get() if status >= 500 else "",
    )
    if is_htmx():
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
