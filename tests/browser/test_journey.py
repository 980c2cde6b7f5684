"""What a participant came for, from home to paper, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import follow, order_workbook, press, read_pdf, take_file, write

pytestmark = pytest.mark.browser

WORDS = "Aquí se espera que un papá no pida permiso. A quien lo pide, la oficina le hace bromas."
PART = "Se espera que un papá no pida permiso."
PRIVATE = "Quisiera hablar más despacio en las reuniones."
NORM = "Which norm about men does my institution uphold without saying so?"


def test_home_leads_through_a_module_to_its_lessons(learner):
    follow(learner, "Modules")
    follow(learner, "Starting point")
    learner.get_by_role("link", name="Sex, gender and norms").first.click()

    expect(learner.get_by_role("heading", level=1)).to_have_text("Sex, gender and norms")
    expect(learner.get_by_role("heading", name="Mateo has a fever")).to_be_visible()
    follow(learner, "Module 1")
    under_way = learner.get_by_role("listitem").filter(has_text="Sex, gender and norms").first
    expect(under_way.locator(".tag")).to_contain_text("You are here")


def test_a_lesson_is_marked_as_read_and_the_cloth_grows(learner):
    learner.goto("/lessons/power-privilege")

    press(learner, "Mark as read")

    expect(learner.locator("#notices")).to_have_text("Marked as read.")
    learner.goto("/modules")
    expect(learner.get_by_role("listitem").filter(has_text="Starting point")).to_contain_text(
        "1 of 4 lessons"
    )


def test_a_quiz_says_what_was_right_only_once_it_is_submitted(learner):
    learner.goto("/lessons/sex-gender-norms")
    follow(learner, "Answer the questions")
    press(learner, "Begin")
    answer(learner)
    before = learner.content()

    press(learner, "See my results")

    expect(learner.get_by_role("heading", level=1)).to_have_text("You got 4 of 5 points")
    after = learner.content()
    for feedback in ("It measures men with the same old yardstick", "One way to answer"):
        assert feedback not in before
        assert feedback in after
    expect(learner.get_by_text("Chosen, and not right.")).to_have_count(1)
    follow(learner, "Back to the lesson")
    expect(learner.locator("#check")).to_contain_text("Your best result: 4 of 5.")


def test_answers_wait_for_whoever_goes_on_later(learner):
    learner.goto("/lessons/mandates")
    follow(learner, "Answer the questions")
    press(learner, "Begin")
    first = learner.get_by_role("radio").first
    first.check()

    press(learner, "Save and go on later")
    learner.goto("/home")
    learner.goto("/lessons/mandates/quiz/check")

    expect(learner.get_by_role("radio").first).to_be_checked()
    press(learner, "See my results")
    expect(learner.get_by_role("alert")).to_contain_text("questions are still open")


def test_a_part_of_a_reflection_goes_to_the_plan_and_the_page_stays_private(learner, has_script):
    learner.goto("/lessons/sex-gender-norms")
    write(learner, NORM, WORDS, has_script=has_script)
    learner.reload()
    follow(learner, "Take a part to C2")
    learner.get_by_label("The text that will be copied").fill(PART)
    learner.get_by_label("I checked that it names nobody").check()

    press(learner, "Copy to my commitment")

    section = learner.locator("#c2")
    name = "Elena M." if has_script else "Tomás L."
    expect(section.locator("blockquote .written")).to_have_text(PART)
    expect(section.locator(".origin")).to_contain_text(
        f"From the journal of {name}, lesson 1.2, copied"
    )
    assert WORDS not in learner.content()
    learner.goto("/journal")
    expect(learner.locator("article").filter(has_text=NORM).locator(".written")).to_have_text(WORDS)


def test_a_section_of_the_plan_is_written_in_plain_text(learner, has_script):
    learner.goto("/commitments")
    follow(learner, "Commitment")
    follow(learner, "Write in C5")
    learner.get_by_label("Text of this section").fill(PART)
    if has_script:
        expect(learner.locator(".saved")).to_contain_text("Saved today")
        follow(learner, "Back to the commitment")
    else:
        press(learner, "Save")

    expect(learner.locator("#c5 .written")).to_have_text(PART)


def test_a_workbook_is_asked_for_made_and_taken(learner, has_script):
    path = order_workbook(learner, "Letter" if has_script else "A4")

    assert path.read_bytes().startswith(b"%PDF-")
    text = read_pdf(path)
    assert "Sex, gender and norms" in text
    assert WORDS not in text


def test_ones_own_copy_holds_ones_own_words(learner, has_script):
    learner.goto("/lessons/power-privilege")
    prompt = "What power do I have in this institution, and what do I use it for?"
    write(learner, prompt, PRIVATE, has_script=has_script)
    learner.goto("/workbooks")

    download = take_file(learner, learner.get_by_role("button", name="My copy of module 1"))

    assert PRIVATE in read_pdf(download.path())


def test_switching_the_language_stays_on_the_page(learner):
    learner.goto("/lessons/sex-gender-norms")

    follow(learner, "Español")

    expect(learner).to_have_url(re.compile("/lessons/sex-gender-norms(#[a-z-]+)?$"))
    expect(learner.locator("html")).to_have_attribute("lang", "es")
    expect(learner.get_by_role("heading", level=1)).to_have_text("Sexo, género y normas")
    follow(learner, "English")
    expect(learner.get_by_role("heading", level=1)).to_have_text("Sex, gender and norms")


def answer(page: Page) -> None:
    """Every question of the quiz of lesson 1.2, of every kind, one of them wrong."""
    page.get_by_label("A man here doesn’t leave because his son is ill").check()
    page.get_by_label("True", exact=True).check()
    for label, chosen in (
        ("I think it’s lovely", "What I think"),
        ("On Sundays I plait", "What I do"),
        ("No father in my neighbourhood", "What I believe others do"),
        ("If they see me plaiting hair", "What I believe others approve"),
    ):
        page.get_by_label(label).select_option(label=chosen)
    for number, word in enumerate(("sex", "gender identity", "gender norm"), start=1):
        page.get_by_label(f"Gap {number}").select_option(label=word)
    page.get_by_label("A real man goes with his woman").check()
    page.get_by_label("If she wants you there, come in").check()
    page.get_by_label("Your answer").fill("De un papá se espera que no pida permiso.")
