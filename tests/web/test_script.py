"""What the script adds to a page, in a real browser with a server that fails as bidden."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import redirect
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import eventually
from tests.web.stage import Stage, make_stage, open_stage

pytestmark = pytest.mark.browser

MORNING = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCROLL_TO = """id => new Promise(done => {
  addEventListener("scroll", done, { once: true });
  document.getElementById(id).scrollIntoView();
})"""
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
# What came with Chrome 88 and later; selectors are what htmx fails on.
BEFORE_88 = r"""
const isNew = (selector) => /:not\(\w+ /.test(selector), { supports } = CSS;
CSS.supports = (...words) => !isNew(words.join()) && supports.apply(CSS, words);
for (const { prototype } of [Element, Document, DocumentFragment]) {
  for (const name of ["querySelector", "querySelectorAll"]) {
    const find = prototype[name];
    prototype[name] = function (selector) {
      if (isNew(selector)) throw new DOMException("no valid selector", "SyntaxError");
      return find.call(this, selector);
    };
  }
}
"""
BEFORE_86 = """
for (const kind of [Element, Document, DocumentFragment]) delete kind.prototype.replaceChildren;
for (const kind of [Array, String, Object.getPrototypeOf(Int8Array)]) delete kind.prototype.at;
for (const name of ["structuredClone", "navigation"]) delete window[name];
for (const name of ["moveBefore", "setHTMLUnsafe"]) delete Element.prototype[name];
delete Document.prototype.startViewTransition;
delete Document.parseHTMLUnsafe;
delete Object.hasOwn;
delete Crypto.prototype.randomUUID;
delete AbortSignal.timeout;
delete AbortSignal.any;
"""
KEPT = {"saved_at": "Guardado hoy a las 12:41", "revision": 4}


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = make_stage()
    with open_stage(stage):
        yield stage


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The lesson on a phone, its clock in our hands."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    page.clock.install(time=MORNING)
    page.goto(f"{stage.url}/lesson")
    page.clock.pause_at(MORNING + timedelta(hours=1))
    yield page
    context.close()


def write(page: Page, words: str) -> None:
    page.locator("#norm-form-text").press_sequentially(words)


def label(page: Page) -> str:
    return page.locator("#norm-form .saved").inner_text()


def rest_at(page: Page, block: str) -> None:
    with page.expect_response("**/resume"):
        page.evaluate(SCROLL_TO, block)
        page.clock.run_for(2500)


def test_a_pause_saves_and_says_so_only_when_the_server_has(page, stage):
    stage.answer = KEPT
    write(page, "Nadie pide permiso")
    assert label(page) == "Not saved yet."

    page.clock.run_for(1900)
    assert stage.asked == []
    page.clock.run_for(200)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    assert [(sent["text"], sent["revision"], sent["autosave"]) for sent in stage.asked] == [
        ("Nadie pide permiso", "3", True)
    ]
    assert page.locator("#norm-form [name=revision]").input_value() == "4"


def test_a_server_that_asks_to_wait_is_not_asked_again_before(page, stage):
    stage.answer = "", 503, {"Retry-After": "30"}
    write(page, "uno")
    page.clock.run_for(3000)
    expect(page.locator("#norm-form .saved")).to_contain_text("we keep trying")

    stage.answer = KEPT
    page.clock.run_for(28000)
    asked_early = len(stage.asked)
    page.clock.run_for(3000)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    assert (asked_early, len(stage.asked)) == (1, 2)


def test_hiding_the_page_sends_what_is_not_saved_yet_even_after_it_is_closed(page, stage):
    stage.answer = KEPT
    write(page, "lo último")

    page.evaluate(HIDE)
    page.close()

    eventually(lambda: [sent["text"] for sent in stage.asked] == ["lo último"])


def test_words_typed_during_a_slow_save_are_sent_when_the_page_hides(page, stage):
    stage.gate.clear()
    write(page, "uno")
    page.clock.run_for(3000)
    eventually(lambda: len(stage.asked) == 1)
    write(page, " y dos")

    page.evaluate(HIDE)
    page.close()

    eventually(lambda: len(stage.asked) == 2)
    stage.gate.set()
    slow, last = stage.asked
    assert (slow["text"], last["text"]) == ("uno", "uno y dos")
    assert (last["after"], last["revision"]) == (slow["idempotency_key"], slow["revision"])


def test_a_page_that_was_hidden_during_a_slow_save_goes_on_from_the_last_words(page, stage):
    stage.gate.clear()
    write(page, "uno")
    page.clock.run_for(3000)
    eventually(lambda: len(stage.asked) == 1)
    write(page, " y dos")
    page.evaluate(HIDE)
    page.evaluate(HIDE)  # nothing new: nothing more to send
    eventually(lambda: len(stage.asked) == 2)

    stage.answer = KEPT
    stage.gate.set()

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    write(page, " y tres")
    page.clock.run_for(3000)
    eventually(lambda: len(stage.asked) == 3)
    assert (stage.asked[2]["text"], stage.asked[2]["revision"]) == ("uno y dos y tres", "4")
    assert "after" not in stage.asked[2]


@pytest.mark.parametrize("answer", [("", 503), ({"conflict": "<p>La otra</p>"}, 409)])
def test_of_two_saves_under_way_the_last_one_speaks(page, stage, answer):
    stage.gate.clear()
    write(page, "uno")
    page.clock.run_for(3000)
    eventually(lambda: len(stage.asked) == 1)
    write(page, " y dos")
    page.evaluate(HIDE)
    eventually(lambda: len(stage.asked) == 2)

    stage.answer = answer
    stage.gate.set()
    words = "we keep trying" if answer[1] == 503 else "there is a newer version"
    expect(page.locator("#norm-form .saved")).to_contain_text(words)
    stage.answer = KEPT
    page.clock.run_for(3000)

    again = ["uno y dos"] if answer[1] == 503 else []
    eventually(lambda: [one["text"] for one in stage.asked] == ["uno", "uno y dos", *again])


def test_more_than_a_closed_page_may_send_is_sent_while_it_is_open(page, stage):
    stage.answer = KEPT
    page.locator("#norm-form-text").fill("ñ" * 40_000)  # 80 kB: more than may outlive a page

    page.clock.run_for(3000)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    assert len(stage.asked) == 1


def test_typing_without_a_pause_is_saved_within_fifteen_seconds(page, stage):
    stage.answer = KEPT

    for _ in range(11):
        write(page, "a")
        page.clock.run_for(1500)

    expect(page.locator("#norm-form [name=revision]")).to_have_value("4")
    assert len(stage.asked) < 3  # one a quarter of a minute; a slow machine may answer late


def test_a_failed_save_is_tried_again_with_the_same_words_and_key(page, stage):
    stage.answer = "", 503
    write(page, "uno")
    page.clock.run_for(3000)
    expect(page.locator("#norm-form .saved")).to_have_text(
        "Not saved yet; we keep trying. Please leave this page open."
    )

    stage.answer = KEPT
    page.clock.run_for(1300)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    first, second = stage.asked
    assert first == second
    assert first["idempotency_key"] != "from-server"


def test_a_save_that_had_arrived_is_told_again_by_a_redirect(page, stage):
    stage.answer = redirect("/saved", code=303)
    write(page, "uno")
    page.clock.run_for(3000)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado antes")
    assert page.locator("#norm-form [name=revision]").input_value() == "7"


def test_a_conflict_shows_both_texts_and_waits_for_the_person(page, stage):
    stage.answer = {"conflict": "<p id='theirs'>La otra versión</p>"}, 409
    write(page, "Mi versión")
    page.clock.run_for(3000)

    expect(page.locator("#theirs")).to_have_text("La otra versión")
    assert page.locator("#norm-form-text").input_value() == "Mi versión"
    write(page, " sigue")
    page.clock.run_for(20000)
    assert len(stage.asked) == 1


def test_a_refusal_says_why_and_keeps_the_words(page, stage):
    stage.answer = {"message": "Es demasiado largo."}, 422
    write(page, "largo")
    page.clock.run_for(3000)

    expect(page.locator("#norm-form .saved")).to_have_text("Es demasiado largo.")
    assert page.locator("#norm-form-text").input_value() == "largo"


@pytest.mark.parametrize("answer", [("", 401), redirect("/plain")])
def test_an_ended_session_goes_on_after_signing_in_elsewhere(page, stage, answer):
    stage.answer = answer
    write(page, "sigo aquí")
    with page.expect_response("**/lesson"):  # it looks for the token of a new session
        page.clock.run_for(3000)
    expect(page.locator("#norm-form .saved")).to_have_text(
        "Not saved: your session has ended. Sign in again in another tab; your text stays here."
    )

    page.context.clear_cookies()  # what was written under the old token is refused now
    stage.answer = KEPT
    with page.expect_response("**/lesson"):
        page.clock.run_for(80000)
    page.clock.run_for(80000)

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")


def test_the_save_button_saves_in_place(page, stage):
    stage.answer = KEPT
    write(page, "listo")

    page.locator("#norm-form button").click()

    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")
    assert page.url == f"{stage.url}/lesson"


def test_leaving_with_unsaved_words_asks_first(page, stage):
    stage.answer = "", 503
    write(page, "sin guardar")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.locator("#away").click()

    assert page.url == f"{stage.url}/lesson"
    assert asked == ["beforeunload"]


def test_nothing_is_left_in_web_storage(page, stage):
    stage.answer = KEPT
    write(page, "privado")
    page.clock.run_for(3000)
    expect(page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")

    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_leave_now_ends_the_session_and_hides_the_page_from_going_back(page, stage):
    page.goto(f"{stage.url}/plain")
    page.goto(f"{stage.url}/lesson")

    page.locator(".exit").click()
    page.wait_for_url("**/neutral")

    assert stage.asked == ["leave"]
    page.go_back()
    assert page.url == f"{stage.url}/plain"


def test_leaving_blanks_the_page_at_once_and_waits_half_a_second_at_most(page, stage):
    page.route("**/save", lambda route: None)  # a slow link: no answer comes
    write(page, "lo último")

    page.locator(".exit").click()

    expect(page.locator("main")).to_have_count(0)
    assert stage.asked == []
    page.clock.run_for(500)
    page.wait_for_url("**/neutral")
    assert stage.asked == ["leave"]


def test_three_presses_of_shift_leave(page, stage):
    for _ in range(3):
        page.keyboard.press("Shift")
        page.clock.run_for(100)
    page.wait_for_url("**/neutral")

    assert stage.asked == ["leave"]


def test_capital_letters_do_not_leave(page, stage):
    page.locator("#note").focus()
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")

    assert page.locator("#note").input_value() == "ABCD"
    assert stage.asked == []


def test_leaving_takes_the_last_words_along(page, stage):
    stage.answer = KEPT
    write(page, "lo último")

    page.locator(".exit").click()
    page.wait_for_url("**/neutral")

    assert [sent if sent == "leave" else sent["text"] for sent in stage.asked] == [
        "lo último",
        "leave",
    ]


def test_the_language_switch_keeps_the_block_that_one_was_reading(page, stage):
    rest_at(page, "third")

    page.locator(".tongues a").click()  # at the top of the page: going there is not reading
    page.wait_for_url("**/language/**")

    assert page.url == f"{stage.url}/language/en?to=/lesson%23third"


def test_reading_on_tells_the_place_quietly(page, stage):
    rest_at(page, "second")

    assert stage.places == ["second"]


def test_htmx_swaps_a_refused_form(page, stage):
    stage.answer = "<p id='refused'>Falta algo</p>", 422

    page.locator("#send").click()

    expect(page.locator("#content #refused")).to_have_text("Falta algo")


def test_a_failure_goes_to_the_notices_and_leaves_the_words(page, stage):
    stage.answer = "<h1>Bad gateway</h1>", 502
    page.locator("#note").fill("mis palabras")

    page.locator("#send").click()

    expect(page.locator("#notices .notice")).to_have_text(
        "We could not reach the course. Your text is still here; please try again."
    )
    assert page.locator("#note").input_value() == "mis palabras"
    expect(page.locator("#send")).to_be_enabled()


@pytest.fixture(params=[BEFORE_88, BEFORE_88 + BEFORE_86], ids=["86", "85"])
def old_page(request: pytest.FixtureRequest, chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The lesson in a browser that lacks what came after Chrome 86, or 85."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(request.param)
    page = context.new_page()
    page.goto(f"{stage.url}/lesson")
    yield page
    context.close()


def test_an_old_browser_sends_plain_forms(old_page, stage):
    stage.answer = "<h1 id='plain'>Gracias</h1>"
    old_page.locator("#note").fill("mis palabras")

    old_page.locator("#send").click()

    expect(old_page.locator("#plain")).to_have_text("Gracias")
    assert old_page.url == f"{stage.url}/answer"
    assert [(sent["note"], sent["autosave"]) for sent in stage.asked] == [("mis palabras", False)]


def test_an_old_browser_leaves_at_once_too(old_page, stage):
    old_page.locator(".exit").click()
    old_page.wait_for_url("**/neutral")

    assert stage.asked == ["leave"]


def test_an_old_browser_saves_while_one_writes(old_page, stage):
    stage.answer = KEPT
    write(old_page, "uno")

    expect(old_page.locator("#norm-form .saved")).to_have_text("Guardado hoy a las 12:41")


HTMX, SCRIPTS = "**/htmx.min-*.js", "**/*.js"
NOTE, REFLECTION = ("#note", "#send", "/answer"), ("#norm-form-text", "#norm-form button", "/save")


@pytest.mark.parametrize(
    ("lost", "field", "button", "url"),
    [(HTMX, *NOTE), (SCRIPTS, *NOTE), (SCRIPTS, *REFLECTION)],
    ids=["htmx", "scripts", "scripts-saving"],
)
def test_a_browser_that_cannot_read_a_script_sends_plain_forms_and_asks_nothing(
    chromium, stage, lost, field, button, url
):
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.route(lost, lambda route: route.fulfill(body="class { static {"))
    page, asked = context.new_page(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    stage.answer = "<h1 id='plain'>Gracias</h1>"
    page.goto(f"{stage.url}/lesson")
    page.locator(field).fill("mis palabras")

    page.locator(button).click()

    expect(page.locator("#plain")).to_have_text("Gracias")
    assert (page.url, asked) == (stage.url + url, [])
    assert "mis palabras" in stage.asked[0].values()
    context.close()
