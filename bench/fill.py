"""A scratch site with so many participants, each with progress, answers, an entry and a plan."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.domain import codes, schedule, sealing
from nti_lms.domain.roles import Role
from nti_lms.domain.schedule import Days, Rule
from nti_lms.domain.sealing import Context
from nti_lms.models import (
    Answer,
    Attempt,
    Authorship,
    Cohort,
    Commitment,
    Entry,
    Installment,
    KeyPair,
    Lesson,
    LessonProgress,
    Membership,
    Organisation,
    Revision,
    Section,
    Session,
    User,
)
from nti_lms.services import accounts, counting
from nti_lms.services import cohorts as cohorts_of
from nti_lms.services.cohorts import Opening

WORDS = "Lo que observo en mi casa y en mi trabajo, en unas cuantas líneas. " * 12
PASSPHRASE = "cuatro palabras de medida"  # noqa: S105 -- of a scratch database


@dataclass(frozen=True, slots=True)
class Filled:
    """Tokens of participants, and of one manager for each cohort; the handle of somebody with
    `PASSPHRASE`."""

    participants: list[str]
    managers: list[str]
    cohorts: list[int]
    handle: str


def fill(app: Flask, people: int, cohort_size: int) -> Filled:
    """Add the people, in cohorts, to a migrated database that holds the curriculum."""
    with unit_of_work():
        lessons = db.session.execute(
            select(Lesson.id, Revision.id).join(Revision, Revision.lesson_id == Lesson.id)
        ).all()
        cohorts = [_cohort(number) for number in range(max(1, people // cohort_size))]
        organisation = Organisation(name="Red de medida", is_fictitious=True)
        db.session.add_all([*cohorts, organisation])
        db.session.flush()
        for cohort in cohorts:
            db.session.add_all(_installments(cohort.id))
        db.session.flush()
        for cohort in cohorts:
            _place(cohort.id)
        handle = _somebody(app, cohorts[0].id, organisation.id)
        ids = _users(people, "p")
        managers = _users(len(cohorts), "m")
        _rows(app, ids, [cohort.id for cohort in cohorts], organisation.id, lessons)
        _insert(
            Membership,
            [
                {"user_id": user, "role": Role.MANAGER, "cohort_id": cohort.id}
                for user, cohort in zip(managers, cohorts, strict=True)
            ],
        )
        return Filled(_sessions(ids), _sessions(managers), [one.id for one in cohorts], handle)


def _cohort(number: int) -> Cohort:
    return Cohort(name=f"Cohorte de medida {number}", is_fictitious=True, created_at=clock.now())


def _installments(cohort_id: int) -> list[Installment]:
    days = ((1, -30), (2, 60))
    starts = [(number, clock.today() + timedelta(days=first)) for number, first in days]
    return [
        Installment(
            cohort_id=cohort_id,
            number=number,
            starts_on=start,
            ends_on=start + timedelta(days=3),
            mode="virtual",
        )
        for number, start in starts
    ]


def _place(cohort_id: int) -> None:
    """Phases around the gatherings; every module opened by its phase, the last one on a day."""
    cohort = cohorts_of.get_cohort(cohort_id)
    first, second = (Days(one.starts_on, one.ends_on) for one in cohort.installments)
    cohorts_of.date_phases(cohort, schedule.phases_around(first, second))
    cohorts_of.open_modules(cohort, Rule.PHASE)
    last = max(cohorts_of.openings(cohort))
    cohorts_of.place_modules(cohort, {last: Opening("F4", Rule.DAY, second.starts_on)})


def _somebody(app: Flask, cohort_id: int, organisation_id: int) -> str:
    member = Membership(role=Role.PARTICIPANT, cohort_id=cohort_id, organisation_id=organisation_id)
    user = accounts.invite(
        "Persona de medida",
        "persona.medida",
        language="es",
        email=None,
        memberships=[member],
        actor=None,
    )
    accounts.begin(user, accounts.stretch_new(PASSPHRASE), app.extensions["keyring"])
    return user.handle


def _users(count: int, letter: str) -> list[int]:
    now = clock.now()
    rows = [
        {
            "name": f"Persona {letter}{number}",
            "handle": f"{letter}{number}",
            "language": "es",
            "created_at": now,
        }
        for number in range(count)
    ]
    _insert(User, rows)
    query = select(User.id).where(User.handle.in_([str(row["handle"]) for row in rows]))
    return list(db.session.scalars(query.order_by(User.id)))


def _rows(app: Flask, ids: list[int], cohorts: list[int], organisation: int, lessons: Any) -> None:
    now, ring = clock.now(), app.extensions["keyring"]
    pair = sealing.new_key_pair()
    (lesson, revision), read = lessons[0], lessons[: len(lessons) // 2]
    cohort_of = {user: cohorts[place % len(cohorts)] for place, user in enumerate(ids)}
    _insert(
        Membership,
        [
            {
                "user_id": user,
                "role": Role.PARTICIPANT,
                "cohort_id": cohort_of[user],
                "organisation_id": organisation,
            }
            for user in ids
        ],
    )
    _insert(
        KeyPair,
        [
            {
                "user_id": user,
                "number": 1,
                "public_key": pair.public,
                "recipe": "none",
                "by_passphrase": b"-",
                "created_at": now,
            }
            for user in ids
        ],
    )
    pairs = dict(db.session.execute(select(KeyPair.user_id, KeyPair.id)).tuples().all())
    _insert(
        Entry,
        [
            {
                "user_id": user,
                "lesson_id": lesson,
                "lesson_revision_id": revision,
                "block": "measured",
                "key_pair_id": pairs[user],
                "revision": 1,
                "envelope": sealing.seal_for(
                    WORDS.encode(),
                    pair.public,
                    Context("entry", f"{lesson}/measured", user, 1),
                    ring,
                ),
                "created_at": now,
                "saved_at": now,
            }
            for user in ids
        ],
    )
    _insert(
        LessonProgress,
        [
            {
                "user_id": user,
                "lesson_id": each,
                "block": "",
                "opened_at": now,
                "seen_at": now,
                "read_at": now,
            }
            for user in ids
            for each, _revision in read
        ],
    )
    _insert(
        Attempt,
        [
            {
                "user_id": user,
                "lesson_id": lesson,
                "revision_id": revision,
                "block": "check",
                "number": 1,
                "seed": user,
                "started_at": now,
                "submitted_at": now,
                "won": 4,
                "offered": 5,
            }
            for user in ids
        ],
    )
    attempts = db.session.scalars(select(Attempt.id)).all()
    digest = db.session.scalars(select(Revision.digest).where(Revision.id == revision)).one()
    (quiz,) = counting.quizzes_in([(revision, digest)])
    _insert(
        Answer,
        [
            {
                "attempt_id": attempt,
                "question": question.key.id,
                "response": {"is": "x"},
                "saved_at": now,
                "hits": (attempt // (number + 1)) % 2,
                "parts": 1,
            }
            for attempt in attempts
            for number, question in enumerate(quiz.scored("es"))
        ],
    )
    _insert(
        Commitment,
        [
            {
                "cohort_id": cohort_of[user],
                "organisation_id": organisation,
                "title": f"Plan {user}",
                "status": "draft",
                "created_at": now,
            }
            for user in ids
        ],
    )
    plans = db.session.scalars(select(Commitment.id).order_by(Commitment.id)).all()
    _insert(
        Authorship,
        [{"commitment_id": plan, "user_id": user} for plan, user in zip(plans, ids, strict=True)],
    )
    _insert(
        Section,
        [
            {
                "commitment_id": plan,
                "code": f"C{number}",
                "body": WORDS,
                "revision": 1,
                "saved_at": now,
                "saved_by_id": user,
            }
            for plan, user in zip(plans, ids, strict=True)
            for number in (1, 2, 3, 5)
        ],
    )


def _sessions(ids: list[int]) -> list[str]:
    now, tokens = clock.now(), [codes.new_token() for _ in ids]
    _insert(
        Session,
        [
            {
                "token_hash": codes.token_hash(token),
                "user_id": user,
                "is_own_phone": True,
                "agent": "bench",
                "created_at": now,
                "seen_at": now,
                "expires_at": now + timedelta(days=7),
                "second_step": "shown",
            }
            for token, user in zip(tokens, ids, strict=True)
        ],
    )
    return tokens


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        db.session.execute(insert(table), rows[start : start + 5000])
