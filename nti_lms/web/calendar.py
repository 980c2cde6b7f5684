"""Calendars: a cohort's as a file, and one's own at a secret address for calendar apps.

They show on shared phones and in other people's calendars. So they tell when and where, and never
what of: no title of a module, no activity, no name of a cohort or a person.
"""

from flask import Blueprint, Response, current_app, flash, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock, database
from nti_lms import policy as may
from nti_lms.domain.calendar import Event, write
from nti_lms.models import Cohort
from nti_lms.services import calendar, cohorts
from nti_lms.services.calendar import Occasion
from nti_lms.web import letters, paces
from nti_lms.web.guard import guard, public
from nti_lms.web.labels import MODES, PHASES
from nti_lms.web.respond import page, see

bp = Blueprint("calendar", __name__)

FILE = "calendar.ics"


@bp.get("/cohorts/<int:cohort_id>/calendar")
@guard(may.see_calendar, cohorts.get_cohort)
def cohort(cohort: Cohort) -> Response:
    """All days of a cohort, as they stand now."""
    return _file(calendar.list_occasions([cohort.id]))


@bp.get("/calendar/<string:secret>.ics")
@public
def feed(secret: str) -> Response:
    """What its owner has coming, in the owner's language. The secret is all that is asked for."""
    paces.keep_address(paces.CALENDARS)
    owner = calendar.get_owner(secret)
    with force_locale(owner.language):
        response = _file(calendar.list_own(owner))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/account/calendar")
@guard(may.use_site)
def index() -> Response:
    """Whether my calendar has an address, and since when."""
    return page("calendar/index.html", feed=calendar.find_feed(current_user), kept=calendar.KEPT)


@bp.post("/account/calendar")
@guard(may.keep_calendar)
def make() -> Response:
    """Make a new address and show it once. Sent twice, the later one holds."""
    secret = calendar.make_feed(current_user)
    letters.tell(current_user, "calendar-made")
    database.keep()
    return page("calendar/address.html", address=letters.link("calendar.feed", secret))


@bp.post("/account/calendar/stop")
@guard(may.use_site)
def stop() -> Response:
    """End my address, whoever has it."""
    calendar.stop_feed(current_user)
    flash(_("The address has ended. Nothing is read there any more."))
    return see(".index")


def _file(occasions: list[Occasion]) -> Response:
    body = write([_event(one) for one in occasions], name=_("Course"), made_at=clock.now())
    response = Response(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


def _event(occasion: Occasion) -> Event:
    address = _address(occasion)
    details = [_("Paused: this day may change."), ""] if occasion.is_paused else []
    if occasion.mode:
        details.append(str(MODES[occasion.mode]))
    return Event(
        uid=occasion.uid,
        changes=occasion.changes,
        starts=occasion.starts,
        ends=occasion.ends,
        summary=_("Course · %(what)s", what=_what(occasion)),
        place=occasion.place,
        details="\n".join([*details, address]),
        url=address,
        is_sure=not occasion.is_paused,
        is_busy=occasion.kind != "phase",
    )


def _what(occasion: Occasion) -> str:
    if occasion.kind == "gathering":
        return str(PHASES[occasion.name])
    if occasion.kind == "phase":
        return str(_("Last day: %(phase)s", phase=PHASES[occasion.name]))
    return str(_("Module %(number)s", number=occasion.name) if occasion.name else _("Session"))


def _address(occasion: Occasion) -> str:
    """The page that says more, to whoever signs in."""
    if occasion.installment_id is None:
        path = url_for("learn.home")
    else:
        path = url_for("gatherings.agenda", installment_id=occasion.installment_id)
    return str(current_app.extensions["settings"].public_url) + path
