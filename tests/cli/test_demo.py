"""The fictitious cohort: loaded once, visibly made up, with everybody able to come in."""

import re

import pytest
from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.domain.roles import Role
from nti_lms.models import Cohort, Commitment, Organisation, User
from nti_lms.services import accounts, authoring, library


@pytest.fixture
def load(app):
    def load():
        outcome = app.test_cli_runner().invoke(args=["demo", "load"])
        db.session.expire_all()
        assert outcome.exit_code == 0, outcome.output
        return outcome.output.splitlines()

    return load


def test_everybody_who_is_named_can_come_in(browser, load):
    *addresses, last = load()
    passphrase = last.rpartition(": ")[2]

    places = {
        browser.post("/sign-in", data={"handle": one, "passphrase": passphrase}).location
        for one in addresses
    }

    assert places == {"/home"}
    named = select(func.count()).select_from(User).where(User.email.is_not(None))
    assert len(addresses) == db.session.scalar(named)


def test_every_role_that_the_site_serves_is_there(load):
    roles = {m.role for one in load()[:-1] for m in accounts.find_by_handle(one).memberships}

    assert roles == set(Role) - {Role.SAFEGUARDING_CONTACT}


def test_the_statistics_of_a_quiz_have_people_to_show(browser, load):
    load()
    facilitator = accounts.find_by_handle("facilitator@demo.example")

    page = browser.sign_in(facilitator, with_journal=False).get(
        "/lessons/sex-gender-norms/quiz/check/statistics"
    )

    assert "15 personas contadas" in page.text
    names = select(User.name).where(User.email.is_(None))
    assert {"ficticia" in name for name in db.session.scalars(names)} == {True}


def test_loading_twice_adds_nobody_and_keeps_the_passphrase(load):
    first = load()
    before = db.session.scalars(select(User.id)).all()

    assert load() == first
    assert db.session.scalars(select(User.id)).all() == before


def test_everything_is_marked_as_fictitious(load):
    load()

    marks = [*db.session.scalars(select(Cohort.is_fictitious))]
    marks += db.session.scalars(select(Organisation.is_fictitious))
    names = [
        *db.session.scalars(select(Organisation.name)),
        *db.session.scalars(select(Cohort.name)),
    ]
    assert set(marks) == {True}
    assert [name for name in names if "fictici" not in name] == []


def test_each_participant_has_a_commitment_with_a_mentor(load):
    load()

    rows = db.session.execute(select(Commitment.organisation_id, Commitment.mentor_id)).all()
    assert len({organisation for organisation, _ in rows}) == len(rows) == 4
    assert None not in {mentor for _, mentor in rows}


WAITING = {
    "mentor": "Leer el compromiso y responder",
    "manager": "Un compromiso está recomendado para aprobarse",
    "facilitator": "Una lección tiene un borrador por terminar",
}


@pytest.mark.parametrize("name", WAITING)
def test_the_home_of_staff_shows_what_it_is_for(browser, load, name):
    load()
    who = accounts.find_by_handle(f"{name}@demo.example")

    page = browser.sign_in(who, with_journal=False).get("/home").text

    assert WAITING[name] in page
    assert "Ahora no le espera nada." not in page
    if name == "manager":
        assert "Una persona fue invitada y todavía no entró" in page


def test_the_mentor_reads_a_whole_commitment_that_says_it_is_made_up(browser, load):
    load()
    mentor = accounts.find_by_handle("mentor@demo.example")
    home = browser.sign_in(mentor, with_journal=False).get("/home").text
    address = re.search(r'class="btn" href="(/commitments/\d+)"', home)[1]

    page = browser.get(address).text

    assert "ejemplo ficticio" in page
    assert "12 de 12" in page
    assert "Borrador" not in page


def test_the_draft_is_sound_says_it_is_made_up_and_is_not_published(app, load):
    load()
    lesson = authoring.get_lesson("the-facilitator")
    draft = authoring.find_current(lesson)
    reading = authoring.read(
        lesson, authoring.sources_of(draft), draft.figures, app.extensions["storage"]
    )

    assert (draft.state, list(reading.problems)) == ("draft", [])
    assert "ficticio" in reading.texts["es"].summary
    assert "ficticio" not in library.get_published("the-facilitator", "es").text.summary


def test_the_passphrase_is_kept_where_only_the_owner_reads_it(app, load):
    load()

    path = app.extensions["settings"].data / "demo-passphrase"
    assert oct(path.stat().st_mode)[-3:] == "600"
