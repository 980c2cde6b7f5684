"""A module kept on the phone: read without network, with nothing of the person; answers wait."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import eventually, follow, press

pytestmark = pytest.mark.browser

LESSON, QUIZ = "/lessons/sex-gender-norms", "/lessons/sex-gender-norms/quiz/check"
PROMPT = "Which norm about men does my institution uphold"
WORDS = "Que un hombre serio no pide permiso."
ANSWER = "De un papá se espera que no pida permiso."
EVERYTHING = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
    }
  }
  return found;
}"""
WAITING = """() => new Promise((tell) => {
  const opening = indexedDB.open("offline", 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => { opening.result.close(); tell(all.result); };
  };
})"""


@pytest.fixture
def phone(open_page, sign_in):
    """A participant's phone with module 1 kept on it."""

    def phone(name: str = "participant3") -> Page:
        page = sign_in(open_page(), name)
        page.goto("/modules/m1")
        follow(page, "Keep on this phone")
        press(page, "Keep on this phone")
        expect(page.locator(".head .saved")).to_contain_text("Kept.")
        return page

    return phone


def away(page: Page, *, is_away: bool = True) -> None:
    page.context.set_offline(is_away)


def test_a_kept_module_is_read_without_network_and_holds_nothing_of_the_person(phone):
    page = phone()
    kept = page.evaluate(EVERYTHING)

    away(page)
    page.goto(LESSON)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sex, gender and norms")
    expect(page.locator("#notices")).to_contain_text("the copy kept on this phone")
    broken = page.locator("main img").evaluate_all(
        "all => Promise.all(all.map((one) => { one.loading = 'eager'; return one.decode(); }))"
    )
    follow(page, "Module 1")
    expect(page.locator("main .path li")).to_have_count(4)
    page.goto("/journal")
    expect(page.get_by_role("heading", level=1)).to_have_text("On this phone")

    assert broken
    assert all(path.startswith(("/offline/en", "/assets/", "/figures/")) for path, _ in kept)
    pages = [(path, text) for path, text in kept if path.startswith("/offline/")]
    for path, text in pages:
        for own in ("Lidia R.", "csrf", "You stopped here", "Your best result"):
            assert own not in text, (path, own)
        assert set(re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", text)) <= {""}, path


def test_answers_wait_sealed_and_are_sent_once_when_the_network_is_back(phone):
    page = phone()
    away(page)
    page.goto(QUIZ)
    page.get_by_label("True", exact=True).check()
    page.get_by_label("Your answer").last.fill(ANSWER)
    press(page, "Save and go on later")
    expect(page.locator("form .saved")).to_contain_text("sealed")
    (parcel,) = page.evaluate(WAITING)
    page.goto("/offline/en")
    expect(page.locator("[data-waiting]")).to_contain_text("Waiting for the network.")

    away(page, is_away=False)

    expect(page.locator("[data-waiting]")).to_have_text("Nothing waits.")
    assert ANSWER not in str(parcel)
    page.goto(QUIZ)
    expect(page.get_by_label("True", exact=True)).to_be_checked()
    expect(page.get_by_label("Your answer").last).to_have_value(ANSWER)


def test_an_answer_that_differs_is_shown_beside_the_other_and_the_person_chooses(phone):
    page = phone("participant4")
    page.goto("/lessons/mandates/quiz/check")
    press(page, "Begin")
    page.get_by_role("radio").first.check()
    press(page, "Save and go on later")
    name = page.get_by_role("radio").first.get_attribute("name")
    away(page)
    page.goto("/lessons/mandates/quiz/check")
    taken = page.locator(f"[name='{name}']").nth(1)
    chosen = taken.get_attribute("value")
    taken.check()
    press(page, "Save and go on later")
    expect(page.locator("form .saved")).to_contain_text("sealed")
    page.goto("/offline/en")

    away(page, is_away=False)
    expect(page.locator("[data-waiting]")).to_contain_text("On this phone:")
    press(page, "Use what is on this phone")

    expect(page.locator("[data-waiting]")).to_have_text("Nothing waits.")
    page.goto("/lessons/mandates/quiz/check")
    expect(page.locator(f"[name='{name}'][value='{chosen}']")).to_be_checked()


def test_a_reflection_on_a_copy_waits_sealed_and_is_sent_once(phone):
    page = phone()
    away(page)
    page.goto(LESSON)
    box = page.get_by_label(PROMPT)
    box.fill(WORDS)
    form = page.locator("form").filter(has=box)
    press(form, "Keep it on this phone")
    expect(form.locator(".saved")).to_contain_text("sealed")
    (parcel,) = page.evaluate(WAITING)
    page.goto("/offline/en")
    expect(page.locator("[data-waiting]")).to_contain_text("A reflection of lesson 1.2")

    away(page, is_away=False)

    expect(page.locator("[data-waiting]")).to_have_text("Nothing waits.")
    assert WORDS not in str(parcel)
    assert WORDS not in str(page.evaluate(EVERYTHING))
    page.goto(LESSON)
    expect(page.get_by_label(PROMPT)).to_have_value(WORDS)


def test_words_on_a_page_that_loses_the_network_are_sealed_and_sent_by_the_next(phone):
    page = phone("participant4")
    page.goto(LESSON)
    box = page.get_by_label(PROMPT)
    form = page.locator("form").filter(has=box)
    away(page)
    box.fill(WORDS)
    expect(form.locator(".saved")).to_contain_text("On this phone, sealed")
    box.fill(f"{WORDS} Y más.")
    eventually(lambda: page.evaluate(WAITING)[0]["envelope"] != "")
    before = page.evaluate(WAITING)[0]["key"]
    box.press_sequentially("!")
    eventually(lambda: page.evaluate(WAITING)[0]["key"] != before)
    other = page.context.new_page()  # the first one is closed as a phone closes it, unasked
    page.close(run_before_unload=False)

    away(other, is_away=False)
    other.goto("/journal")

    eventually(lambda: other.evaluate(WAITING) == [])
    other.goto(LESSON)
    expect(other.get_by_label(PROMPT)).to_have_value(f"{WORDS} Y más.!")


def test_answers_of_a_quiz_that_loses_the_network_are_sealed_and_sent_by_the_next_page(phone):
    page = phone("participant4")
    page.goto("/lessons/power-privilege/quiz/check")
    press(page, "Begin")
    page.get_by_role("radio").first.check()
    expect(page.locator("#attempt .saved")).to_contain_text("Saved today")
    taken = page.get_by_role("radio").nth(1)
    name, value = (taken.get_attribute(word) for word in ("name", "value"))
    away(page)
    taken.check()  # over the answer that it has seen itself: no conflict
    expect(page.locator("#attempt .saved")).to_contain_text("On this phone, sealed")
    other = page.context.new_page()
    page.close(run_before_unload=False)

    away(other, is_away=False)
    other.goto("/journal")

    eventually(lambda: other.evaluate(WAITING) == [])
    other.goto("/lessons/power-privilege/quiz/check")
    expect(other.locator(f"[name='{name}'][value='{value}']")).to_be_checked()


def test_what_waits_says_when_the_journal_is_closed_and_goes_once_it_is_open(phone, site):
    page = phone()
    write(page, "/lessons/mandates", "Algo.")
    away(page)
    page.goto("/lessons/power-privilege")
    page.locator(".prompt textarea").first.fill("Sin llave.")
    expect(page.locator(".prompt .saved").first).to_contain_text("sealed")
    page.route("**/offline/reflections", lambda route: route.abort())
    away(page, is_away=False)
    page.goto("/journal")
    press(page, "Close it now")
    page.wait_for_url("**/home")
    page.unroute("**/offline/reflections")
    page.goto("/offline/en")
    expect(page.locator("[data-waiting]")).to_contain_text("Your journal is closed.")

    follow(page.locator("[data-waiting]"), "Open my journal")
    page.get_by_label("Passphrase").fill(site.passphrase)
    press(page.locator("main"), "Open")
    page.wait_for_url("**/journal")

    eventually(lambda: page.evaluate(WAITING) == [])


def test_a_page_that_has_the_network_again_saves_by_itself_and_leaves_nothing_waiting(phone):
    page = phone("participant4")
    page.goto(LESSON)
    box = page.get_by_label(PROMPT)
    form = page.locator("form").filter(has=box)
    away(page)
    box.fill("Con la misma página.")
    expect(form.locator(".saved")).to_contain_text("On this phone, sealed")

    away(page, is_away=False)

    expect(form.locator(".saved")).to_contain_text("Saved today")
    eventually(lambda: page.evaluate(WAITING) == [])
    page.goto(LESSON)
    expect(page.get_by_label(PROMPT)).to_have_value("Con la misma página.")


def test_a_reflection_that_differs_is_shown_beside_the_other_and_both_may_stay(phone):
    page = phone()
    write(page, "/lessons/mandates", "En casa.")
    away(page)
    page.goto("/lessons/mandates")
    page.locator(".prompt textarea").first.fill("En el camino.")
    press(page.locator(".prompt").first, "Keep it on this phone")
    expect(page.locator(".prompt .saved").first).to_contain_text("sealed")
    page.goto("/offline/en")

    away(page, is_away=False)
    expect(page.locator("[data-waiting]")).to_contain_text("On this phone: En el camino.")
    expect(page.locator("[data-waiting]")).to_contain_text("On the site: En casa.")
    press(page, "Keep both, one below the other")

    expect(page.locator("[data-waiting]")).to_have_text("Nothing waits.")
    page.goto("/lessons/mandates")
    expect(page.locator("form.prompt textarea").first).to_have_value("En casa.\n\nEn el camino.")


def write(page: Page, lesson: str, words: str) -> None:
    page.goto(lesson)
    form = page.locator("form.prompt").first
    form.locator("textarea").first.fill(words)
    expect(form.locator(".saved")).to_contain_text("Saved today")


def test_forgetting_says_what_is_unsent_and_then_leaves_nothing(phone):
    page = phone()
    away(page)
    page.goto(QUIZ)
    page.get_by_label("False", exact=True).check()
    press(page, "Save and go on later")
    expect(page.locator("form .saved")).to_contain_text("sealed")
    page.goto("/offline/en")

    press(page, "Forget this phone")
    expect(page.locator("[data-unsent]")).to_contain_text("1.2")
    press(page, "Forget it all, and lose what was not sent")

    expect(page.locator("[data-forgotten]")).to_be_visible()
    left = page.evaluate(
        """async () => [(await caches.keys()).length, (await indexedDB.databases()).length,
        (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert left == [0, 0, 0]


def test_leaving_without_network_blanks_takes_the_copies_and_ends_the_session_later(phone, site):
    page = phone()
    away(page)
    page.goto(LESSON)

    page.locator(".exit").click()
    expect(page).not_to_have_url(re.compile(re.escape(site.url)))
    away(page, is_away=False)
    page.goto("/home")

    expect(page).to_have_url(f"{site.url}/sign-in?to=/home")
    eventually(lambda: page.evaluate("caches.keys()") == [])


def test_signing_out_takes_the_copies_off_the_phone(phone):
    page = phone()

    press(page, "Sign out")
    page.wait_for_url("**/")

    eventually(lambda: page.evaluate("caches.keys()") == [])


def test_signing_out_says_first_what_is_not_sent_and_it_stays_sealed(phone):
    page = phone("participant4")
    away(page)
    page.goto(QUIZ)
    page.get_by_label("False", exact=True).check()
    press(page, "Save and go on later")
    expect(page.locator("form .saved")).to_contain_text("sealed")
    page.route("**/offline/answers", lambda route: route.abort())
    away(page, is_away=False)
    with page.expect_event("requestfailed"):
        page.goto("/home")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))

    press(page, "Sign out")
    expect(page).not_to_have_url(re.compile("/home$"))

    assert "not sent yet" in asked[0]
    assert len(page.evaluate(WAITING)) == 1


def test_without_script_the_page_says_what_it_needs_and_all_works_online(open_page, sign_in):
    page = sign_in(open_page(has_script=False), "participant")

    page.goto("/modules/m1/keep")

    expect(page.locator(".head .saved")).to_contain_text("everything works while there is")
    expect(page.locator("[data-keep]")).to_be_hidden()
