"""What those who run the programme came for, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, order_workbook, press

pytestmark = pytest.mark.browser

OLD = {"es": "## Nadie llega en blanco", "en": "## Nobody walks in as a blank page"}
NEW = {"es": "## Nadie llega con las manos vacías", "en": "## Nobody comes with empty hands"}
SOUND, FAULTY = "[Help](help:page)", "[Help](help:nowhere)"
CODE = re.compile("([0-9A-Z]{4}-)+[0-9A-Z]{4}")
PASSPHRASE = "llama lenta cruza puente"


@pytest.fixture
def facilitator(page, sign_in) -> Page:
    return sign_in(page, "facilitator")


@pytest.fixture
def reader(open_page, sign_in) -> Page:
    return sign_in(open_page(), "participant")


def test_a_lesson_is_changed_in_both_languages_published_and_brought_back(
    facilitator, reader, has_script
):
    facilitator.goto("/authoring/agreements")
    line = change(facilitator)

    if not has_script:
        press(facilitator, "Look at it")

    fault = facilitator.locator("#faults li").filter(has_text=f"en.md:{line}")
    expect(fault).to_contain_text("no such help: nowhere")
    for code in ("es", "en"):
        expect(facilitator.locator("#look")).to_contain_text(NEW[code].removeprefix("## "))
    mend(facilitator)
    press(facilitator, "Save the draft")
    expect(facilitator.locator("#notices")).to_have_text("The draft is saved.")
    assert first_heading(reader) == OLD["en"]

    publish(facilitator)
    assert first_heading(reader) == NEW["en"]

    follow(facilitator, "All revisions")
    press(facilitator, "Make it the draft")
    publish(facilitator)
    assert first_heading(reader) == OLD["en"]


def test_a_draft_with_a_fault_is_kept_and_not_published(facilitator):
    facilitator.goto("/authoring/mandates")
    box = facilitator.get_by_label("English", exact=True)
    box.fill(box.input_value() + "\n::: {.nonsense #here}\n\n:::\n")

    press(facilitator, "Publish")

    expect(facilitator.get_by_role("alert")).to_contain_text("Saved as a draft, not published")
    expect(facilitator.locator("#en")).to_have_value(re.compile("nonsense"))
    press(facilitator, "Throw the draft away")
    expect(facilitator.locator("#en")).not_to_have_value(re.compile("nonsense"))


def test_a_representative_takes_a_workbook(page, sign_in, has_script):
    sign_in(page, "representative")

    path = order_workbook(page, "Letter" if has_script else "A4")

    assert path.read_bytes().startswith(b"%PDF-")


def test_a_code_on_paper_lets_somebody_in_and_the_recovery_sheet_is_shown_once(
    page, open_page, sign_in, has_script
):
    handle = "rosa.con" if has_script else "rosa.sin"
    sign_in(page, "manager")
    code = invite(page, handle)
    phone = open_page(has_script=has_script)
    accept(phone, code)

    sheet = phone.locator(".sheet-code").inner_text()
    phone.get_by_label("Last four characters").fill(sheet[-4:])
    press(phone, "It is written down")

    expect(phone.locator("#notices")).to_contain_text("Keep the sheet")
    for path in ("/account/", "/account/recovery-sheet", "/home"):
        phone.goto(path)
        assert sheet not in phone.locator("body").inner_text()
    press(phone, "Sign out")
    sign_in(phone, handle, PASSPHRASE)
    expect(phone.locator("footer")).to_contain_text("Rosa M. (ficticia)")


def test_a_code_on_paper_works_once(page, open_page, sign_in, has_script):
    sign_in(page, "manager")
    code = invite(page, "juan.con" if has_script else "juan.sin")
    accept(open_page(has_script=has_script), code)
    somebody = open_page(has_script=has_script)

    somebody.goto("/invitation")
    somebody.get_by_label("Code", exact=True).fill(code)
    press(somebody, "Continue")

    expect(somebody.get_by_role("heading", level=1)).to_contain_text("no longer works")


def change(page: Page) -> int:
    """New headings in both languages, and in the English a link that leads nowhere; its line."""
    spanish, english = (page.get_by_label(name, exact=True) for name in ("Español", "English"))
    spanish.fill(spanish.input_value().replace(OLD["es"], NEW["es"]))
    before, _, after = english.input_value().replace(OLD["en"], NEW["en"]).rpartition(SOUND)
    english.fill(before + FAULTY + after)
    return before.count("\n") + 1


def mend(page: Page) -> None:
    box = page.get_by_label("English", exact=True)
    box.fill(box.input_value().replace(FAULTY, SOUND))


def publish(page: Page) -> None:
    page.get_by_label("The English says the same as the Spanish").check()
    press(page, "Publish")
    expect(page.locator("#notices")).to_contain_text("is published.")


def first_heading(page: Page) -> str:
    """The first heading in the text of the lesson, as its author writes it."""
    page.goto("/lessons/agreements")
    return f"## {page.locator('[data-block] h2').first.inner_text()}"


def invite(page: Page, handle: str) -> str:
    """Invite a participant without mail; the code for paper."""
    page.goto("/people/")
    follow(page, "Invite somebody")
    page.get_by_label("Name", exact=True).fill("Rosa M. (ficticia)")
    page.get_by_label("Role").select_option("participant")
    page.get_by_label("Organisation").fill("Red Maqueta (ficticia)")
    page.get_by_label("User name (for people without e-mail)").fill(handle)
    press(page, "Invite")
    code = page.locator(".sheet-code").inner_text()
    assert CODE.fullmatch(code)
    return code


def accept(page: Page, code: str) -> None:
    """Come in with a code, as one types it."""
    page.goto("/sign-in")
    follow(page, "I was given a code on paper")
    page.get_by_label("Code", exact=True).fill(code.lower().replace("-", " "))
    press(page, "Continue")
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Write this code down or print it")
