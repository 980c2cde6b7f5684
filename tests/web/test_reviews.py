"""The state of review on the site: as shipped nothing is reviewed, and it says so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from nti_lms.curriculum import LANGUAGES
from nti_lms.curriculum.reviews import ASPECTS
from nti_lms.database import db, unit_of_work
from nti_lms.models import Lesson, Register, Revision
from nti_lms.services import library, loading

LESSON = "/lessons/sex-gender-norms"
NOT_YET = {
    "es": "Sin revisar todavía en contenido, ley ni protección.",
    "en": "Not reviewed yet for content, law or safeguarding.",
}
LAWYER = {"by": "R. Q., lawyer (fictitious)", "on": "2026-11-01", "next": "2099-11-01"}


def record(content) -> None:
    """Put reviews into the register, as a load of the files does."""
    with unit_of_work():
        row = db.session.get(Register, "reviews")
        row.content, row.digest = content, loading.digest_of(content)
        db.session.flush()
        loading.refresh_outline()


def section(page: str) -> str:
    """What a lesson's page says of its reviews."""
    return page.partition('id="reviews"')[2].partition("</section>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_shipped_every_lesson_says_that_nobody_has_reviewed_it(browser, ada, language):
    browser.sign_in(ada).set_cookie("language", language)

    for lesson in library.outline().modules[0].lessons:
        assert NOT_YET[language] in section(browser.get(f"/lessons/{lesson.key}").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_state_of_review_names_every_lesson_and_register(browser, ada, language):
    browser.sign_in(ada).set_cookie("language", language)
    notice = library.register("programme")["review_notice"][language]

    page = browser.get("/reviews").text

    assert notice in page.replace("&#39;", "'")
    lessons = list(library.outline().lessons())
    assert page.count(NOT_YET[language]) >= len(lessons) + 4
    assert [key.key for key in lessons if f"/lessons/{key.key}" not in page] == []
    surveys = library.register("surveys")
    assert len(surveys) == 7
    assert [name for name, it in surveys.items() if it["title"][language] not in page] == []


def test_a_recorded_review_is_shown_with_who_and_when(browser, ada):
    record({"lessons": {"sex-gender-norms": {"law": LAWYER}}})
    browser.sign_in(ada).set_cookie("language", "en")

    shown = section(browser.get(LESSON).text)

    assert "Law: R. Q., lawyer (fictitious), 1 November" in shown
    assert shown.count("not reviewed yet.") == 2
    assert NOT_YET["en"] in section(browser.get("/lessons/mandates").text)


def test_authors_see_that_a_review_is_overdue(browser, fa):
    record({"lessons": {"sex-gender-norms": {"law": LAWYER}}})
    browser.sign_in(fa).set_cookie("language", "en")

    assert "Overdue" not in browser.get("/authoring/sex-gender-norms").text
    record({"lessons": {"sex-gender-norms": {"law": {**LAWYER, "next": "2026-11-02"}}}})

    assert "Overdue since 2 November" in browser.get("/authoring/sex-gender-norms").text


def test_a_text_that_a_person_published_since_is_told_apart(browser, ada):
    record({"lessons": {"sex-gender-norms": {"law": LAWYER}}})
    with unit_of_work():
        lesson_id = db.session.scalar(select(Lesson.id).where(Lesson.key == "sex-gender-norms"))
        rewritten = update(Revision).where(Revision.lesson_id == lesson_id)
        moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
        db.session.execute(
            rewritten.values(origin="person", published_at=moment, digest="rewritten")
        )
    browser.sign_in(ada).set_cookie("language", "en")

    assert "The text has changed since." in section(browser.get(LESSON).text)


def test_the_notice_leaves_the_door_once_everything_is_reviewed(browser):
    browser.set_cookie("language", "en")
    notice = library.register("programme")["review_notice"]["en"]
    assert notice in browser.get("/").text

    record({"everything": dict.fromkeys(ASPECTS[:2], LAWYER)})
    assert notice in browser.get("/").text
    record({"everything": dict.fromkeys(ASPECTS, LAWYER)})
    assert notice not in browser.get("/").text
