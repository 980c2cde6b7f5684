"""Whatever roles people hold, a list holds what its rule admits, and no more."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import (
    Authorship,
    Cohort,
    Commitment,
    Membership,
    Organisation,
    User,
)
from nti_lms.printing import client
from nti_lms.services import accounts, commitments, following, learn, people
from tests.conftest import keep
from tests.doors.conftest import CAST, LESSON, Stage

pytestmark = pytest.mark.slow

PEOPLE, PLACES = range(3), range(2)
FOLLOWING = [
    *(Role.PARTICIPANT, Role.REPRESENTATIVE, Role.MENTOR, Role.MANAGER),
    *(Role.FACILITATOR, Role.ADMINISTRATOR),
]
ROLES = st.sets(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(FOLLOWING),
        st.sampled_from([None, *PLACES]),
        st.sampled_from([None, *PLACES]),
    ),
    min_size=3,
    max_size=9,
)
# Cohort, organisation, mentor, authors.
PLANS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(PLACES),
        st.sampled_from([None, *PEOPLE]),
        st.sets(st.sampled_from(PEOPLE)),
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def ground(app: Any) -> dict[str, list[int]]:
    """Two cohorts, two organisations, three people without any role."""
    now, numbers = clock.now(), count()
    return {
        "cohorts": [keep(Cohort(name=f"Cohorte {n}", created_at=now)).id for n in PLACES],
        "organisations": [keep(Organisation(name=f"Red {n}")).id for n in PLACES],
        "people": [
            keep(User(name=f"P{n}", handle=f"p{next(numbers)}", created_at=now)).id for n in PEOPLE
        ],
    }


def settle(ground: dict[str, list[int]], roles: Any, plans: Any) -> None:
    """Give out these roles and write these plans, in the place of all before."""

    def place(kind: str, number: int | None) -> int | None:
        return None if number is None else ground[kind][number]

    with unit_of_work():
        db.session.execute(delete(Membership))
        db.session.execute(delete(Commitment))
        for person, role, cohort, organisation in roles:
            if role == Role.ADMINISTRATOR or (cohort, organisation) != (None, None):
                db.session.add(
                    Membership(
                        user_id=ground["people"][person],
                        role=role,
                        cohort_id=place("cohorts", cohort),
                        organisation_id=place("organisations", organisation),
                    )
                )
        for cohort, organisation, mentor, authors in plans:
            db.session.add(
                Commitment(
                    cohort_id=ground["cohorts"][cohort],
                    organisation_id=ground["organisations"][organisation],
                    mentor_id=place("people", mentor),
                    created_at=clock.now(),
                    authorships=[Authorship(user_id=ground["people"][one]) for one in authors],
                )
            )
    db.session.expunge_all()


@given(roles=ROLES, plans=PLANS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lists_agree_with_rules(ground: dict[str, list[int]], roles: Any, plans: Any) -> None:
    settle(ground, roles, plans)
    readers = [accounts.find_user(number) for number in ground["people"]]
    everything = db.session.scalars(
        select(Commitment).options(selectinload(Commitment.authorships))
    ).all()

    for reader in filter(None, readers):
        listed = {plan.id for plan in commitments.list_commitments(reader)}
        assert listed == {p.id for p in everything if may.read_commitment(reader, p)}

        own = commitments.find_own(reader)
        written = [plan.id for plan in everything if may.edit_commitment(reader, plan)]
        assert (own.id if own else None) == max(written, default=None)
        line = learn.find_plan(reader)
        assert (line.id if line else None) == max(written, default=None)

        accompanied = {line.id for line in following.list_accompanied(reader)}
        assert accompanied <= listed
        assert accompanied == {
            plan.id
            for plan in everything
            if any(
                may.COMMITMENT_READERS[relation](reader, plan)
                for relation in ("mentor", "representative")
            )
        }

        followed = {line.user_id for line in following.list_people(reader, []).lines}
        assert followed == {
            person.id
            for person in filter(None, readers)
            if person is not reader
            and person.has_role(Role.PARTICIPANT)
            and may.read_progress(reader, person, everything)
        }
        seen = {line.user.id for line in people.list_people(reader)}
        assert seen == {one.id for one in filter(None, readers) if may.see_person(reader, one)}


def test_exports_and_books_hold_the_words_of_their_reader_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal as pages, as a file, in the lesson and in one's printed book."""
    printed: list[str] = []
    monkeypatch.setattr(client, "render", lambda _, book: printed.append(repr(book)) or b"%PDF-")
    names = [name for name in CAST if name not in {"administrator", "owing", "waiting"}]
    words = {name: f"palabra-{number:03}" for number, name in enumerate(names)}
    for name, word in words.items():
        form = {"text": word, "revision": "1"}
        stage.ask(name, "POST", f"{LESSON}/reflections/house-norm", data=form)

    for name, word in words.items():
        printed.clear()
        stage.ask(name, "POST", "/workbooks/mine/m1")
        shown = [
            stage.ask(name, "GET", url).text for url in ("/journal", "/journal/export", LESSON)
        ]
        for text in [*shown, *printed]:
            assert [one for one in words.values() if one in text] == [word], name
        assert len(printed) == 1
