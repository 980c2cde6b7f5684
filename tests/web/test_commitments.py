"""Commitments to Action: begun, written section by section, read by those named, lost by nobody."""

import pytest
from sqlalchemy import select

from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.roles import Role
from nti_lms.models import Authorship, Commitment, Entry, Excerpt, Section
from nti_lms.services import commitments
from tests.conftest import keep, person
from tests.factories import make_commitment

AUTOSAVE = {"X-Autosave": "1"}
HTMX = {"HX-Request": "true"}
TEXT = "El permiso existe y pocos lo usan"


@pytest.fixture
def plan(ada, bo, cohort, home):
    return make_commitment(ada, cohort=cohort, organisation=home, mentor=bo)


@pytest.fixture
def c2(plan):
    """The address of its second section."""
    return f"/commitments/{plan.id}/sections/C2"


@pytest.fixture
def excerpt(browser, ada, plan):
    """A part that Ada took from her journal."""
    write = "/lessons/sex-gender-norms/reflections/house-norm"
    browser.sign_in(ada).post(write, data={"text": "Aquí nadie lo pide", "revision": "0"})
    entry = db.session.scalars(select(Entry)).one()
    browser.post(
        f"/journal/entries/{entry.id}/carry",
        data={"body": "Nadie pide el permiso", "is_checked": "y", "code": "C2"},
    )
    return db.session.scalars(select(Excerpt)).one()


def sections():
    rows = db.session.scalars(select(Section).order_by(Section.code)).all()
    return [(row.code, row.body, row.revision) for row in rows]


# --- beginning ---


def test_beginning_makes_the_organisations_commitment(browser, ada, home, cohort):
    response = browser.sign_in(ada).post("/commitments/start")

    made = db.session.scalars(select(Commitment)).one()
    assert (response.status_code, response.location) == (303, f"/commitments/{made.id}")
    assert (made.organisation_id, made.cohort_id, made.status) == (home.id, cohort.id, "draft")


def test_beginning_twice_makes_one(browser, ada):
    browser.sign_in(ada)

    places = {browser.post("/commitments/start").location for _ in range(2)}

    assert places == {f"/commitments/{db.session.scalars(select(Commitment.id)).one()}"}


def test_a_colleague_joins_the_one_that_exists(app, browser, ada, plan, cohort, home):
    colleague = person(app, "Eva", Role.PARTICIPANT, cohort, home)

    browser.sign_in(colleague).post("/commitments/start")

    assert commitments.get_commitment(plan.id).author_ids == {ada.id, colleague.id}


def test_another_organisation_begins_its_own(browser, cy, plan, elsewhere):
    browser.sign_in(cy).post("/commitments/start")

    organisations = db.session.scalars(
        select(Commitment.organisation_id).order_by(Commitment.id)
    ).all()
    assert organisations == [plan.organisation_id, elsewhere.id]


# --- reading ---


def test_the_list_agrees_with_the_rule(cast, plan, cohort, elsewhere):
    other = make_commitment(cast["Cy"], cohort=cohort, organisation=elsewhere)
    everything = [commitments.get_commitment(one.id) for one in (plan, other)]

    listed = {name: ids(commitments.list_commitments(user)) for name, user in cast.items()}

    assert listed == {
        name: {one.id for one in everything if may.read_commitment(user, one)}
        for name, user in cast.items()
    }
    assert listed["Di"] == {plan.id, other.id}
    assert listed["Fa"] == listed["Ev"] == listed["Root"] == set()


def ids(plans):
    return {one.id for one in plans}


def test_ones_own_commitment_opens_at_once(browser, ada, plan):
    response = browser.sign_in(ada).get("/commitments")

    assert (response.status_code, response.location) == (303, f"/commitments/{plan.id}")


def test_whoever_only_reads_gets_the_list_and_no_way_to_write(browser, bo, plan, c2):
    page = browser.sign_in(bo).get("/commitments")
    shown = browser.get(f"/commitments/{plan.id}")

    assert f'href="/commitments/{plan.id}"' in page.text
    assert c2 not in shown.text


def test_the_author_finds_a_way_to_write_each_section(browser, ada, plan):
    shown = browser.sign_in(ada).get(f"/commitments/{plan.id}").text

    assert [code for code in commitments.CODES if f"/sections/{code}" not in shown] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_questions(
    browser, statements, cast, cohort, home, count
):
    for number in range(count):
        one = make_commitment(cast["Ada"], cohort=cohort, organisation=home, title=f"Plan {number}")
        with unit_of_work():
            for code in ("C1", "C2")[:count]:
                commitments.write_section(
                    commitments.get_commitment(one.id),
                    code,
                    TEXT,
                    base=0,
                    author=cast["Ada"],
                    title=None,
                )
    browser.sign_in(cast["Di"])

    with statements() as seen:
        response = browser.get("/commitments")

    assert response.text.count("Plan ") == count
    # who asks; the plans; their authors; their sections; what was brought; the states' names
    assert len(seen) == 6


@pytest.mark.parametrize("count", [0, 3])
def test_a_commitment_asks_a_constant_number_of_questions(
    browser, statements, ada, bo, plan, excerpt, count
):
    with unit_of_work():
        for code in commitments.CODES[:count]:
            whole = commitments.get_commitment(plan.id)
            commitments.write_section(whole, code, TEXT, base=0, author=ada, title=None)
    url = f"/commitments/{plan.id}"
    browser.sign_in(bo).get(url)

    with statements() as seen:
        response = browser.get(url)

    assert response.text.count(TEXT) == count
    # who asks; the plan; its authors; its sections; what was brought; the words; the outline
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("status", "name", "is_open"),
    [("draft", "Borrador", True), ("recommended", "Recomendado", False)],
)
def test_its_state_is_named_and_only_a_draft_offers_to_write(
    browser, ada, bo, cohort, home, status, name, is_open
):
    plan = make_commitment(ada, cohort=cohort, organisation=home, mentor=bo, status=status)

    own = browser.sign_in(ada).get(f"/commitments/{plan.id}").text
    listed = browser.sign_in(bo).get("/commitments").text

    assert f"{name}: 0 de 12" in own
    assert f'<span class="tag now">{name}</span>' in listed
    assert (f"/commitments/{plan.id}/sections/C5" in own) == is_open


# --- writing ---


def test_writing_a_section_keeps_it_and_comes_back(browser, ada, plan, c2):
    response = browser.sign_in(ada).post(c2, data={"body": TEXT, "revision": "0"})

    assert (response.status_code, response.location) == (303, f"/commitments/{plan.id}#c2")
    assert sections() == [("C2", TEXT, 1)]
    assert TEXT in browser.get(f"/commitments/{plan.id}").text


def test_htmx_is_led_to_the_same_place(browser, ada, plan, c2):
    response = browser.sign_in(ada).post(c2, data={"body": TEXT, "revision": "0"}, headers=HTMX)

    assert response.headers["HX-Redirect"] == f"/commitments/{plan.id}#c2"
    assert sections() == [("C2", TEXT, 1)]


def test_the_first_section_carries_the_title(browser, ada, plan):
    url = f"/commitments/{plan.id}/sections/C1"

    browser.sign_in(ada).post(url, data={"title": "Un título", "body": TEXT, "revision": "0"})

    assert db.session.get(Commitment, plan.id).title == "Un título"


def test_no_other_section_changes_the_title(browser, ada, plan, c2):
    browser.sign_in(ada).post(c2, data={"title": "Otro", "body": TEXT, "revision": "0"})

    assert db.session.get(Commitment, plan.id).title == plan.title


def test_two_autosaves_in_a_row_go_on_from_each_other(browser, ada, c2):
    browser.sign_in(ada)

    first = browser.post(c2, data={"body": "uno", "revision": "0"}, headers=AUTOSAVE)
    base = str(first.json["revision"])
    second = browser.post(c2, data={"body": "uno dos", "revision": base}, headers=AUTOSAVE)

    assert [first.json["revision"], second.json["revision"]] == [1, 2]
    assert first.json["saved_at"].startswith(("Guardado hoy", "Saved today"))
    assert sections() == [("C2", "uno dos", 2)]


def test_a_repeated_autosave_counts_once(browser, ada, c2):
    data = {"body": TEXT, "revision": "0", "idempotency_key": "k1"}
    browser.sign_in(ada)

    answers = [browser.post(c2, data=data, headers=AUTOSAVE) for _ in range(2)]

    assert [answer.json["revision"] for answer in answers] == [1, 1]
    assert sections() == [("C2", TEXT, 1)]


def test_two_people_do_not_overwrite_each_other(browser, ada, c2):
    browser.sign_in(ada).post(c2, data={"body": "el nuevo", "revision": "0"})

    refused = browser.post(c2, data={"body": "el mío", "revision": "0"})
    chosen = browser.post(c2, data={"body": "el mío", "revision": "0", "instead_of": "1"})

    assert refused.status_code == 409
    assert "el nuevo" in refused.text
    assert "el mío" in refused.text
    assert chosen.status_code == 303
    assert sections() == [("C2", "el mío", 2)]


def test_a_quiet_conflict_brings_the_newer_text(browser, ada, c2):
    browser.sign_in(ada).post(c2, data={"body": "el nuevo", "revision": "0"})

    response = browser.post(c2, data={"body": "otro", "revision": "0"}, headers=AUTOSAVE)

    assert response.status_code == 409
    assert "el nuevo" in response.json["conflict"]
    assert sections() == [("C2", "el nuevo", 1)]


def test_a_section_that_does_not_exist_is_not_found(browser, ada, plan):
    url = f"/commitments/{plan.id}/sections/C13"

    codes = [browser.sign_in(ada).open(url, method=m).status_code for m in ("GET", "POST")]

    assert codes == [404, 404]
    assert sections() == []


def test_a_text_that_is_too_long_is_refused_by_name_and_shown_again(browser, ada, c2):
    response = browser.sign_in(ada).post(c2, data={"body": "ñ" * 20_001, "revision": "0"})

    assert response.status_code == 422
    assert 'id="body-error"' in response.text
    assert "ñ" * 20_001 in response.text
    assert sections() == []


def test_a_title_that_is_too_long_is_refused_by_name_and_shown_again(browser, ada, plan):
    data = {"title": "t" * 121, "body": TEXT, "revision": "0"}

    response = browser.sign_in(ada).post(f"/commitments/{plan.id}/sections/C1", data=data)

    assert response.status_code == 422
    assert 'id="title-error"' in response.text
    assert "t" * 121 in response.text
    assert TEXT in response.text
    assert sections() == []


def test_a_commitment_that_left_the_draft_does_not_change(browser, ada, plan, c2):
    with unit_of_work():
        db.session.get(Commitment, plan.id).status = "submitted"

    response = browser.sign_in(ada).post(c2, data={"body": TEXT, "revision": "0"})

    assert response.status_code == 409
    assert TEXT in response.text
    assert sections() == []


# --- parts of a journal ---


def test_withdrawing_takes_the_copy_and_leaves_the_entry(browser, ada, plan, excerpt):
    response = browser.post(f"/commitments/excerpts/{excerpt.id}/withdraw")

    assert (response.status_code, response.location) == (303, f"/commitments/{plan.id}#c2")
    assert db.session.scalars(select(Excerpt)).all() == []
    assert len(db.session.scalars(select(Entry)).all()) == 1


def test_nobody_else_withdraws_it_not_even_a_co_author(app, browser, cast, plan, excerpt):
    others = [user for name, user in cast.items() if name != "Ada"]
    keep(Authorship(commitment_id=plan.id, user_id=cast["Cy"].id))

    codes = {
        browser.sign_in(user).post(f"/commitments/excerpts/{excerpt.id}/withdraw").status_code
        for user in others
    }

    assert codes == {404}
    assert len(db.session.scalars(select(Excerpt)).all()) == 1


def test_a_part_outlives_the_page_it_came_from(browser, ada, plan, excerpt):
    browser.post(f"/journal/entries/{excerpt.entry_id}/erase")

    kept = db.session.scalars(select(Excerpt)).one()
    assert (kept.body, kept.entry_id) == ("Nadie pide el permiso", None)
    assert "Nadie pide el permiso" in browser.get(f"/commitments/{plan.id}").text
