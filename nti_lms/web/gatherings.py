"""A gathering: its agenda, who was there, and the sheet to sign."""

from datetime import date, time
from typing import Any

from flask import Blueprint, Response, abort, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.models import AgendaItem, Installment
from nti_lms.services import attendance as attendances
from nti_lms.services import gatherings, library, people
from nti_lms.services.gatherings import Session
from nti_lms.web.filters import day, here
from nti_lms.web.forms.base import choices, refuse
from nti_lms.web.forms.gatherings import AttendanceForm, SessionForm
from nti_lms.web.guard import guard
from nti_lms.web.respond import page, see

bp = Blueprint("gatherings", __name__, url_prefix="/installments/<int:installment_id>")

MINUTES_A_DAY = 24 * 60


@bp.get("/agenda")
@guard(may.see_agenda, gatherings.get_installment)
def agenda(installment: Installment) -> Response:
    """The sessions by day, made for printing too."""
    return page(
        "gatherings/agenda.html",
        installment=installment,
        cohort=people.get_cohort(installment.cohort_id),
        days=gatherings.agenda(installment),
        attended=attendances.at_gathering(current_user, installment)
        if may.attend(current_user, installment)
        else None,
    )


@bp.route("/agenda/new", methods=["GET", "POST"])
@guard(may.run_installment, gatherings.get_installment)
def new_session(installment: Installment) -> Response:
    """Put a session into the agenda."""
    return _session(installment, None)


@bp.route("/agenda/<int:item_id>/edit", methods=["GET", "POST"])
@guard(may.plan_session, gatherings.get_item)
def edit_session(item: AgendaItem) -> Response:
    """Change a session."""
    return _session(item.installment, item)


@bp.post("/agenda/<int:item_id>/remove")
@guard(may.plan_session, gatherings.get_item)
def remove_session(item: AgendaItem) -> Response:
    """Take a session out."""
    gatherings.remove_session(item)
    flash(_("The session is out of the agenda."))
    return see(".agenda", installment_id=item.installment_id)


@bp.route("/attendance", methods=["GET", "POST"])
@guard(may.run_installment, gatherings.get_installment)
def attendance(installment: Installment) -> Response:
    """Who was there on a day."""
    when, lines = _day(installment), []
    for line in gatherings.list_people(installment, when):
        data = {"state": line.state or ""}
        lines.append((line, AttendanceForm(prefix=f"p{line.user_id}", data=data)))
    is_sound = [form.validate_on_submit() for _line, form in lines]
    if lines and all(is_sound):
        unsaid = "present" if "others" in request.form else None
        states = {line.user_id: form.state.data or unsaid for line, form in lines}
        gatherings.note_attendance(installment, when, states, actor=current_user)
        flash(_("Saved."))
        return see(".attendance", installment_id=installment.id, day=when.isoformat())
    return page(
        "gatherings/attendance.html",
        installment=installment,
        cohort=people.get_cohort(installment.cohort_id),
        days=gatherings.days_of(installment),
        when=when,
        lines=lines,
        status=422 if any(form.errors for _line, form in lines) else 200,
    )


@bp.get("/sheet")
@guard(may.run_installment, gatherings.get_installment)
def sheet(installment: Installment) -> Response:
    """A sheet to sign by hand, one for each day."""
    days = gatherings.days_of(installment)
    return page(
        "gatherings/sheet.html",
        installment=installment,
        cohort=people.get_cohort(installment.cohort_id),
        days=days,
        people=gatherings.list_people(installment, days[0]),
    )


def _session(installment: Installment, item: AgendaItem | None) -> Response:
    form = SessionForm(data=_data(installment, item))
    form.day.choices = choices({each: day(each) for each in _days(installment, item)})
    modules = {module.id: here(dict(module.titles)) for module in library.outline().modules}
    form.module.choices = choices({0: _("No module"), **modules})
    if form.validate_on_submit() and _says_what(form):
        gatherings.plan_session(installment, _planned(form), item)
        flash(_("Saved."))
        if "more" in request.form:
            return see(".new_session", installment_id=installment.id, **_after(form))
        return see(".agenda", installment_id=installment.id)
    return page(
        "gatherings/session.html",
        form=form,
        installment=installment,
        item=item,
        cohort=people.get_cohort(installment.cohort_id),
        status=422 if form.errors else 200,
    )


def _data(installment: Installment, item: AgendaItem | None) -> dict[str, object]:
    if item is None:
        return {
            "day": request.args.get("day") or installment.starts_on.isoformat(),
            "starts": _hour(request.args.get("starts", "")),
            "minutes": 90,
            "module": "0",
        }
    return {
        "day": item.day.isoformat(),
        "starts": time(*divmod(item.start_minute, 60)),
        "minutes": item.minutes,
        "module": str(item.module_id or 0),
        "title": item.title,
        "leader": item.leader,
    }


def _hour(minute: str) -> time | None:
    """The hour at that minute of the day; None for anything else."""
    is_one = minute.isascii() and minute.isdigit() and len(minute) < 5
    return time(*divmod(int(minute), 60)) if is_one and int(minute) < MINUTES_A_DAY else None


def _after(form: SessionForm) -> dict[str, Any]:
    """The day of the session, and the minute when it ends: where the next one may begin."""
    planned = _planned(form)
    return {"day": form.day.data, "starts": planned.start_minute + planned.minutes}


def _days(installment: Installment, item: AgendaItem | None) -> list[date]:
    """The days to choose from; a session of a day that is no more keeps its own."""
    own = {item.day} if item else set()
    return sorted({*gatherings.days_of(installment), *own})


def _says_what(form: SessionForm) -> bool:
    if form.module.data == "0" and not form.title.data:
        refuse(form.title, _("Write what is done, or choose a module."))
    planned = _planned(form)
    if planned.start_minute + planned.minutes > MINUTES_A_DAY:
        refuse(form.minutes, _("A session ends on the day on which it begins."))
    return not form.errors


def _planned(form: SessionForm) -> Session:
    starts = form.starts.data or time()
    return Session(
        day=date.fromisoformat(form.day.data),
        start_minute=starts.hour * 60 + starts.minute,
        minutes=form.minutes.data,
        title=form.title.data or "",
        module_id=int(form.module.data) or None,
        leader=form.leader.data or "",
    )


def _day(installment: Installment) -> date:
    """The day asked for; today while the gathering is on, else its first."""
    days = {each.isoformat(): each for each in gatherings.days_of(installment)}
    asked = request.values.get("day", "")
    if asked:
        return days[asked] if asked in days else abort(404)
    return days.get(clock.today().isoformat(), installment.starts_on)
