"""Coming in, leaving at once, and a session that ends while somebody writes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import eventually, press, write

pytestmark = pytest.mark.browser

PROMPT = "Which men in our area already live differently and could be allies?"
WORDS = "Conozco a un chofer que peina a su hija."


def test_a_wrong_passphrase_keeps_the_door_shut_and_the_name_typed(page, site):
    page.goto("/sign-in")
    page.get_by_label("E-mail or user name").fill("mentor@demo.example")
    page.get_by_label("Passphrase").fill("no es esta frase")

    press(page, "Sign in")

    expect(page.get_by_role("alert")).to_contain_text(
        "That name and that passphrase do not go together."
    )
    expect(page.get_by_label("E-mail or user name")).to_have_value("mentor@demo.example")
    expect(page.get_by_label("Passphrase")).to_have_value("")
    page.goto("/home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_signing_in_leads_to_the_page_one_was_on_the_way_to(page, site):
    page.goto("/lessons/mandates")

    page.get_by_label("E-mail or user name").fill("participant@demo.example")
    page.get_by_label("Passphrase").fill(site.passphrase)
    press(page, "Sign in")

    expect(page).to_have_url(f"{site.url}/lessons/mandates")


def test_leave_now_ends_the_session_and_back_shows_nothing_private(learner, site, has_script):
    learner.goto("/lessons/mandates")
    write(learner, PROMPT, WORDS, has_script=has_script)
    learner.goto("/journal")
    expect(learner.get_by_text(WORDS)).to_be_visible()

    learner.get_by_role("link", name="Leave now").click()
    learner.wait_for_url(site.elsewhere)

    assert_left(learner)


def test_three_presses_of_shift_leave(open_page, sign_in, site):
    page = sign_in(open_page(width=1280), "participant")
    page.goto("/journal")

    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(site.elsewhere)

    assert_left(page)


def test_a_session_that_ends_while_writing_keeps_the_text_until_one_is_back(open_page, sign_in):
    page = sign_in(open_page(), "participant")
    page.goto("/lessons/mandates")
    form = page.locator("form.prompt").filter(has=page.get_by_label(PROMPT, exact=True))
    page.context.clear_cookies(name="nti")

    form.locator("textarea").fill(WORDS)

    expect(form.locator(".saved")).to_contain_text("your session has ended")
    expect(form.locator("textarea")).to_have_value(WORDS)
    sign_in(page.context.new_page(), "participant")
    expect(form.locator(".saved")).to_contain_text("Saved today")


def test_without_script_an_ended_session_shows_the_text_again(open_page, sign_in):
    page = sign_in(open_page(has_script=False), "participant2")
    page.goto("/lessons/mandates")
    form = page.locator("form.prompt").filter(has=page.get_by_label(PROMPT, exact=True))
    page.context.clear_cookies(name="nti")

    form.locator("textarea").fill(WORDS)
    press(form, "Save")

    expect(page.get_by_text("Please sign in to continue.")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()


def assert_left(page: Page) -> None:
    """Once the session has ended, going back finds nobody signed in and nothing private."""
    eventually(lambda: page.context.request.get("/home", max_redirects=0).status == 303)
    page.go_back()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Sign out").count() == 0
    assert page.get_by_text(WORDS).count() == 0
    page.goto("/journal")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
