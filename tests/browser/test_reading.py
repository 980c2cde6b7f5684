"""Reading on a phone: terms, figures, the place, the search; with the script and without it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, press

pytestmark = pytest.mark.browser

LESSON = "/lessons/sex-gender-norms"


def test_a_term_explains_itself_and_the_page_stays_where_it_is(learner: Page) -> None:
    learner.goto(LESSON)
    term = learner.get_by_role("link", name="Social norm").first
    term.scroll_into_view_if_needed()
    learner.wait_for_timeout(500)  # the page has come to rest
    before = term.bounding_box()
    words = learner.locator("#term-social-norms")

    term.click()
    expect(words).to_be_in_viewport()
    during = term.bounding_box()
    follow(words, "Go on reading")
    expect(words).not_to_be_in_viewport()

    assert before == during == term.bounding_box()


def test_after_a_term_the_keyboard_goes_on_from_it(open_page, sign_in) -> None:
    page = sign_in(open_page(), "participant")
    page.goto(LESSON)
    term = page.get_by_role("link", name="Social norm").first
    term.focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#term-social-norms .shut")).to_be_focused()
    page.keyboard.press("Enter")

    expect(term).to_be_focused()


def test_a_figure_opens_large(learner: Page) -> None:
    learner.goto(LESSON)
    learner.locator("a.drawing").first.click()

    learner.wait_for_url("**/figures/*.svg")
    expect(learner.locator("svg").first).to_be_visible()


def test_the_place_is_told_and_taken_up_on_another_device(open_page, sign_in) -> None:
    phone = sign_in(open_page(), "participant2")
    phone.goto("/lessons/mandates")
    block = phone.locator("[data-block]").nth(4)
    with phone.expect_response("**/resume"):
        block.scroll_into_view_if_needed()
        phone.mouse.wheel(0, 300)
    desk = sign_in(open_page(width=1280, has_script=False), "participant2")

    desk.goto("/home")
    follow(desk, "Continue the lesson")

    assert "/lessons/mandates#" in desk.url
    expect(desk.get_by_text("You stopped here today")).to_be_in_viewport()


def test_without_script_the_place_is_kept_by_hand_and_taken_up_on_another_device(
    open_page, sign_in
) -> None:
    phone = sign_in(open_page(has_script=False), "participant2")
    phone.goto("/lessons/power-privilege")
    phone.get_by_role("button", name="Keep my place here").nth(2).click()
    expect(phone.get_by_text("You stopped here today")).to_be_in_viewport()
    place = phone.url.rpartition("#")[2]
    desk = sign_in(open_page(width=1280), "participant2")

    desk.goto("/lessons/power-privilege")

    expect(desk.get_by_role("link", name="Go on where you stopped")).to_have_attribute(
        "href", f"#{place}"
    )
    expect(desk.get_by_role("button", name="Keep my place here")).to_have_count(0)


def test_the_language_is_switched_at_once_at_the_block_in_sight(open_page, sign_in) -> None:
    page = sign_in(open_page(), "participant")
    page.goto(f"{LESSON}#sanction")
    expect(page.locator("#sanction")).to_be_in_viewport()
    page.wait_for_timeout(500)  # the page has come to rest

    page.locator(".tongues a").dispatch_event("click")

    page.wait_for_url("**#*")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#sanction")).to_be_in_viewport()


def test_a_search_leads_to_the_block(learner: Page) -> None:
    learner.goto("/home")
    follow(learner, "Search")
    learner.get_by_label("What are you looking for?").fill("mateo FEVER")
    press(learner.locator("main"), "Search")
    follow(learner, "Mateo has a fever")

    assert learner.url.endswith(f"{LESSON}#fever")
    expect(learner.locator("#fever")).to_be_in_viewport()
