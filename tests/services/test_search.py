"""The index holds what everybody who learns may read, and follows what is published."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select, text

from nti_lms.curriculum import LANGUAGES
from nti_lms.database import db, unit_of_work
from nti_lms.domain.searching import fold
from nti_lms.models import Findable, Lesson, Register, Revision
from nti_lms.services import authoring, indexing, library, search


def found(query, language="es"):
    return [(one.kind, one.key, one.block) for one in search.find(query, language).best]


def words_of(kind, key):
    rows = db.session.scalars(select(Findable).where(Findable.kind == kind, Findable.key == key))
    return {(row.language, row.block): fold(f"{row.title} {row.body}") for row in rows}


@pytest.mark.parametrize("query", ["reflexion", "REFLEXIÓN", "reflexiones", "réflexión"])
def test_accents_capitals_and_plurals_make_no_difference(app, query):
    assert found(query) == found("reflexión")
    assert ("term", "reflection-journal", "") in found(query)


@pytest.mark.parametrize(
    ("query", "language", "expected"),
    [
        ("¿Qué es una norma social?", "es", ("term", "social-norms", "")),
        ("SLIM", "es", ("service", "slim", "")),
        ("social norm", "en", ("term", "social-norms", "")),
        ("mandatos de la masculinidad", "es", ("lesson", "mandates", "")),
    ],
)
def test_what_bears_the_name_comes_early(app, query, language, expected):
    assert expected in found(query, language)[:4]


def test_a_word_of_the_other_language_is_found_there(app):
    best = search.find("bystander", "es").best

    assert {one.language for one in best} == {"en"}


def test_what_both_languages_hold_is_shown_once_and_in_the_readers(app):
    best = search.find("slim", "en").best

    places = [(one.kind, one.key, one.block) for one in best]
    assert len(places) == len(set(places))
    assert best[0].language == "en"


def test_without_all_the_words_some_will_do(app):
    results = search.find("machismo xyzzy", "es")

    assert results.is_loose
    assert ("term", "machismo", "") in [(one.kind, one.key, one.block) for one in results.best]


def test_no_note_to_facilitators_and_no_question_is_in_the_index(app):
    for lesson in library.outline().lessons():
        for language in LANGUAGES:
            told = library.read(library.get_published(lesson.key, language))
            hidden = {b.id for b in told.blocks if b.kind in {"facilitator", "quiz"}}
            blocks = {
                block for tongue, block in words_of("lesson", lesson.key) if tongue == language
            }

            assert hidden
            assert blocks & hidden == set()
            assert blocks - {""} == {b.id for b in told.blocks} - hidden


def seen_on(html):
    """The words of a page, with those of its pictures."""
    told = re.sub('alt="([^"]*)"', r">\1<", html)
    return set(fold(unescape(re.sub("<[^>]*>", " ", told))).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_found_stands_on_the_participants_page(browser, ada, language):
    browser.sign_in(ada).set_cookie("language", language)

    unseen = {}
    for lesson in library.outline().lessons():
        page = seen_on(browser.get(f"/lessons/{lesson.key}").text)
        for (tongue, block), words in words_of("lesson", lesson.key).items():
            if tongue == language and (more := set(words.split()) - page):
                unseen[lesson.key, block] = more

    assert unseen == {}


def draft_of(app, key, old, new, by):
    """A draft of a lesson in which `new` stands for `old`."""
    lesson = authoring.get_lesson(key)
    current = authoring.find_current(lesson)
    sources = {tongue: s.replace(old, new) for tongue, s in authoring.sources_of(current).items()}
    storage = app.extensions["storage"]
    reading = authoring.read(lesson, sources, current.figures, storage)
    with unit_of_work():
        draft = authoring.save_draft(lesson, sources, reading, base=current.id, by=by)
    return lesson, draft, reading


def test_a_draft_is_not_found_and_once_published_it_is(app, fa):
    lesson, draft, reading = draft_of(app, "sex-gender-norms", "Mateo", "Xyzzyteo", fa)

    before = found("xyzzyteo")
    with unit_of_work():
        draft = authoring.get_revision(draft.id)
        authoring.publish(lesson, draft, reading, follows=True, by=fa)

    assert before == []
    assert {key for _, key, _ in found("xyzzyteo")} == {"sex-gender-norms"}
    assert ("lesson", "sex-gender-norms", "fever") not in found("mateo")


def test_an_unpublished_lesson_is_found_no_more(app):
    with unit_of_work():
        lesson = db.session.scalars(select(Lesson).where(Lesson.key == "mandates")).one()
        revision = db.session.scalars(select(Revision).where(Revision.lesson_id == lesson.id)).one()
        revision.state = "archived"
        indexing.refresh()

    assert words_of("lesson", "mandates") == {}
    assert "mandates" not in {key for _, key, _ in found("mandatos")}
    counted = db.session.scalar(text("SELECT count(*) FROM findable_words"))
    assert counted == db.session.scalar(select(func.count()).select_from(Findable))


def test_a_term_that_changes_is_found_by_its_new_words(app):
    with unit_of_work():
        glossary = db.session.get_one(Register, "glossary")
        entry = glossary.content["machismo"]
        changed = entry | {"es": {"term": "xyzzyismo", "means": "Nada."}}
        glossary.content = glossary.content | {"machismo": changed}
        glossary.digest = "another"
        indexing.refresh()

    assert found("xyzzyismo") == [("term", "machismo", "")]


def test_refreshing_twice_asks_and_writes_nothing(app, statements):
    with unit_of_work(), statements() as seen:
        indexing.refresh()

    assert [one.split()[0] for one in seen] == ["SELECT"] * 3


@pytest.mark.parametrize(("query", "count"), [("norma", 1), ("machismo xyzzy", 2), ("%", 0)])
def test_a_search_asks_at_most_twice(app, statements, query, count):
    with statements() as seen:
        search.find(query, "es")

    assert len(seen) == count
