"""Cohorts: founding one, its name and pause, its gatherings, its phases, its modules."""

from flask import Blueprint, Response, abort, flash, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.domain import schedule
from nti_lms.domain.errors import NameTaken, OutOfOrder
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule
from nti_lms.models import Cohort
from nti_lms.services import cohorts, library, people
from nti_lms.services.cohorts import Gathering, Opening
from nti_lms.web.forms.base import Form, refuse
from nti_lms.web.forms.cohorts import (
    CohortForm,
    EveryForm,
    InstallmentForm,
    OpeningForm,
    PauseForm,
    PhaseForm,
    is_gathering,
    put_in_order,
)
from nti_lms.web.guard import guard
from nti_lms.web.messages import words
from nti_lms.web.respond import page, see

bp = Blueprint("cohorts", __name__, url_prefix="/cohorts")


@bp.get("")
@guard(may.see_cohorts)
def index() -> Response:
    """My cohorts, and where each stands."""
    lines = [(cohort, _phase(cohort)) for cohort in cohorts.list_cohorts(current_user)]
    return page("cohorts/index.html", lines=lines)


@bp.route("/new", methods=["GET", "POST"])
@guard(may.found_cohort)
def new() -> Response:
    """Found a cohort: a name and the days of its two gatherings."""
    form = CohortForm()
    first, second = InstallmentForm(prefix="first"), InstallmentForm(prefix="second")
    is_sound = [each.validate_on_submit() for each in (form, first, second)]
    is_sound += [is_gathering(first), is_gathering(second)]
    if not all(is_sound):
        return _new_page(form, first, second)
    try:
        cohort = cohorts.found(
            form.name.data, _gathering(first), _gathering(second), founder=current_user
        )
    except NameTaken as fault:
        refuse(form.name, words(fault))
        return _new_page(form, first, second)
    except OutOfOrder as fault:
        refuse(second.starts_on, words(fault))
        return _new_page(form, first, second)
    flash(_told(cohort))
    return see(".show", cohort_id=cohort.id)


@bp.get("/<int:cohort_id>")
@guard(may.see_plan, cohorts.get_cohort)
def show(cohort: Cohort) -> Response:
    """A cohort: its phases, its gatherings, its modules."""
    return page(
        "cohorts/show.html",
        cohort=cohort,
        phases=cohorts.days_of(cohort),
        now=_phase(cohort),
        installments={n: cohorts.find_installment(cohort, n) for n in (1, 2)},
        modules=library.outline().taught,
        openings=cohorts.openings(cohort),
        managers=people.list_managers(cohort) if may.run_site(current_user) else None,
        steps=cohorts.steps(cohort) if may.manage_cohort(current_user, cohort) else None,
    )


@bp.route("/<int:cohort_id>/edit", methods=["GET", "POST"])
@guard(may.plan_cohort, cohorts.get_cohort)
def edit(cohort: Cohort) -> Response:
    """Rename it, pause it with a reason, or go on."""
    form = PauseForm(obj=cohort)
    if form.validate_on_submit() and _has_reason(form):
        try:
            cohorts.change(
                cohort,
                form.name.data,
                is_paused=form.is_paused.data,
                reason=form.pause_reason.data,
            )
        except NameTaken as fault:
            refuse(form.name, words(fault))
        else:
            return _saved(cohort)
    return page("cohorts/edit.html", form=form, cohort=cohort, status=_status(form))


@bp.route("/<int:cohort_id>/installments/<int:number>", methods=["GET", "POST"])
@guard(may.plan_cohort, lambda cohort_id, number: cohorts.get_cohort(cohort_id))
def installment(cohort: Cohort) -> Response:
    """The days, the mode and the place of a gathering."""
    number = _number()
    form = InstallmentForm(obj=cohorts.find_installment(cohort, number))
    if form.validate_on_submit() and is_gathering(form):
        try:
            cohorts.plan_installment(cohort, number, _gathering(form))
        except OutOfOrder as fault:
            refuse(form.starts_on if number == 2 else form.ends_on, words(fault))
        else:
            return _saved(cohort)
    return page(
        "cohorts/installment.html", form=form, cohort=cohort, number=number, status=_status(form)
    )


@bp.route("/<int:cohort_id>/phases", methods=["GET", "POST"])
@guard(may.plan_cohort, cohorts.get_cohort)
def phases(cohort: Cohort) -> Response:
    """The days of the six phases."""
    forms = {
        code: PhaseForm(prefix=code, data={"starts_on": days.starts_on, "ends_on": days.ends_on})
        for code, days in cohorts.days_of(cohort).items()
    }
    is_sound = [form.validate_on_submit() and put_in_order(form) for form in forms.values()]
    if all(is_sound):
        cohorts.date_phases(
            cohort,
            {code: Days(form.starts_on.data, form.ends_on.data) for code, form in forms.items()},
        )
        return _saved(cohort)
    return page("cohorts/phases.html", forms=forms, cohort=cohort, status=_status(*forms.values()))


@bp.route("/<int:cohort_id>/modules", methods=["GET", "POST"])
@guard(may.plan_cohort, cohorts.get_cohort)
def modules(cohort: Cohort) -> Response:
    """In which phase each module stands, and when it opens."""
    now = cohorts.openings(cohort)
    forms = [
        (module, OpeningForm(prefix=module.code, obj=now[module.id]))
        for module in library.outline().taught
        if module.id in now
    ]
    is_placed = [_is_placed(form) for _module, form in forms]
    if all(is_placed):
        cohorts.place_modules(cohort, {module.id: _opening(form) for module, form in forms})
        return _saved(cohort)
    status = _status(*(form for _module, form in forms))
    return page("cohorts/modules.html", forms=forms, cohort=cohort, status=status)


@bp.post("/<int:cohort_id>/modules/open")
@guard(may.plan_cohort, cohorts.get_cohort)
def open_modules(cohort: Cohort) -> Response:
    """Open every module at once, or each with its phase."""
    form = EveryForm()
    if not form.validate_on_submit():
        abort(422)
    cohorts.open_modules(cohort, Rule(form.rule.data))
    flash(_("Saved."))
    return see(".modules", cohort_id=cohort.id)


def _told(cohort: Cohort) -> str:
    """What comes next for whoever has founded it."""
    if current_user.has_role(Role.MANAGER):
        return str(_("The cohort is set up. Change what you like, then invite people."))
    return str(_("The cohort is set up. Now invite whoever will coordinate it."))


def _has_reason(form: PauseForm) -> bool:
    if form.is_paused.data and not form.pause_reason.data:
        refuse(form.pause_reason, _("Write why it is paused."))
    return not form.errors


def _is_placed(form: OpeningForm) -> bool:
    if not form.validate_on_submit():
        return False
    if form.rule.data == Rule.DAY and form.day.data is None:
        refuse(form.day, _("Choose the day on which it opens."))
    return not form.errors


def _opening(form: OpeningForm) -> Opening:
    return Opening(form.phase.data, Rule(form.rule.data), form.day.data)


def _gathering(form: InstallmentForm) -> Gathering:
    days = Days(form.starts_on.data, form.ends_on.data)
    return Gathering(days, form.mode.data, form.place.data or "")


def _phase(cohort: Cohort) -> str | None:
    return schedule.phase_on(clock.today(), cohorts.days_of(cohort))


def _number() -> int:
    """Which gathering the address names: the first or the second."""
    number = int((request.view_args or {})["number"])
    return number if number in schedule.PHASE_OF else abort(404)


def _saved(cohort: Cohort) -> Response:
    flash(_("Saved."))
    return see(".show", cohort_id=cohort.id)


def _status(*forms: Form) -> int:
    return 422 if any(form.errors for form in forms) else 200


def _new_page(form: CohortForm, first: InstallmentForm, second: InstallmentForm) -> Response:
    return page(
        "cohorts/new.html",
        form=form,
        first=first,
        second=second,
        status=_status(form, first, second),
    )
