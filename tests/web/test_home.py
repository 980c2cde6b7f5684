"""What waits for those who accompany others, and never a word that somebody wrote."""

import pytest

from nti_lms.database import unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Membership
from nti_lms.services import accounts, authoring
from tests.factories import make_commitment

NOTHING = "Ahora no le espera nada."


def invite(cohort, name="Uma", role=Role.PARTICIPANT):
    with unit_of_work():
        membership = Membership(role=role, cohort_id=cohort.id)
        accounts.invite(name, name, language="es", email=None, memberships=[membership], actor=None)


@pytest.mark.parametrize("name", ["Bo", "Fa", "Re", "Ev", "Di", "Root"])
def test_where_nothing_waits_it_is_said(browser, cast, name):
    assert NOTHING in browser.sign_in(cast[name]).get("/home").text


@pytest.mark.parametrize(
    ("status", "waits_for"), [("draft", set()), ("submitted", {"Bo"}), ("recommended", {"Di"})]
)
def test_a_commitment_waits_for_whoever_moves_it_next(
    browser, cast, ada, bo, cohort, home, status, waits_for
):
    make_commitment(ada, cohort=cohort, organisation=home, mentor=bo, status=status)

    waiting = {
        name
        for name in ("Bo", "Fa", "Re", "Ev", "Di", "Root")
        if NOTHING not in browser.sign_in(cast[name]).get("/home").text
    }

    assert waiting == waits_for


def test_a_mentor_comes_to_the_commitment_that_waits(browser, bo, ada, cohort, home):
    plan = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo, status="submitted")

    page = browser.sign_in(bo).get("/home").text

    assert f'<a class="btn" href="/commitments/{plan.id}">' in page
    assert browser.get(f"/commitments/{plan.id}").status_code == 200


def test_a_facilitator_is_told_of_drafts(browser, app, fa):
    lesson = authoring.get_lesson("mandates")
    current = authoring.find_current(lesson)
    sources = {tongue: text + "\n" for tongue, text in authoring.sources_of(current).items()}
    reading = authoring.read(lesson, sources, current.figures, app.extensions["storage"])
    with unit_of_work():
        authoring.save_draft(lesson, sources, reading, base=current.id, by=fa)

    assert "Una lección tiene un borrador por terminar" in browser.sign_in(fa).get("/home").text


def test_a_manager_is_told_how_many_have_not_come_in(browser, di, cohort):
    invite(cohort)
    invite(cohort, "Vic")

    page = browser.sign_in(di).get("/home").text

    assert "2 personas fueron invitadas y todavía no entraron" in page


def test_an_administrator_is_told_of_those_who_run_the_cohorts_alone(browser, root, cohort):
    invite(cohort)
    before = browser.sign_in(root).get("/home").text
    invite(cohort, "Vic", Role.MANAGER)

    assert NOTHING in before
    assert "Una persona fue invitada y todavía no entró" in browser.get("/home").text


def test_staff_are_told_when_the_second_gathering_begins(browser, bo):
    assert "El segundo encuentro empieza el" in browser.sign_in(bo).get("/home").text
