"""What each form is sent with, so that it does what it is for."""

from typing import Any

from nti_lms.services import authoring, library
from tests.conftest import PASSPHRASE

ANOTHER = "otras palabras bien elegidas"


def days(prefix: str, month: int) -> dict[str, str]:
    """A gathering of that month."""
    found = {"starts_on": f"2026-{month:02}-02", "ends_on": f"2026-{month:02}-05"}
    return {f"{prefix}{name}": value for name, value in {**found, "mode": "virtual"}.items()}


def session_on(day: str) -> dict[str, str]:
    """A session of an agenda."""
    return {"day": day, "starts": "09:30", "minutes": "60", "module": "0", "title": "Cierre"}


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
        "cohorts.new": {"name": "Cohorte nueva", **days("first-", 1), **days("second-", 9)},
        "cohorts.edit": {"name": "Cohorte de prueba", "pause_reason": ""},
        "cohorts.installment": days("", 1),
        "cohorts.phases": {"F2-starts_on": "2026-04-01", "F2-ends_on": "2026-05-01"},
        "cohorts.modules": {
            name: value
            for module in library.outline().modules
            for name, value in (
                (f"{module.code}-phase", "F3"),
                (f"{module.code}-rule", "phase"),
            )
        },
        "cohorts.open_modules": {"rule": "phase"},
        "organisations.new": {"name": "Fundación Nueva"},
        "organisations.edit": {"name": "Fundación Renombrada"},
        "issuing.issue": {"people": str(things["classmate"])},
        "issuing.revoke": {"reason": "El nombre estaba mal escrito"},
        "invitations.many": {
            "text": "nombre,correo,institución\nRosa,rosa@example.org,Red Maqueta",
            "invite": "yes",
        },
        "invitations.assign": {f"plan{things['commitment']}-mentor": str(things["mentor"])},
        "gatherings.new_session": session_on(things["day"]),
        "gatherings.edit_session": session_on(things["day"]),
        "gatherings.attendance": {
            f"p{things[name]}-state": "present" for name in ("participant", "classmate")
        },
        "learn.resume": {"block": "house-norm"},
        "learn.stop": {"block": "house-norm"},
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
        "passkeys.add": {"passphrase": PASSPHRASE, "answer": "{}", "challenge": "x"},
        "passkeys.show": {"answer": "{}", "challenge": "x"},
        "second_step.begin_app": {"passphrase": PASSPHRASE},
        "second_step.confirm_app": {"code": "123456"},
        "second_step.forget": {"passphrase": PASSPHRASE},
        "second_step.renew_codes": {"passphrase": PASSPHRASE},
        "second_step.show": {"code": "123456"},
        "workbooks.order": {
            "module": "m2",
            "language": "es",
            "edition": "participant",
            "paper": "letter",
        },
    }
