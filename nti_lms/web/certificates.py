"""Certificates: one's own, as a PDF, and the page where anybody checks a code."""

import segno
from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_login import current_user

from nti_lms import policy as may
from nti_lms.domain import codes
from nti_lms.domain.errors import CodeMistyped
from nti_lms.domain.participation import Participation
from nti_lms.models import Certificate
from nti_lms.printing.certificates import address
from nti_lms.services import attendance, certificates
from nti_lms.web import paces
from nti_lms.web.copies import check_url, printed
from nti_lms.web.forms.base import refuse
from nti_lms.web.forms.certificates import CheckForm
from nti_lms.web.guard import guard, public
from nti_lms.web.respond import page

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
@guard(may.use_site)
def index() -> Response:
    """My certificates, each with its code and square, and what was noted of my days so far."""
    own = certificates.list_own(current_user)
    return page(
        "certificates/index.html",
        lines=[(one, Participation.from_json(one.facts), _square(one)) for one in own],
        gatherings=attendance.at_all(current_user),
    )


@bp.get("/<int:certificate_id>/file")
@guard(may.read_certificate, certificates.get_certificate)
def file(certificate: Certificate) -> Response:
    """The PDF: made while one waits, kept nowhere."""
    certificates.refuse_revoked(certificate)
    return printed([certificate])


@bp.get("/check")
@public
def check() -> Response:
    """Whether a code is that of a certificate that holds; open without an account."""
    form = CheckForm(request.args, meta={"csrf": False})
    if "code" not in request.args:
        return page("certificates/check.html", form=form)
    code = _code(form)
    if code is None:
        return page("certificates/check.html", form=form, status=422)
    if seconds := paces.seconds_to_wait(paces.CHECKS, request.remote_addr or ""):
        refuse(form.code, _("Please wait %(seconds)d seconds and try again.", seconds=seconds))
        response = page("certificates/check.html", form=form, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    found = certificates.find_by_code(code)
    return page(
        "certificates/check.html",
        form=form,
        code=code,
        found=found,
        participation=Participation.from_json(found.facts) if found else None,
    )


def _code(form: CheckForm) -> str | None:
    """The code as it is printed, from however it was typed; None when it can be none."""
    if not form.validate():
        return None
    try:
        return codes.normal_paper_code(form.code.data)
    except CodeMistyped:
        refuse(
            form.code, _("That is no code of a certificate: it has sixteen letters and numbers.")
        )
        return None


def _square(certificate: Certificate) -> str:
    url = address(check_url(), certificate.code)
    return str(segno.make(url, error="m").svg_inline(scale=4, border=4, light="#fff"))
