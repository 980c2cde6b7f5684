"""The corpus in a real browser: nothing of it runs, asks for anything, or is stopped by the policy.

It would have had to be stopped: an address elsewhere, a call, a dialog, a violation each count.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Site, serve
from tests.corpus.reading import words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CORPUS = words()
ALL = "\n\n".join(text for text in CORPUS.values() if len(text) < 400)
ACTING = CORPUS["closing bracket"]
LESSON = "/lessons/sex-gender-norms"
DRAFT = "/authoring/power-privilege"
WATCH = """
addEventListener("securitypolicyviolation",
  ({ violatedDirective, blockedURI }) => report(`policy: ${violatedDirective} ${blockedURI}`));
window.canary = () => report("called");
"""


@dataclass
class Watched:
    """A page, and all that happened on it that should not have."""

    page: Page
    site: Site
    happened: list[str] = field(default_factory=list)

    def look(self, path: str) -> str:
        """Open a page whole, touch all of it, and swap it in once more as htmx does."""
        page = self.page
        page.goto(path)
        page.mouse.move(50, 300)
        page.mouse.wheel(0, 10_000)
        for _ in range(5):
            page.keyboard.press("Tab")
        html = page.content()
        asked = "url => htmx.ajax('GET', url, { target: '#content', swap: 'innerHTML' })"
        page.evaluate(asked, page.url)
        page.wait_for_load_state("networkidle")
        return html

    def send(self, path: str, form: Mapping[str, str]) -> str:
        """Post a form with this person's token; where that led."""
        self.page.goto("/account/")
        token = self.page.locator("[name=csrf_token]").first.get_attribute("value") or ""
        answer = self.page.request.post(path, form={**form, "csrf_token": token}, max_redirects=0)
        assert answer.status == 303, (path, answer.status, answer.text()[-2000:])
        return str(answer.headers["location"])

    def revision(self, path: str, form: str) -> str:
        """The one that a form writes over."""
        self.page.goto(path)
        box = self.page.locator(f"form[action='{form}'] [name=revision]")
        return box.get_attribute("value") or "0"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own: no other test should meet what is written here."""
    with serve(tmp_path_factory.mktemp("canary")) as site:
        yield site


@pytest.fixture
def watch(open_page: Callable[..., Page], sign_in: Callable[..., Page], site: Site):
    def watch(name: str) -> Watched:
        page = open_page(width=1280)
        watched = Watched(page, site)
        note = watched.happened.append
        page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda one: is_ours(one.url, site) or note(f"asked for: {one.url}"))
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.expose_function("report", lambda words: note(words))
        page.add_init_script(WATCH)
        sign_in(page, name)
        return watched

    return watch


def is_ours(url: str, site: Site) -> bool:
    return url.startswith((f"{site.url}/", "data:image/"))


def test_the_watch_sees_what_it_is_for(watch):
    """Were the text not escaped, all of this would be told."""
    watched = watch("participant")

    watched.look("/help")
    watched.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", ACTING)
    watched.page.evaluate("() => fetch('https://canary.invalid/').catch(() => 0)")
    watched.page.evaluate("() => canary()")

    told = " ".join(watched.happened)
    assert "called" in told
    assert "policy: script-src-attr" in told
    assert "canary.invalid" in told


def test_nothing_that_is_typed_runs_or_asks_for_anything(watch):
    writer = watch("participant")
    entry = re.sub(r"\D", "", writer.send("/journal/pages", {"text": ALL}) and newest(writer))
    prompt = f"{LESSON}/reflections/house-norm"
    base = writer.revision(LESSON, prompt)
    writer.send(prompt, {"text": ALL, "revision": base})
    writer.page.goto("/commitments")
    plan = re.sub(r"^.*(/commitments/\d+).*$", r"\1", writer.page.url)
    for code, form in {"C1": {"title": ACTING, "body": ALL}, "C6": {"body": ALL}}.items():
        url = f"{plan}/sections/{code}"
        writer.send(url, {**form, "revision": writer.revision(url, url)})
    part = {"body": ALL[:4900], "is_checked": "y", "code": "C6"}
    writer.send(f"/journal/entries/{entry}/carry", part)
    writer.send(f"{LESSON}/quiz/check/start", {})
    writer.page.goto(f"{LESSON}/quiz/check")
    attempt = re.findall(r'action="(/attempts/\d+)/answers"', writer.page.content())[0]
    writer.send(f"{attempt}/answers", {"q-one-sentence": ALL[:4900]})
    for path in (
        *("/journal", f"/journal/entries/{entry}", f"/journal/entries/{entry}/carry", LESSON),
        *(plan, f"{plan}/sections/C1", f"{plan}/sections/C6", "/home", f"{LESSON}/quiz/check"),
    ):
        assert "canary" in writer.look(path), path
    writer.send(f"{attempt}/submit", {"q-one-sentence": ALL[:4900], "anyway": "y"})
    assert "canary" in writer.look(attempt)
    compare(writer, f"{plan}/sections/C6")

    readers = {"mentor": [plan, "/home"], "manager": [plan, "/commitments"]}
    for name, paths in readers.items():
        reader = watch(name)
        for path in paths:
            assert "canary" in reader.look(path), (name, path)
        writer.happened += reader.happened

    assert writer.happened == []


def test_nothing_in_a_name_or_a_lesson_runs_or_asks_for_anything(watch):
    manager = watch("manager")
    manager.page.goto("/people/invite")
    cohort = manager.page.locator("#cohort option").last.get_attribute("value") or ""
    form = {"name": ACTING, "organisation": ACTING, "role": "participant", "language": "es"}
    manager.send("/people/invite", {**form, "cohort": cohort, "email": "canary@example.org"})
    for path in ("/people/", "/home"):
        manager.look(path)

    author = watch("facilitator")
    author.page.goto(DRAFT)
    base = author.page.locator("[name=base]").get_attribute("value") or ""
    sources = {code: author.page.locator(f"#{code}").input_value() for code in ("es", "en")}
    nasty = sources["es"] + f"\n::: {{.text #canary}}\n\n## Canario\n\n{ALL}\n\n:::\n"
    author.send(DRAFT, {**sources, "es": nasty, "base": base, "save": "1"})
    assert "canary" in author.look(DRAFT)
    author.look(f"{DRAFT}/revisions")
    author.send(f"{DRAFT}/discard", {})

    assert manager.happened + author.happened == []


def newest(writer: Watched) -> str:
    """The address of the page of the journal that was written last."""
    writer.page.goto("/journal")
    found = writer.page.locator("section[id^=page-]").first.get_attribute("id")
    return found or ""


def compare(writer: Watched, url: str) -> None:
    """Save over a version that another tab has replaced, and see both."""
    writer.page.goto(url)
    writer.page.evaluate("() => { document.querySelector('main [name=revision]').value = '0' }")
    writer.page.locator("main textarea").last.fill(ALL.replace("\0", ""))
    writer.page.locator("main form button.btn").last.click()
    expect(writer.page.locator(".ask-first")).to_contain_text("newer version")
