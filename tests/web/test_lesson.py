"""A lesson through the front door: its page, its reflections, the place where one stopped."""

import gzip
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from nti_lms import clock
from nti_lms.curriculum import LANGUAGES
from nti_lms.database import db, unit_of_work
from nti_lms.models import Attempt, LessonProgress, Section, User
from nti_lms.services import journal, learn, library
from nti_lms.services.outline import Outline
from nti_lms.web.blocks import render
from nti_lms.web.links import Links
from tests.conftest import Browser, keep
from tests.factories import make_commitment
from tests.web.reader import LESSON, Page, text_of, words_only

HTMX = {"HX-Request": "true"}
MOST_BYTES = 15_000


def progress_of(user: User, lesson) -> LessonProgress | None:
    return db.session.get(LessonProgress, (user.id, lesson.id))


def write(app: Flask, user: User, lesson, block: str, words: dict[str, str]) -> None:
    with unit_of_work():
        journal.save(
            user,
            words,
            app.extensions["keyring"],
            lesson_id=lesson.id,
            lesson_revision_id=None,
            block=block,
            base=0,
        )


# --- a lesson ---


def test_opening_a_lesson_notes_that_it_is_under_way(browser, ada, lesson):
    browser.sign_in(ada).get(LESSON)

    found = progress_of(ada, lesson)
    assert (found.block, found.read_at) == ("", None)
    assert found.opened_at <= found.seen_at <= clock.now()


def test_a_visit_is_noted_once_a_minute(browser, ada, lesson):
    browser.sign_in(ada).get(LESSON)
    opened_at, first = progress_of(ada, lesson).opened_at, progress_of(ada, lesson).seen_at

    browser.get(LESSON)
    assert progress_of(ada, lesson).seen_at == first

    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        browser.get(LESSON)
    assert progress_of(ada, lesson).seen_at > first
    assert progress_of(ada, lesson).opened_at == opened_at


@pytest.mark.parametrize("count", [1, 4])
def test_a_lesson_asks_six_questions(browser, app, statements, ada, lesson, count):
    prompts = [block.id for block in text_of(lesson.key).blocks if block.kind == "reflection"]
    for block in prompts[:count]:
        write(app, ada, lesson, block, {"text": "x"})
    for line in list(library.outline().lessons())[:count]:
        learn.note_place(ada, line.id, "")
    browser.sign_in(ada).get(LESSON)

    with statements() as seen:
        browser.get(LESSON)

    assert len(seen) == 6  # who asks; the lesson; is it open; progress; entries; attempts


def test_a_lesson_that_is_not_there_is_a_kind_404(browser, ada):
    response = browser.sign_in(ada).get("/lessons/no-such-lesson")

    assert response.status_code == 404
    assert Page(response.text).count("h1") == 1
    assert db.session.scalars(select(LessonProgress)).all() == []


def test_a_lesson_is_not_there_for_an_administrator(browser, root):
    assert browser.sign_in(root).get(LESSON).status_code == 404


def test_a_lesson_sends_a_visitor_to_the_door(browser):
    assert browser.get(LESSON).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_speaks_the_language_that_was_chosen(browser, ada, language):
    browser.sign_in(ada).set_cookie("language", language)

    page = browser.get(LESSON).text

    assert Page(page).values("lang", "html") == [language]
    assert f"<h1>{text_of('sex-gender-norms', language).title}</h1>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_is_sound(browser, fa, language):
    browser.sign_in(fa).set_cookie("language", language)
    own = ("fact:", "term:", "help:", "lesson:", "gap:")

    for line in library.outline().lessons():
        page = Page(browser.get(f"/lessons/{line.key}").text)

        ids = page.values("id")
        inner = {href[1:] for href in page.values("href") if href.startswith("#")}
        assert len(ids) == len(set(ids)), line.key
        assert inner <= set(ids), line.key
        assert page.count("h1") == 1, line.key
        assert _levels_skipped(page) == [], line.key
        assert [href for href in page.values("href") if href.startswith(own)] == [], line.key


def _levels_skipped(page: Page) -> list[str]:
    """Headings more than one level below the one before."""
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    pairs = zip(levels, levels[1:], strict=False)
    return [f"h{before} h{after}" for before, after in pairs if after > before + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_to_facilitators_are_sent_to_them_alone(browser, cast, language):
    blocks = text_of("sex-gender-norms", language).blocks
    (note,) = [block for block in blocks if block.kind == "facilitator"]
    browser.set_cookie("language", language)

    shown = {
        name: note.title in words_only(browser.sign_in(cast[name]).get(LESSON).text)
        for name in ("Ada", "Bo", "Cy", "Ev", "Fa")
    }

    assert shown == {"Ada": False, "Bo": False, "Cy": False, "Ev": False, "Fa": True}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_note_to_facilitators_is_drawn_for_others(app, language):
    outline = library.outline()
    with app.test_request_context():
        drawn = [
            block.block.kind
            for line in outline.lessons()
            for block in render(
                library.get_published(line.key, language), outline, facilitates=False
            ).blocks
        ]

    assert drawn
    assert "facilitator" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_holds_no_key_and_no_feedback(browser, fa, language):
    browser.sign_in(fa).set_cookie("language", language)

    for line in library.outline().lessons():
        parts = [
            part
            for block in text_of(line.key, language).blocks
            if block.kind == "quiz"
            for part in block.parts
        ]
        told = [words_only(item.feedback) for part in parts for item in part.items]
        told = [words for words in told if len(words) > 30] + [part.title for part in parts]
        assert told
        page = words_only(browser.get(f"/lessons/{line.key}").text)

        assert [words for words in told if words in page] == [], line.key


def test_a_fact_comes_with_its_source(browser, ada):
    page = browser.sign_in(ada).get(LESSON).text

    fact = re.search(r'<section[^>]*id="community-gap".*?</section>', page, re.DOTALL)[0]
    source = re.search(r'<li[^>]*id="fact-images-community".*?</li>', page, re.DOTALL)[0]
    entry = library.register("evidence")["images-community"]
    for part in (words_only(fact), words_only(source)):
        assert entry["source"]["name"] in part
        assert str(entry["source"]["year"]) in part
        assert entry["population"]["es"] in part
    if caution := entry.get("caution"):
        assert caution["es"] in words_only(source)


def test_a_term_is_explained_beside_its_first_use_and_at_the_end(browser, ada):
    page = browser.sign_in(ada).get(LESSON).text

    means = library.register("glossary")["social-norms"]["es"]["means"]
    assert '<a class="term" href="#term-social-norms">' in page
    assert page.count(means) == 2


def test_a_link_to_a_lesson_to_come_is_its_words_and_number(app):
    html = 'Vea <a href="lesson:power-privilege">Poder y privilegio</a>.'

    with app.test_request_context():
        pointed = Links(Outline(), "es")(html)

    assert pointed == "Vea Poder y privilegio (1.4)."


def test_a_content_note_can_be_skipped_to_a_block_that_is_there(browser, ada):
    page = Page(browser.sign_in(ada).get("/lessons/when-someone-tells-us").text)

    note = text_of("when-someone-tells-us").block("before-reading")
    assert f"#{note.attributes['until']}" in page.values("href")
    assert note.attributes["until"] in page.values("id")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lesson_is_heavy(browser, ada, language):
    browser.sign_in(ada).set_cookie("language", language)

    sizes = {
        line.key: len(gzip.compress(browser.get(f"/lessons/{line.key}").data))
        for line in library.outline().lessons()
    }

    assert {key: size for key, size in sizes.items() if size > MOST_BYTES} == {}


def test_sheets_for_groups_are_for_whoever_facilitates(browser, ada, fa):
    of_group, of_person = "Hoja 2. Tarjetas del orden", "Hoja 5. Revisión de protección"

    pages = [browser.sign_in(who).get("/lessons/schools").text for who in (ada, fa)]

    assert [of_group in page for page in pages] == [False, True]
    assert [of_person in page for page in pages] == [True, True]


# --- reflections in a lesson ---


def test_a_reflection_holds_what_one_wrote_while_the_journal_is_open(browser, app, ada, lesson):
    write(app, ada, lesson, "house-norm", {"text": "Que nadie pide permiso"})

    page = browser.sign_in(ada).get(LESSON).text

    own = re.search(r'<section[^>]*id="house-norm".*?</section>', page, re.DOTALL)[0]
    assert "Que nadie pide permiso</textarea>" in own
    assert '<input type="hidden" name="revision" value="1">' in own


def test_a_closed_journal_shows_no_words_and_no_box_over_them(browser, app, ada, lesson):
    write(app, ada, lesson, "house-norm", {"text": "Que nadie pide permiso"})

    page = browser.sign_in(ada, with_journal=False).get(LESSON).text

    own = re.search(r'<section[^>]*id="house-norm".*?</section>', page, re.DOTALL)[0]
    other = re.search(r'<section[^>]*id="norm-to-move".*?</section>', page, re.DOTALL)[0]
    assert "Que nadie pide permiso" not in page
    assert "<textarea" not in own
    assert 'href="/journal/open"' in own
    assert '<textarea class="ruled-paper"' in other  # sealing needs no key


def test_what_another_wrote_is_nowhere(browser, app, ada, cy, lesson):
    write(app, ada, lesson, "house-norm", {"text": "Que nadie pide permiso"})

    page = browser.sign_in(cy).get(LESSON).text

    assert "Que nadie pide permiso" not in page
    assert page.count('name="revision" value="0"') == 3


def test_a_prompt_with_boxes_has_one_text_for_each(browser, app, ada, lesson):
    write(app, ada, lesson, "take-leave-try", {"take": "uno", "leave": "dos", "try": ""})

    page = browser.sign_in(ada).get(LESSON).text

    own = re.search(r'<section[^>]*id="take-leave-try".*?</section>', page, re.DOTALL)[0]
    assert Page(own).values("name", "textarea") == ["take", "leave", "try"]
    assert re.findall(r">\n?([^<]*)</textarea>", own) == ["uno", "dos", ""]


def test_every_box_has_a_label(browser, ada):
    page = Page(browser.sign_in(ada).get(LESSON).text)

    boxes = page.values("id", "textarea")
    assert boxes
    assert set(boxes) <= set(page.values("for", "label"))


# --- the place ---


def test_the_place_is_kept_and_shown(browser, ada, lesson):
    browser.sign_in(ada)

    response = browser.post(f"{LESSON}/resume", data={"block": "sanction"})

    assert (response.status_code, response.data) == (204, b"")
    assert progress_of(ada, lesson).block == "sanction"
    page = browser.get(LESSON).text
    assert '<a class="btn" href="#sanction">' in page
    assert Page(page).values("class").count("mark") == 1


def test_the_place_moves_on(browser, ada, lesson):
    browser.sign_in(ada)
    browser.post(f"{LESSON}/resume", data={"block": "sanction"})

    browser.post(f"{LESSON}/resume", data={"block": "a-door"})

    assert progress_of(ada, lesson).block == "a-door"


@pytest.mark.parametrize("block", ["", "no-such-block", "a" * 5000, "\x00"])
def test_a_place_that_is_not_there_is_refused(browser, ada, lesson, block):
    browser.sign_in(ada)

    response = browser.post(f"{LESSON}/resume", data={"block": block})

    assert response.status_code == 400
    assert progress_of(ada, lesson) is None


def test_the_place_of_a_stranger_is_not_kept(browser, root, lesson):
    visitor = browser.post(f"{LESSON}/resume", data={"block": "sanction"})
    stranger = browser.sign_in(root).post(f"{LESSON}/resume", data={"block": "sanction"})

    assert (visitor.status_code, stranger.status_code) == (401, 404)
    assert progress_of(root, lesson) is None


# --- the place, where no script tells it ---


def test_each_part_but_the_first_has_a_button_that_keeps_ones_place(browser, ada, lesson):
    page = Page(browser.sign_in(ada).get(LESSON).text)

    own = [a for tag, a in page.elements if tag == "button" and a.get("form") == "keep-place"]
    blocks = page.values("id", "section")
    assert {a["name"] for a in own} == {"block"}
    assert len(own) >= 3
    assert {a["value"] for a in own} <= set(blocks) - {blocks[0]}
    assert f"{LESSON}/stop" in page.values("action")


def test_the_place_is_kept_by_hand_and_home_leads_to_it(browser, ada, lesson):
    browser.sign_in(ada)

    response = browser.post(f"{LESSON}/stop", data={"block": "sanction"})

    assert (response.status_code, response.location) == (303, f"{LESSON}#sanction")
    assert progress_of(ada, lesson).block == "sanction"
    page = browser.get(LESSON).text
    assert "Aquí se quedó" in re.search('id="sanction".*?</section>', page, re.DOTALL)[0]
    assert 'name="block" value="sanction"' not in page
    assert f"{LESSON}#sanction" in browser.get("/home").text


@pytest.mark.parametrize("block", ["", "no-such-block", "a" * 5000, "\x00"])
def test_a_place_kept_by_hand_that_is_not_there_is_refused(browser, ada, lesson, block):
    response = browser.sign_in(ada).post(f"{LESSON}/stop", data={"block": block})

    assert response.status_code == 400
    assert progress_of(ada, lesson) is None


def test_nobody_keeps_a_place_who_may_not_read(browser, root, lesson):
    visitor = browser.post(f"{LESSON}/stop", data={"block": "sanction"})
    stranger = browser.sign_in(root).post(f"{LESSON}/stop", data={"block": "sanction"})

    assert (visitor.status_code, stranger.status_code) == (401, 404)
    assert progress_of(root, lesson) is None


def test_a_reflection_that_is_sent_keeps_the_place(browser, ada, lesson):
    form = {"text": "Una norma", "revision": "0"}

    browser.sign_in(ada).post(f"{LESSON}/reflections/house-norm", data=form)

    assert progress_of(ada, lesson).block == "house-norm"


def test_a_reflection_that_a_script_saves_leaves_the_place_to_it(browser, ada, lesson):
    url, form = f"{LESSON}/reflections/house-norm", {"text": "Una norma", "revision": "0"}

    saved = browser.sign_in(ada).post(url, data=form, headers={"X-Autosave": "1"})

    assert saved.status_code == 200
    assert progress_of(ada, lesson) is None


def test_a_reflection_that_is_not_kept_moves_no_place(browser, ada, lesson):
    url = f"{LESSON}/reflections/house-norm"
    browser.sign_in(ada).post(url, data={"text": "Una norma", "revision": "0"})
    browser.post(f"{LESSON}/stop", data={"block": "sanction"})

    refused = browser.post(url, data={"text": "Otra", "revision": "0"})

    assert refused.status_code == 409
    assert progress_of(ada, lesson).block == "sanction"


@pytest.mark.parametrize("step", ["start", "answers", "submit"])
def test_each_step_of_a_quiz_keeps_the_place(browser, ada, lesson, step):
    browser.sign_in(ada).post(f"{LESSON}/quiz/check/start")
    attempt = db.session.scalars(select(Attempt)).one()
    if step != "start":
        browser.post(f"{LESSON}/stop", data={"block": "sanction"})
        answered = browser.post(f"/attempts/{attempt.id}/{step}", data={"anyway": "1"})
        assert answered.status_code == 303

    assert progress_of(ada, lesson).block == "check"
    assert f"{LESSON}#check" in browser.get("/home").text


# --- marking as read ---


def test_a_lesson_is_marked_as_read_without_javascript(browser, ada, lesson):
    response = browser.sign_in(ada).post(f"{LESSON}/read")

    assert (response.status_code, response.location) == (303, f"{LESSON}#reading-{lesson.id}")
    assert progress_of(ada, lesson).read_at is not None


def test_htmx_gets_the_mark_alone(browser, ada, lesson):
    response = browser.sign_in(ada).post(f"{LESSON}/read", headers=HTMX)

    assert response.status_code == 200
    assert response.text.strip().startswith(f'<section class="row ruled" id="reading-{lesson.id}">')
    assert "<h1" not in response.text
    assert 'name="not_read"' in response.text


def test_the_mark_can_be_taken_back(browser, ada, lesson):
    browser.sign_in(ada).post(f"{LESSON}/read")

    browser.post(f"{LESSON}/read", data={"not_read": "1"})

    found = progress_of(ada, lesson)
    assert found is not None
    assert found.read_at is None


def test_the_same_mark_sent_twice_counts_once(browser, ada, lesson):
    browser.sign_in(ada)
    form = {"idempotency_key": "a-key"}
    browser.post(f"{LESSON}/read", data=form)
    first = progress_of(ada, lesson).read_at

    with time_machine.travel(clock.now() + timedelta(seconds=30)):
        again = browser.post(f"{LESSON}/read", data=form)

    assert again.status_code == 303
    assert progress_of(ada, lesson).read_at == first


def test_the_mark_keeps_the_place(browser, ada, lesson):
    learn.note_place(ada, lesson.id, "sanction")

    browser.sign_in(ada).post(f"{LESSON}/read")

    assert progress_of(ada, lesson).block == "sanction"


def test_a_stranger_marks_nothing(browser, root, lesson):
    visitor = browser.post(f"{LESSON}/read")
    stranger = browser.sign_in(root).post(f"{LESSON}/read")

    assert (visitor.status_code, stranger.status_code) == (401, 404)
    assert db.session.scalars(select(LessonProgress)).all() == []


def test_a_lesson_that_is_not_there_is_not_marked(browser, ada):
    assert browser.sign_in(ada).post("/lessons/no-such-lesson/read").status_code == 404


# --- figures ---


@pytest.fixture
def drawing(app: Flask) -> str:
    revision = library.get_published("sex-gender-norms", "es").revision
    return revision.figures["three-generations.svg"]["es"]


def test_a_figure_is_sealed_off_and_kept_by_its_reader(browser, ada, drawing):
    response = browser.sign_in(ada).get(f"/figures/{drawing}.svg")

    assert response.status_code == 200
    assert response.content_type.startswith("image/svg+xml")
    assert response.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_lesson_shows_the_drawing_of_its_language_with_its_measures(browser, ada, drawing):
    page = Page(browser.sign_in(ada).get(LESSON).text)

    image = next(attributes for tag, attributes in page.elements if tag == "img")
    assert image["src"] == f"/figures/{drawing}.svg"
    assert (image["width"], image["height"]) == ("360", "500")
    assert image["alt"]


def test_figures_are_for_those_who_take_part(browser, root, drawing):
    assert browser.get(f"/figures/{drawing}.svg").status_code == 303
    assert browser.sign_in(root).get(f"/figures/{drawing}.svg").status_code == 403


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2F..%2Fkeyring", "A" * 64])
def test_a_figure_that_is_not_there_is_a_404(browser, ada, name):
    assert browser.sign_in(ada).get(f"/figures/{name}.svg").status_code == 404


def test_no_other_file_leaves_as_a_figure(browser, app, ada):
    name = app.extensions["storage"].put(b"%PDF-1.7 a workbook")

    assert browser.sign_in(ada).get(f"/figures/{name}.svg").status_code == 404


def test_a_lesson_never_names_its_subject_in_the_title(browser: Browser, ada: User):
    page = browser.sign_in(ada).get(LESSON).text

    title = re.search(r"<title>(.*?)</title>", page)[1]
    assert "1.2" in title
    assert "nero" not in title
    assert "ender" not in title


def test_a_facilitator_sees_title_and_state_of_commitments_and_no_text(
    browser, fa, ada, cohort, home
):
    plan = make_commitment(ada, cohort=cohort, organisation=home, title="Que el permiso se use")
    keep(
        Section(
            commitment_id=plan.id,
            code="C2",
            body="Texto que no es suyo",
            revision=1,
            saved_at=clock.now(),
        )
    )

    page = browser.sign_in(fa).get("/home").text

    assert "Que el permiso se use" in page
    assert "Texto que no es suyo" not in page
    assert browser.get(f"/commitments/{plan.id}").status_code == 404


def test_each_reflection_not_begun_carries_the_readers_token_and_a_key_of_its_own(
    browser, ada, cy, lesson
):
    pages = [browser.sign_in(who).get(LESSON).text for who in (ada, ada, cy)]

    keys = [re.findall(r'name="idempotency_key" value="([^"]+)"', page) for page in pages]
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in pages]
    everything = [key for each in keys for key in each]
    assert all(len(each) > 1 for each in keys)
    assert len(set(everything)) == len(everything)
    assert not any("\ue000" in page for page in pages)
    for page, found in zip(pages, tokens, strict=True):
        assert len(found) == 1
        assert f'"X-CSRFToken": "{found.pop()}"' in page
