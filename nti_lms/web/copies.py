"""Certificates on paper: through the render service, kept nowhere."""

from collections.abc import Sequence

from flask import Response, current_app, make_response, request, url_for
from flask_babel import gettext as _

from nti_lms.models import Certificate
from nti_lms.printing import client
from nti_lms.printing.certificates import Copies, manuscript
from nti_lms.settings import Settings
from nti_lms.web import paces
from nti_lms.web.filters import language


def check_url() -> str:
    """The page that checks a code, as it stands on paper."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url + url_for("certificates.check")


def printed(certificates: Sequence[Certificate]) -> Response:
    """A PDF with a page for each, in the language of this page, under a neutral name."""
    paces.keep(paces.PAPERS)
    settings: Settings = current_app.extensions["settings"]
    copies = Copies(
        certificates=certificates,
        language=language(),
        paper="a4" if request.args.get("paper") == "a4" else "letter",
        check_url=check_url(),
        contact=settings.mail_from,
    )
    pdf = client.render(settings.render_socket, manuscript(copies, current_app.jinja_env))
    response = make_response(pdf, 200, {"Content-Type": "application/pdf"})
    name = _("certificate")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
