"""A write that arrives twice counts once: the second time, its outcome is told again."""

import hashlib
import secrets

from flask import Response, abort, request
from flask_login import current_user

from nti_lms.services import receipts

FIELD = "idempotency_key"
AFTER = "after"
MOST_CHARACTERS = 64
MOST_UNDER_WAY = 20


def new_key() -> str:
    """A fresh key for a form to post; it need only differ from one's own of two days."""
    return secrets.token_urlsafe(9)


def told_before() -> Response | None:
    """The outcome of an earlier write with the same key, or None; with other words, a 422."""
    if request.headers.get("X-Autosave"):
        return None  # the view tells by itself what is kept: see `is_repeated`
    location = _find_location()
    if location is None:
        return None
    if location == receipts.OTHER_REQUEST:
        abort(422)
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": location})
    return Response(status=303, headers={"Location": location})


def is_repeated() -> bool:
    """Whether this very write has been kept already; for views that answer autosaves."""
    return bool(_find_location())


def count_kept_before() -> int:
    """How many saves of the same page are kept already that were under way when this one left."""
    keys = [_cut(key) for key in request.form.getlist(AFTER)[:MOST_UNDER_WAY]]
    return receipts.count(current_user.id, keys) if keys else 0


def remember(location: str) -> None:
    """Write the receipt of this request, in the transaction of the write itself."""
    key = _key()
    if key and current_user.is_authenticated:
        receipts.add(current_user.id, key, _request_hash(), location)


def _find_location() -> str | None:
    key = _key()
    return receipts.find_location(current_user.id, key, _request_hash()) if key else None


def _key() -> str:
    """The key as it is kept, empty when the request carries none."""
    sent = request.form.get(FIELD, "") if request.method == "POST" else ""
    return _cut(sent)


def _cut(key: str) -> str:
    return key.replace("\x00", "")[:MOST_CHARACTERS]


def _request_hash() -> bytes:
    words = [request.path]
    for name, values in sorted(request.form.lists()):
        if name != "csrf_token":
            words += [name, *values]
    return hashlib.sha256("\x00".join(words).encode()).digest()
