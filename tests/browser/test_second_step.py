"""The second step in a real browser: an app's code, and a passkey of the device."""

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import set_up_app
from tests.browser.steps import press

pytestmark = pytest.mark.browser


@pytest.fixture
def knock(site):
    """Show handle and passphrase at the door, as somebody who owes a second step."""

    def knock(page, name):
        page.goto("/sign-in")
        page.get_by_label("E-mail or user name").fill(f"{name}@demo.example")
        page.get_by_label("Passphrase").fill(site.passphrase)
        press(page, "Sign in")
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")

    return knock


def turn_off(page, site):
    page.goto("/account/second-step/forget")
    page.get_by_label("Passphrase").fill(site.passphrase)
    press(page, "Turn it off")
    expect(page.get_by_text("The second step is off.")).to_be_visible()


def test_a_code_from_paper_opens_the_door(page, sign_in, knock, site, has_script):
    name = "evaluator" if has_script else "representative"
    set_up_app(sign_in(page, name), site.passphrase)
    code = page.locator(".paper-codes li").first.inner_text()
    press(page, "Sign out")

    knock(page, name)
    page.get_by_label("Code of your app").fill(code)
    press(page, "Continue")

    page.wait_for_url("**/home")
    turn_off(page, site)


def test_a_passkey_is_made_and_opens_the_door(open_page, sign_in, knock, site):
    page = sign_in(open_page(), "administrator")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": kind | more})
    page.goto("/account/second-step/passkeys/add")
    page.get_by_label("Passphrase").fill(site.passphrase)
    press(page, "Make a passkey")
    expect(page.locator(".paper-codes")).to_be_visible()
    press(page, "Sign out")

    knock(page, "administrator")
    press(page, "Use my passkey")

    page.wait_for_url("**/home")
    turn_off(page, site)


def test_without_script_the_page_of_passkeys_leads_to_the_app(open_page, sign_in):
    page = sign_in(open_page(has_script=False), "administrator")

    page.goto("/account/second-step/passkeys/add")
    page.get_by_role("link", name="Use an app that shows codes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Use an app that shows codes")
