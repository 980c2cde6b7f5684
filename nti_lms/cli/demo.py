"""A fictitious cohort to try everything with: flask demo load."""

import re
import secrets
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from nti_lms import clock, safe
from nti_lms.database import db, unit_of_work
from nti_lms.domain import schedule
from nti_lms.domain.keyring import KeyRing
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days
from nti_lms.models import (
    Authorship,
    Cohort,
    Commitment,
    Installment,
    Membership,
    Organisation,
    Section,
    User,
)
from nti_lms.services import (
    accounts,
    authoring,
    certificates,
    cohorts,
    commitments,
    gatherings,
    library,
    rehearsal,
)

commands = AppGroup("demo", help="A fictitious cohort.")

COHORT = "Cohorte de muestra (datos ficticios)"
ANSWERED = "Cohorte que ya respondió (datos ficticios)"
ANSWERING, LESSON, QUIZ = 15, "sex-gender-norms", "check"
HOME, ELSEWHERE = "Red Maqueta (ficticia)", "Fundación Boceto (ficticia)"
WORKSHOP, CIRCLE = "Taller Plantilla (ficticio)", "Círculo Bosquejo (ficticio)"
# handle, name, role, organisation
CAST = (
    ("participant", "Elena M.", Role.PARTICIPANT, HOME),
    ("participant2", "Tomás L.", Role.PARTICIPANT, ELSEWHERE),
    ("participant3", "Lidia R.", Role.PARTICIPANT, WORKSHOP),
    ("participant4", "Óscar P.", Role.PARTICIPANT, CIRCLE),
    ("representative", "Marta A.", Role.REPRESENTATIVE, HOME),
    ("mentor", "Rosa T.", Role.MENTOR, None),
    ("facilitator", "Julián Q.", Role.FACILITATOR, None),
    ("manager", "Inés V.", Role.MANAGER, None),
    ("evaluator", "Bruno S.", Role.EVALUATOR, None),
    ("administrator", "Ana P.", Role.ADMINISTRATOR, None),
)
# Minute of the day, minutes, what is done, who leads it.
AGENDA = (
    (540, 60, "Bienvenida y acuerdos", "Inés V."),
    (610, 90, "Trabajo en grupos", "Julián Q."),
)
INVITED = "Persona ficticia invitada"
# A lesson that the facilitator is changing, and how its summary says that this is made up.
DRAFTED, MADE_UP = "the-facilitator", "Borrador ficticio, para mostrar cómo se corrige una lección."
PLAN_TITLE = "Que los papás del taller usen el permiso por cuidado (ejemplo ficticio)"
# What stands in its sections, C1 to C12.
PLAN = (
    "Ejemplo ficticio. Un taller inventado, un equipo de ocho personas inventadas, seis meses.",
    "En nuestro taller casi nadie pide el permiso por cuidado; quien lo pide oye bromas.",
    "Afecta a mamás y papás del equipo. Lo sostiene una norma: cuidar es cosa de mujeres. "
    "Todavía no tenemos cifras propias.",
    "El equipo entero. Pediremos a una organización de mujeres que revise el plan y le "
    "pagaremos su tiempo.",
    "De que el permiso no se pida a que se use sin bromas, en el taller, en seis meses.",
    "Tres encuentros de dos horas con el equipo y una regla escrita con la dirección.",
    "Primer encuentro en el mes uno; regla escrita en el mes tres; revisión en el mes seis.",
    "Sin montos en este ejemplo: refrigerio, materiales, servicio de cuidado durante las sesiones.",
    "Que alguien cuente una situación de violencia: habrá dos personas preparadas y la ruta de "
    "atención comprobada.",
    "Cuántas personas piden el permiso y cuántas dicen que pudieron usarlo sin bromas.",
    "La regla queda en el reglamento interno y en la bienvenida a quien entra.",
    "¿Qué nos falta para que la dirección firme la regla? Nos gustaría hablar cada mes.",
)
# Without accents, so that any keyboard can type them.
WORDS = (
    *("aguayo", "bofedal", "cantuta", "charango", "chirimoya", "choclo", "frazada", "illampu"),
    *("jarana", "llajua", "nevado", "pacumutu", "pollera", "quena", "quinua", "ruana", "singani"),
    *("tajibo", "tarwi", "toborochi", "uvilla", "yareta"),
)


@commands.command("load")
def load_command() -> None:
    """Load the fictitious cohort once, and print its accounts."""
    settings = current_app.extensions["settings"]
    for line in load(settings.data, current_app.extensions["keyring"]):
        click.echo(line)


def load(data: Path, ring: KeyRing) -> list[str]:
    """Load what is missing of the cohort; the lines that tell how to come in."""
    passphrase = _passphrase(data / "demo-passphrase")
    with unit_of_work():
        if accounts.find_by_handle(_address(CAST[0][0])) is None:
            _load_cohort(passphrase, ring)
    addresses = [_address(name) for name, *_ in CAST]
    return [*addresses, f"passphrase of all of them: {passphrase}"]


def _load_cohort(passphrase: str, ring: KeyRing) -> None:
    cohort = Cohort(name=COHORT, is_fictitious=True, created_at=clock.now())
    organisations = {
        name: Organisation(name=name, is_fictitious=True)
        for name in (HOME, ELSEWHERE, WORKSHOP, CIRCLE)
    }
    db.session.add_all([cohort, *organisations.values()])
    db.session.flush()
    installments = [_add_installment(cohort, *days) for days in ((1, -30, 4), (2, 60, 3))]
    _date_phases(cohort, installments)
    users = {
        handle: _add_person(
            handle, name, role, cohort, organisations.get(home or ""), passphrase, ring
        )
        for handle, name, role, home in CAST
    }
    _note_attendance(installments[0], users)
    _certify(cohort, users["participant"], users["manager"])
    for name, home, status in (
        ("participant", HOME, "draft"),
        ("participant2", ELSEWHERE, "draft"),
        ("participant3", WORKSHOP, "submitted"),
        ("participant4", CIRCLE, "recommended"),
    ):
        _add_commitment(cohort, organisations[home], users[name], users["mentor"], status)
    _invite(cohort, organisations[HOME])
    _leave_draft(users["facilitator"])
    _add_answers(users["facilitator"])


def _add_installment(cohort: Cohort, number: int, first: int, days: int) -> Installment:
    """A gathering that begins `first` days from now, with a morning on its first day."""
    starts_on = clock.today() + timedelta(days=first)
    installment = Installment(
        cohort_id=cohort.id,
        number=number,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days),
        mode="in-person" if number == 1 else "virtual",
        place="Casa Maqueta (ficticia)" if number == 1 else "",
    )
    db.session.add(installment)
    db.session.flush()
    for start, minutes, title, leader in AGENDA:
        planned = gatherings.Session(starts_on, start, minutes, title, None, leader)
        gatherings.plan_session(installment, planned, None)
    return installment


def _date_phases(cohort: Cohort, installments: list[Installment]) -> None:
    first, second = (Days(one.starts_on, one.ends_on) for one in installments)
    whole = cohorts.get_cohort(cohort.id)
    cohorts.date_phases(whole, schedule.phases_around(first, second))


def _note_attendance(installment: Installment, users: dict[str, User]) -> None:
    """Both participants were there, one of them not on the last day."""
    for day in gatherings.days_of(installment):
        states = {users[name].id: "present" for name in ("participant", "participant2")}
        if day == installment.ends_on:
            states[users["participant2"].id] = "excused"
        gatherings.note_attendance(installment, day, states, actor=users["facilitator"])


def _certify(cohort: Cohort, person: User, manager: User) -> None:
    """One participant has a certificate, marked as fictitious on paper and on screen."""
    candidates = certificates.list_candidates(cohort, [])
    chosen = [one for one in candidates if one.user_id == person.id]
    certificates.issue(cohort, chosen, actor=manager)


def _add_person(
    handle: str,
    name: str,
    role: Role,
    cohort: Cohort,
    organisation: Organisation | None,
    passphrase: str,
    ring: KeyRing,
) -> User:
    membership = Membership(role=role)
    if role != Role.ADMINISTRATOR:
        membership.cohort_id = cohort.id
        membership.organisation_id = organisation.id if organisation else None
    user = accounts.invite(
        name,
        _address(handle),
        language="es",
        email=_address(handle),
        memberships=[membership],
        actor=None,
    )
    accounts.begin(user, accounts.stretch_new(passphrase), ring)
    return user


def _add_commitment(
    cohort: Cohort, organisation: Organisation, author: User, mentor: User, status: str
) -> None:
    """A draft is still to be written; any other is whole, and waits for whoever moves it next."""
    is_whole = status != "draft"
    now = clock.now()
    sections = [
        Section(code=code, body=body, revision=1, saved_at=now, saved_by_id=author.id)
        for code, body in zip(commitments.CODES, PLAN, strict=True)
    ]
    db.session.add(
        Commitment(
            cohort_id=cohort.id,
            organisation_id=organisation.id,
            title=PLAN_TITLE if is_whole else "",
            status=status,
            mentor_id=mentor.id,
            created_at=now,
            authorships=[Authorship(user_id=author.id)],
            sections=sections if is_whole else [],
        )
    )
    db.session.flush()


def _invite(cohort: Cohort, organisation: Organisation) -> None:
    """Somebody who has not come in yet."""
    membership = Membership(
        role=Role.PARTICIPANT, cohort_id=cohort.id, organisation_id=organisation.id
    )
    accounts.invite(
        INVITED,
        "ficticia-invitada",
        language="es",
        email=None,
        memberships=[membership],
        actor=None,
    )


def _leave_draft(facilitator: User) -> None:
    """A lesson that is being changed, and not published."""
    if library.outline().lesson(DRAFTED) is None:
        return
    lesson, storage = authoring.get_lesson(DRAFTED), current_app.extensions["storage"]
    current = authoring.find_current(lesson)
    sources = authoring.sources_of(current)
    sources["es"] = re.sub("(?m)^summary: .*", f"summary: {MADE_UP}", sources["es"], count=1)
    reading = authoring.read(lesson, sources, current.figures, storage)
    authoring.save_draft(lesson, sources, reading, base=current.id, by=facilitator)


def _add_answers(facilitator: User) -> None:
    """A cohort that has answered one quiz. Nobody in it can come in; its facilitator sees it."""
    cohort = Cohort(name=ANSWERED, is_fictitious=True, created_at=clock.now())
    db.session.add(cohort)
    db.session.flush()
    db.session.add(Membership(user_id=facilitator.id, role=Role.FACILITATOR, cohort_id=cohort.id))
    people = [
        accounts.invite(
            f"Persona ficticia {number}",
            f"ficticia-{number}",
            language="es",
            email=None,
            memberships=[Membership(role=Role.PARTICIPANT, cohort_id=cohort.id)],
            actor=None,
        )
        for number in range(1, ANSWERING + 1)
    ]
    if library.outline().lesson(LESSON):
        rehearsal.answer(people, library.get_published(LESSON, "es"), QUIZ)


def _address(handle: str) -> str:
    return f"{handle}@demo.example"


def _passphrase(path: Path) -> str:
    """One passphrase for all, made at random on the first run."""
    if not path.exists():
        words = [secrets.choice(WORDS) for _ in range(4)]
        safe.write_private(path, " ".join(words) + f" {secrets.randbelow(90) + 10}\n")
    return path.read_text("utf-8").strip()
