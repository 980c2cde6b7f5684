"""The recovery sheet: shown once, to be printed or copied by hand."""

from flask import Response, current_app
from flask_login import current_user
from itsdangerous import URLSafeSerializer

from nti_lms import database
from nti_lms.domain import codes
from nti_lms.models import User
from nti_lms.web.forms.auth import ConfirmCodeForm
from nti_lms.web.respond import page


def recovery_sheet(user: User, code: str, form: ConfirmCodeForm | None = None) -> Response:
    """Keep the write that made the code, then show the code. It is nowhere else."""
    database.keep()
    return page(
        "auth/recovery_sheet.html",
        person=user,
        code=code,
        groups=code.split("-"),
        form=form or ConfirmCodeForm(formdata=None),
        proof=_signer().dumps([user.id, codes.token_hash(codes.last_four(code)).hex()]),
    )


def is_written_down(typed: str, proof: str) -> bool:
    """Whether the last four characters typed are those of the code behind `proof`."""
    loaded, value = _signer().loads_unsafe(proof)
    expected = [current_user.id, codes.token_hash(codes.last_four(typed)).hex()]
    return loaded and value == expected


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="recovery sheet")
