"""What each person sees in the menu, asked of `may`."""

from typing import NamedTuple

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from nti_lms import policy as may


class Place(NamedTuple):
    """An entry of the menu."""

    label: str
    url: str
    is_current: bool


PLACES = (
    (_l("Home"), "learn.home", may.use_site),
    (_l("Modules"), "learn.modules", may.learn),
    (_l("Journal"), "journal.index", may.learn),
    (_l("Commitment"), "commitments.index", may.list_commitments),
    (_l("Workbooks"), "workbooks.index", may.read_workbooks),
    (_l("Lessons"), "authoring.index", may.write_lessons),
    (_l("Cohorts"), "cohorts.index", may.see_cohorts),
    (_l("People"), "people.index", may.invite_people),
)


def menu() -> list[Place]:
    """The places open to whoever asks; none for a visitor."""
    if not current_user.is_authenticated:
        return []
    here = (request.endpoint or "").partition(".")[0]
    return [
        Place(str(label), url_for(endpoint), _is_current(endpoint, here))
        for label, endpoint, rule in PLACES
        if rule(current_user)
    ]


def _is_current(endpoint: str, here: str) -> bool:
    if here == "learn":
        return (endpoint == "learn.home") == (request.endpoint == "learn.home") and (
            endpoint.startswith("learn.")
        )
    return endpoint.startswith(f"{here}.")
