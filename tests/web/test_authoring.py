"""The lesson editor: write, look, mend, publish, go back."""

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.models import Attempt, Lesson, Revision
from nti_lms.services import authoring

EDIT = "/authoring/agreements"
# Blocks without the parts and attributes that they need.
BARE_BLOCKS = "\n".join(
    f"::: {{.{kind} #{kind}}}\n\n{text}\n\n:::\n"
    for kind, text in {
        "content-note": "x",
        "activity": "y",
        "quiz": "### q {.single}",
        "figure": "![a](b.svg)",
        "reflection": "z",
    }.items()
)
NEW = "Una frase nueva para esta prueba."


@pytest.fixture
def lesson(app) -> Lesson:
    return authoring.get_lesson("agreements")


@pytest.fixture
def sources(lesson) -> dict[str, str]:
    return authoring.sources_of(authoring.find_current(lesson))


def form(lesson, sources, **changes):
    base = str(authoring.find_current(lesson).id)
    return {"base": base, **sources, **changes}


def changed(sources):
    """Both languages with another summary."""
    return {
        language: text.replace("\nsummary: ", f"\nsummary: {NEW} ", 1)
        for language, text in sources.items()
    }


def states(lesson):
    query = select(Revision.state).where(Revision.lesson_id == lesson.id).order_by(Revision.number)
    return list(db.session.scalars(query))


def test_a_draft_is_kept_and_participants_see_nothing_of_it(browser, fa, ada, lesson, sources):
    response = browser.sign_in(fa).post(
        EDIT, data=form(lesson, sources, **changed(sources), save="1")
    )

    assert response.status_code == 303
    assert states(lesson) == ["published", "draft"]
    assert NEW in browser.get(EDIT).text
    assert NEW not in browser.sign_in(ada).get("/lessons/agreements").text


def test_publishing_shows_the_new_text_and_keeps_the_old(browser, fa, ada, lesson, sources):
    response = browser.sign_in(fa).post(
        EDIT, data=form(lesson, sources, **changed(sources), publish="1", follows="y")
    )

    assert response.status_code == 303
    assert states(lesson) == ["archived", "published"]
    assert NEW in browser.sign_in(ada).get("/lessons/agreements").text
    assert NEW in browser.get("/modules/m1").text


def test_a_fault_is_named_with_its_line_and_stops_the_publication(browser, fa, lesson, sources):
    broken = sources["es"].replace("::: {.quiz", "::: {.quizz", 1)
    line = broken[: broken.index("::: {.quizz")].count("\n") + 1

    response = browser.sign_in(fa).post(EDIT, data=form(lesson, sources, es=broken, publish="1"))

    assert response.status_code == 422
    assert f"es.md:{line}" in response.text
    assert states(lesson) == ["published", "draft"]


def test_a_preview_keeps_nothing(browser, fa, lesson, sources):
    response = browser.sign_in(fa).post(
        EDIT, data=form(lesson, sources, **changed(sources), preview="1")
    )

    assert response.status_code == 200
    assert NEW in response.text
    assert states(lesson) == ["published"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no head at all",
        "---\n: [\n---\n",
        "::: {.text #a}\n",
        BARE_BLOCKS,
    ],
)
def test_a_text_that_a_hand_broke_is_kept_and_its_faults_named(browser, fa, lesson, sources, text):
    response = browser.sign_in(fa).post(EDIT, data=form(lesson, sources, es=text, save="1"))

    assert response.status_code == 303
    page = browser.get(EDIT)
    assert page.status_code == 200
    assert "es.md:" in page.text


def test_restoring_an_old_revision_makes_it_the_draft(browser, fa, lesson, sources):
    browser.sign_in(fa).post(
        EDIT, data=form(lesson, sources, **changed(sources), publish="1", follows="y")
    )
    old = db.session.scalars(select(Revision).where(Revision.state == "archived")).one()

    response = browser.post(f"/authoring/revisions/{old.id}/restore")

    assert response.status_code == 303
    assert states(lesson) == ["archived", "published", "draft"]
    assert authoring.sources_of(authoring.find_current(lesson)) == sources


def test_two_people_do_not_overwrite_each_other(browser, fa, lesson, sources):
    stale = form(lesson, sources, save="1")
    browser.sign_in(fa).post(EDIT, data=form(lesson, sources, **changed(sources), save="1"))

    other = {**stale, "en": sources["en"] + "\n"}
    response = browser.post(EDIT, data=other)

    assert response.status_code == 409
    assert NEW in authoring.sources_of(authoring.find_current(lesson))["es"]


def test_throwing_a_draft_away_leaves_the_published_one(browser, fa, lesson, sources):
    browser.sign_in(fa).post(EDIT, data=form(lesson, sources, **changed(sources), save="1"))

    browser.post(f"{EDIT}/discard")

    assert states(lesson) == ["published"]


@pytest.mark.parametrize("url", ["/authoring", EDIT, f"{EDIT}/revisions"])
def test_only_facilitators_come_in(browser, cast, url):
    codes = {name: browser.sign_in(user).get(url).status_code for name, user in cast.items()}

    assert codes.pop("Fa") == 200
    assert set(codes.values()) <= {403, 404}


def test_what_somebody_answered_stays_tied_to_the_revision_they_saw(
    browser, ada, fa, lesson, sources
):
    browser.sign_in(ada).post("/lessons/agreements/quiz/check/start")
    seen = db.session.scalars(select(Revision.id).where(Revision.state == "published")).all()
    browser.sign_in(fa).post(
        EDIT, data=form(lesson, sources, **changed(sources), publish="1", follows="y")
    )

    attempt = db.session.scalars(select(Attempt)).one()
    assert attempt.revision_id in seen
    assert browser.sign_in(ada).get("/lessons/agreements/quiz/check").status_code == 200
