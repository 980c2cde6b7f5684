"""The revision that a form was written over, as the page that sends it knew it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_login import current_user

from nti_lms.services import receipts
from nti_lms.web import once
from nti_lms.web.respond import is_autosave

FIELD, CHOICE = "revision", "instead_of"

Load = Callable[..., Any]


def base() -> int:
    """The revision seen last; `instead_of` when a newer one was seen and set aside.

    A save that left while others of its page were under way stands on those that are kept.
    """
    text = request.form.get(CHOICE) or request.form.get(FIELD, "0")
    seen = int(text) if text.isdecimal() and len(text) < 10 else 0
    return seen + once.count_kept_before()


def in_turn(load: Load) -> Load:
    """`load`, once the saves of this person that came before are through."""

    @wraps(load)
    def wait(**url: Any) -> Any:
        if is_autosave():
            receipts.take_turn(current_user)
        return load(**url)

    return wait
