"""What each form is sent with, so that it does what it is for."""

from typing import Any

from nti_lms.services import authoring
from tests.conftest import PASSPHRASE

ANOTHER = "otras palabras bien elegidas"


def forms_of(things: dict[str, Any]) -> dict[str, dict[str, str]]:
    """By page. A page that is not named takes a form without fields."""
    revision = authoring.get_revision(things["revision"])
    sources = authoring.sources_of(revision)
    changed = sources["es"].replace("\nsummary: ", "\nsummary: Otra frase. ", 1)
    return {
        "account.confirm_recovery": {"last_four": "AAAA", "proof": "x"},
        "account.passphrase": {"current": PASSPHRASE, "passphrase": ANOTHER, "again": ANOTHER},
        "account.recovery": {"passphrase": PASSPHRASE},
        "auth.accept": {"passphrase": ANOTHER, "again": ANOTHER},
        "auth.forgotten": {"handle": "participant@example.org"},
        "auth.invitation": {"code": things["nonsense"]},
        "auth.reset": {"passphrase": ANOTHER, "again": ANOTHER},
        "auth.reset_code": {"code": things["nonsense"]},
        "auth.sign_in": {"handle": "participant@example.org", "passphrase": PASSPHRASE},
        "authoring.edit": {"base": str(revision.id), **sources, "es": changed, "save": "1"},
        "carrying.carry": {"body": "una parte", "is_checked": "y", "code": "C3"},
        "commitments.edit": {"body": "Lo que haremos", "title": "Un permiso", "revision": "0"},
        "journal.edit": {"text": "algo", "revision": "1"},
        "journal.open": {"passphrase": PASSPHRASE},
        "journal.write": {"text": "algo", "revision": "1"},
        "journal.write_page": {"text": "una página"},
        **{
            f"second_step.{page}": {"passphrase": PASSPHRASE}
            for page in ("begin_app", "renew_codes", "forget")
        },
        "learn.resume": {"block": "house-norm"},
        "people.invite": {
            "name": "Rosa",
            "role": "participant",
            "cohort": str(things["cohort"]),
            "organisation": "Red Maqueta",
            "language": "es",
            "email": "rosa@example.org",
        },
        "quiz.answer": {},
        "quiz.submit": {"anyway": "y"},
        "workbooks.order": {
            "module": "m2",
            "language": "es",
            "edition": "participant",
            "paper": "letter",
        },
    }
