"""The whole cast at the doors, and what each of them has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import (
    AgendaItem,
    Attempt,
    Cohort,
    Entry,
    Excerpt,
    Installment,
    Organisation,
    Passkey,
    Revision,
    User,
)
from nti_lms.services import (
    accounts,
    authoring,
    calendar,
    certificates,
    gatherings,
    library,
    sessions,
    tickets,
    workbooks,
)
from tests.conftest import Browser, keep, keys_of, person
from tests.factories import make_commitment

LESSON = "/lessons/sex-gender-norms"
VISITOR = "visitor"
# Who they are, in the order of the table: role, and whether they belong to the cohort and the
# organisation of the participant whose things are knocked at, or to the other ones.
CAST: dict[str, tuple[Role, bool]] = {
    "participant": (Role.PARTICIPANT, True),
    "classmate": (Role.PARTICIPANT, True),
    "outsider": (Role.PARTICIPANT, False),
    "representative": (Role.REPRESENTATIVE, True),
    "mentor": (Role.MENTOR, True),
    "facilitator": (Role.FACILITATOR, True),
    "manager": (Role.MANAGER, True),
    "evaluator": (Role.EVALUATOR, True),
    "contact": (Role.SAFEGUARDING_CONTACT, True),
    "administrator": (Role.ADMINISTRATOR, True),
    "other-representative": (Role.REPRESENTATIVE, False),
    "other-mentor": (Role.MENTOR, False),
    "other-facilitator": (Role.FACILITATOR, False),
    "other-manager": (Role.MANAGER, False),
    "owing": (Role.FACILITATOR, True),
    "waiting": (Role.FACILITATOR, True),
}
# Staff sign in with a second step: one has not set it up yet, one has not shown it yet.
STEPS = {"owing": "none", "waiting": "awaited"}
SENT_BY_ORGANISATIONS = {Role.PARTICIPANT, Role.REPRESENTATIVE}


@dataclass(frozen=True, slots=True)
class Stage:
    """The site with its people, their sessions, and the ids of what they have."""

    app: Flask
    browser: Browser
    people: Mapping[str, User]
    tokens: Mapping[str, str]
    things: Mapping[str, Any]
    own: Mapping[str, Mapping[str, Any]]

    def be(self, name: str) -> Browser:
        """The browser of this person, or of a visitor."""
        self.browser.delete_cookie("nti")
        if name != VISITOR:
            self.browser.set_cookie("nti", self.tokens[name])
        return self.browser

    def address(self, example: str, name: str) -> str:
        """An example of the table with ids in it: `{own_…}` is this person's, if they have it."""
        return example.format(**{**self.things, **self.own.get(name, {})})

    def ask(self, name: str, method: str, example: str, **kwargs: Any) -> TestResponse:
        """What this person is answered."""
        url = self.address(example, name)
        return self.be(name).open(url, method=method, buffered=True, **kwargs)


@pytest.fixture
def abroad(app: Flask) -> Cohort:
    """Another cohort."""
    return keep(Cohort(name="Otra cohorte", is_fictitious=True, created_at=clock.now()))


@pytest.fixture
def people(
    app: Flask, cohort: Cohort, abroad: Cohort, home: Organisation, elsewhere: Organisation
) -> dict[str, User]:
    def come(name: str, role: Role, is_here: bool) -> User:
        if role == Role.ADMINISTRATOR:
            return person(app, name, role)
        sender = (home if is_here else elsewhere) if role in SENT_BY_ORGANISATIONS else None
        return person(app, name, role, cohort if is_here else abroad, sender)

    return {name: come(name, role, is_here) for name, (role, is_here) in CAST.items()}


@pytest.fixture
def stage(
    app: Flask,
    browser: Browser,
    people: Mapping[str, User],
    cohort: Cohort,
    abroad: Cohort,
    home: Organisation,
    elsewhere: Organisation,
) -> Iterator[Stage]:
    """Everybody has written and answered; the commitments are the participants'."""
    plan = make_commitment(
        people["participant"], cohort=cohort, organisation=home, mentor=people["mentor"]
    )
    other = make_commitment(
        people["outsider"],
        cohort=abroad,
        organisation=elsewhere,
        mentor=people["other-mentor"],
    )
    own = {name: _have(browser, user) for name, user in people.items()}
    own["participant"]["own_commitment"] = plan.id
    own["outsider"]["own_commitment"] = other.id
    own["participant"]["own_excerpt"] = _carry(browser, people["participant"])
    own["outsider"]["own_excerpt"] = _carry(browser, people["outsider"])
    tokens = {name: _come_in(name, user) for name, user in people.items()}
    for name in people:
        own[name]["own_session"] = _name_of(tokens[name])
    mine = own["participant"]
    shared = {
        **{f"own_{name}": mine[f"own_{name}"] for name in ("entry", "attempt", "session")},
        **{f"own_{name}": mine[f"own_{name}"] for name in ("commitment", "excerpt")},
        **{name.removeprefix("own_"): value for name, value in mine.items()},
        **{name.replace("-", "_"): user.id for name, user in people.items()},
        **_shelf(app),
        **_tickets(people["participant"]),
        "calendar": _calendar(people["participant"]),
        "passkey": _passkey(people["participant"]),
        "cohort": cohort.id,
        "organisation": home.id,
        **_gathering(cohort),
        "certificate": _certificate(cohort, people),
        "nonsense": "K7QP-2MXD-9RTA-V3HC",
    }
    browser.delete_cookie("form")  # with what it was told while all this was made
    yield Stage(app, browser, people, tokens, shared, own)
    browser.delete_cookie("nti")


def _come_in(name: str, user: User) -> str:
    known = accounts.find_user(user.id) or user
    step = STEPS.get(name, "shown" if may.owes_second_step(known) else "none")
    with unit_of_work():
        token, _ = sessions.open_session(
            known, keys_of(user), is_own_phone=False, agent="test", second_step=step
        )
    return token


def _name_of(token: str) -> str:
    found = sessions.find(token)
    assert found is not None
    return found[0].token_hash.hex()


def _have(browser: Browser, user: User) -> dict[str, Any]:
    """What this person writes and begins, if the site lets them."""
    browser.sign_in(user).post(f"{LESSON}/reflections/house-norm", data={"text": "x"})
    browser.post(f"{LESSON}/quiz/check/start")
    found = {
        "own_entry": db.session.scalar(select(Entry.id).where(Entry.user_id == user.id)),
        "own_attempt": db.session.scalar(select(Attempt.id).where(Attempt.user_id == user.id)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _carry(browser: Browser, user: User) -> int:
    entry = db.session.scalars(select(Entry.id).where(Entry.user_id == user.id)).one()
    form = {"body": "una parte", "is_checked": "y", "code": "C2"}
    browser.sign_in(user).post(f"/journal/entries/{entry}/carry", data=form)
    return db.session.scalars(select(Excerpt.id).where(Excerpt.author_id == user.id)).one()


def _gathering(cohort: Cohort) -> dict[str, Any]:
    """The first gathering of the cohort, with a session on its first day."""
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 1)
    first = db.session.scalars(select(Installment).where(own)).one()
    item = AgendaItem(
        installment_id=first.id,
        day=first.starts_on,
        start_minute=540,
        minutes=60,
        title="Bienvenida",
        leader="",
    )
    return {"installment": first.id, "day": first.starts_on.isoformat(), "item": keep(item).id}


def _certificate(cohort: Cohort, people: Mapping[str, User]) -> int:
    """The participant's; the classmate was there too and has none."""
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 1)
    first = db.session.scalars(select(Installment).where(own)).one()
    there = [people[name].id for name in ("participant", "classmate")]
    with unit_of_work():
        gatherings.note_attendance(
            first, first.starts_on, dict.fromkeys(there, "present"), actor=people["manager"]
        )
        candidates = certificates.list_candidates(cohort, [])
        (one,) = [one for one in candidates if one.user_id == there[0]]
        (made,) = certificates.issue(cohort, [one], actor=people["manager"])
    return made.id


def _passkey(user: User) -> int:
    return keep(
        Passkey(
            user_id=user.id, credential_id=b"x", public_key=b"x", agent="", created_at=clock.now()
        )
    ).id


def _calendar(user: User) -> str:
    """The secret of a calendar's address: whoever has it reads it."""
    with unit_of_work():
        return calendar.make_feed(user)


def _tickets(user: User) -> dict[str, str]:
    """Secrets that still hold: whoever has one comes in with it."""
    with unit_of_work():
        newcomer = accounts.invite(
            "Rosario", "rosario", language="es", email=None, memberships=[], actor=None
        )
        return {
            "invitation": tickets.issue(newcomer, "invitation", is_on_paper=True),
            "reset": tickets.issue(user, "reset", is_on_paper=True),
        }


def _shelf(app: Flask) -> dict[str, Any]:
    """A lesson with a draft, a drawing, and a workbook of each edition that is built."""
    lesson = authoring.get_lesson("sex-gender-norms")
    published = authoring.find_current(lesson)
    books = {}
    with unit_of_work():
        for edition in workbooks.EDITIONS:
            module = library.get_module("m1")
            book = workbooks.order(module, language="es", edition=edition, paper="letter")
            workbooks.shelve(book.id, app.extensions["storage"].put(b"%PDF-"), size=5, pages=1)
            books[f"{edition}_book"] = book.id
    revision = db.session.get_one(Revision, published.id)
    return {
        **books,
        "revision": revision.id,
        "figure": next(iter(revision.figures.values()))["es"],
    }
