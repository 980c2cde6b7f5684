"""What is at hand while one reads a lesson, and what nobody else learns of it."""

import re

import pytest

from nti_lms.curriculum import LANGUAGES
from nti_lms.services import library

LESSON = "/lessons/when-someone-tells-us"
NOTED, PAST = "before-reading", 1


def test_the_modules_lessons_and_path_are_at_hand(browser, ada):
    page = browser.sign_in(ada).get("/lessons/mandates").text

    module = library.get_module("m1")
    others = {f'href="/lessons/{line.key}"' for line in module.lessons if line.key != "mandates"}
    assert all(other in page for other in others)
    assert 'href="/modules/m1"' in page
    assert '<b aria-current="page">' in page


def test_a_term_shows_itself_over_the_page_and_lets_one_go_on(browser, ada):
    page = browser.sign_in(ada).get("/lessons/sex-gender-norms").text

    asked = set(re.findall(r'class="term" href="#(term-[a-z-]+)"', page))
    shown = re.findall(r'id="(term-[a-z-]+)">.*?href="#shut"', page)
    assert asked
    assert set(shown) == asked
    assert page.count('id="shut"') == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_language_is_asked_for_at_the_place_where_one_stopped(browser, ada, language):
    other = "en" if language == "es" else "es"
    browser.sign_in(ada).set_cookie("language", language)
    browser.post("/lessons/sex-gender-norms/resume", data={"block": "sanction"})

    page = browser.get("/lessons/sex-gender-norms").text
    link = re.search(f'href="(/language/{other}[^"]+)"', page)[1]
    arrived = browser.get(link).location

    assert arrived == "/lessons/sex-gender-norms#sanction"


def test_without_a_place_the_other_language_begins_at_the_top(browser, ada):
    page = browser.sign_in(ada).get("/lessons/sex-gender-norms").text

    assert "%23" not in re.search('href="(/language/en[^"]+)"', page)[1]


def test_a_place_that_a_device_left_is_found_on_another(app, ada):
    phone, desk = app.test_client().sign_in(ada), app.test_client().sign_in(ada)
    phone.post("/lessons/sex-gender-norms/resume", data={"block": "sanction"})

    assert 'href="#sanction">' in desk.get("/lessons/sex-gender-norms").text
    assert "/lessons/sex-gender-norms#sanction" in desk.get("/home").text


@pytest.mark.parametrize("name", ["Bo", "Cy", "Di", "Fa", "Re", "Ev", "Root"])
def test_nobody_can_tell_a_note_that_was_skipped_from_one_that_was_read(
    app, cast, ada, cohort, home, name
):
    blocks = [block.id for block in library.read(library.get_published(LESSON[9:], "es")).blocks]
    after = blocks[blocks.index(NOTED) + PAST]
    reader, watcher = app.test_client().sign_in(ada), app.test_client().sign_in(cast[name])

    seen = []
    for block in (NOTED, after, blocks[-1]):
        assert reader.post(f"{LESSON}/resume", data={"block": block}).status_code == 204
        pages = [
            watcher.get(path).text for path in ("/home", "/people/", "/commitments", "/modules")
        ]
        seen.append([re.sub('value="[^"]+"|"X-CSRFToken": "[^"]+"', "", page) for page in pages])

    assert seen[0] == seen[1] == seen[2]
