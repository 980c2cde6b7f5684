"""The corpus at the door, in conflicts and errors, in letters, in lessons, on paper."""

import email
import email.policy
import re
import subprocess
from io import BytesIO
from urllib.parse import quote

import pytest
from pikepdf import Name, Pdf

from nti_lms import mail
from nti_lms.printing import client
from nti_lms.printing.child import render_in_child
from tests.corpus.pages import Page, as_typed
from tests.corpus.reading import CANARY, words
from tests.doors import ground
from tests.doors.conftest import LESSON, Stage
from tests.doors.forms import forms_of

pytestmark = pytest.mark.slow

CORPUS = words()
SHORT = {name: text for name, text in CORPUS.items() if len(text) < 400}
HARMLESS = "palabra"
AUTOSAVE = {"X-Autosave": "1"}
# Where a lesson may lead: pages of ours, and the web by a link.
OWN = re.compile(r"(/(?!/)|#|https?:|mailto:|data:,|$)")
LESSON_TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "blockquote", "em", "strong", "code", "a", "pre"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/sign-in", "handle"),
        ("/sign-in", "to"),
        ("/forgotten", "handle"),
        ("/invitation", "code"),
        ("/reset", "code"),
        ("/reset/{reset}", "recovery_code"),
    ],
)
def test_a_visitor_breaks_no_page(url: str, field: str, stage: Stage) -> None:
    form = {"handle": "", "passphrase": "x", "again": "y"} | (
        {} if url == "/sign-in" else {"passphrase": "corta", "again": "otra"}
    )

    def ask(text: str) -> tuple[int, list[str]]:
        answer = stage.ask("visitor", "POST", url, data={**form, field: text})
        return answer.status_code, Page(answer.text).tags

    seen = {ask(HARMLESS)[0]: ask(HARMLESS)[1], ask("")[0]: ask("")[1]}
    for name, text in SHORT.items():
        status, tags = ask(text)
        assert status in {303, 422}, name
        if field == "to":
            assert tags == ask(HARMLESS)[1], name
        assert not [tag for tag in tags if "canary" in tag or "onerror" in tag], name
    assert seen


@pytest.mark.parametrize(
    "url",
    [
        "/sign-in?to={}",
        "/help?department={}",
        "/home?page={}",
        "/lessons/{}",
        "/figures/{}.svg",
        "/journal/entries/1/carry?code={}",
        "/language/es?to={}",
        "/nothing/{}",
    ],
)
def test_an_address_breaks_no_page(url: str, stage: Stage) -> None:
    plain: dict[int, list[str]] = {}
    in_path = "?" not in url  # where a slash leads to another page

    for name, text in SHORT.items():
        if in_path and "/" in text:
            continue
        address = url.format(quote(text, safe=""))
        answer = stage.ask("participant", "GET", address.replace("{", "%7B").replace("}", "%7D"))
        assert answer.status_code < 500, name
        if answer.status_code == 303:
            assert re.match(r"/(?![/\\])", answer.location), name
        elif answer.mimetype == "text/html":
            tags = plain.setdefault(answer.status_code, Page(answer.text).tags)
            assert Page(answer.text).tags == tags, name


def test_what_a_browser_calls_itself_breaks_no_page(stage: Stage) -> None:
    one_line = {name: text for name, text in SHORT.items() if text.isprintable()}

    for name, text in one_line.items():
        agent = text.encode("utf-8").decode("latin-1")
        stage.ask("visitor", "GET", "/", headers={"User-Agent": agent})
        form = forms_of(stage.things)["auth.sign_in"]
        headers = {"User-Agent": agent}
        stage.ask("visitor", "POST", "/sign-in", data=form, headers=headers)
        answer = stage.ask("participant", "GET", "/account/")
        assert answer.status_code == 200, name
        assert "canary" not in Page(answer.text).words, name


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (f"{LESSON}/reflections/house-norm", "text"),
        ("/commitments/{commitment}/sections/C3", "body"),
    ],
)
def test_two_versions_are_compared_as_they_were_typed(url: str, form: str, stage: Stage) -> None:
    """Mine in a box, the newer one beside it; quietly, as a piece of the page."""
    base = "1" if form == "text" else "0"
    before, plain = ground.look(), None

    for name, text in {"harmless": HARMLESS, **CORPUS}.items():
        typed = as_typed(text)
        first = stage.ask("participant", "POST", url, data={form: text, "revision": base})
        second = {form: f"{text} otra vez", "revision": base}
        page = stage.ask("participant", "POST", url, data=second)
        piece = stage.ask("participant", "POST", url, data=second, headers=AUTOSAVE)
        ground.put_back(before)
        stage.browser.delete_cookie("form")
        assert first.status_code == 303, name
        assert (page.status_code, piece.status_code) == (409, 409), name
        assert Page(page.text).words.count(typed) >= 2 or not typed, name
        assert typed in Page(piece.json["conflict"]).words, name  # type: ignore[index]
        if typed:
            tags = Page(page.text).tags, Page(piece.json["conflict"]).tags  # type: ignore[index]
            plain = plain or tags
            assert tags == plain, name


def test_a_refusal_shows_what_was_typed_and_no_more(stage: Stage) -> None:
    """A broken rule, a missing token: the page of the error has the text in it."""
    plain = None

    for name, text in {"harmless": HARMLESS, **CORPUS}.items():
        form = {"text": "algo", "unknown-box": text, "revision": "1"}
        answer = stage.ask("participant", "POST", f"{LESSON}/reflections/house-norm", data=form)
        assert answer.status_code == 409, name
        words = Page(answer.text).words
        assert as_typed(text) in words.replace("\0", ""), name
        plain = plain or Page(answer.text).tags
        assert Page(answer.text).tags == plain or not text, name


def test_a_letter_names_people_in_words_alone(stage: Stage) -> None:
    settings = stage.app.extensions["settings"]
    invite = forms_of(stage.things)["people.invite"]
    sent = {}
    for number, (name, text) in enumerate(SHORT.items()):
        form = {**invite, "name": text, "email": f"p{number}@example.org"}
        if stage.ask("manager", "POST", "/people/invite", data=form).status_code == 303:
            sent[f"p{number}@example.org"] = name

    while mail.Mailer(None, settings.mail_from, settings.mail_folder).send_waiting():
        pass

    files = list(settings.mail_folder.iterdir())
    assert len(files) == len(sent) > 40
    for file in files:
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        name = sent.pop(str(letter["To"]))
        assert sorted(letter.keys()) == sorted(
            [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
            ]
        ), name
        assert letter.get_content_type() == "text/plain", name
        body = str(letter.get_content()).replace("\r\n", "\n")
        assert as_typed(SHORT[name]) in as_typed(body), name


@pytest.mark.parametrize("field", ["email", "handle"])
def test_an_address_is_one_address_or_refused(field: str, stage: Stage) -> None:
    invite = {**forms_of(stage.things)["people.invite"], "email": "", "handle": ""}
    before = ground.look()

    for name, text in CORPUS.items():
        for value in (text, f"{text}@example.org", f"rosa@{text}"):
            answer = stage.ask("manager", "POST", "/people/invite", data={**invite, field: value})
            new = ground.changes(before, ground.look()).get("message", {})
            ground.put_back(before)
            assert answer.status_code in {200, 303, 422}, name
            for message in new.values():
                assert re.fullmatch(r"[^\s@]+@[^\s@]+", message["recipient"]), name


def lesson(text: str) -> str:
    return (
        "---\nkey: sex-gender-norms\ntitle: T\n---\n\n::: {.text #aaa}\n\n## Título\n\n"
        f"antes\n\n{text}\n\ndespués\n\n:::\n"
    )


def test_a_lesson_is_drawn_with_harmless_tags_alone(stage: Stage) -> None:
    form = forms_of(stage.things)["authoring.edit"]
    plain = None

    for name, text in {"harmless": HARMLESS, **CORPUS}.items():
        sent = {**form, "es": lesson(text), "preview": "1"}
        answer = stage.ask("facilitator", "POST", "/authoring/sex-gender-norms", data=sent)
        assert answer.status_code == 200, name
        tags = Page(answer.text).tags
        plain = plain or tags
        more = list(tags)
        for tag in plain:
            if tag in more:
                more.remove(tag)
        kinds = {tag.removeprefix("/").split()[0] for tag in more}
        assert kinds - LESSON_TAGS <= {"h2", "h3", "h4", "section", "div", "span"}, (name, kinds)
        assert not [tag for tag in more if "canary" in tag or " on" in tag], name
        leads = [one for one in Page(answer.text).addresses if not OWN.match(one)]
        assert not leads, name
        assert as_typed(lesson(text)) in Page(answer.text).words, name


def test_a_lesson_with_any_text_is_kept_and_found_again(stage: Stage) -> None:
    form = forms_of(stage.things)["authoring.edit"]

    text = lesson("\n\n".join(SHORT.values()))
    kept = stage.ask(
        "facilitator", "POST", "/authoring/sex-gender-norms", data={**form, "es": text}
    )

    assert kept.status_code == 303
    for url in ("/authoring/sex-gender-norms", "/authoring/sex-gender-norms/revisions"):
        assert stage.ask("facilitator", "GET", url).status_code == 200
    assert as_typed(text) in Page(stage.ask("facilitator", "GET", kept.location).text).words


def test_a_printed_book_holds_the_words_and_nothing_that_acts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "render", lambda _, book: render_in_child(book))
    text = "\n\n".join(SHORT.values())
    url = f"{LESSON}/reflections/house-norm"
    stage.ask("participant", "POST", url, data={"text": text, "revision": "1"})
    section = {"body": text[:19_000], "revision": "0"}
    stage.ask("participant", "POST", "/commitments/{commitment}/sections/C3", data=section)

    answer = stage.ask("participant", "POST", "/workbooks/mine/m1")

    assert answer.status_code == 200
    with Pdf.open(BytesIO(answer.data)) as book:
        assert Name.OpenAction not in book.Root
        assert Name.EmbeddedFiles not in book.Root.get("/Names", {})
        acts = [one for one in book.objects if is_action(one)]
    assert [act for act in acts if CANARY in act] == []
    read = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True
    )
    shown = unbroken(read.stdout.decode())
    for name in (
        "script",
        "quotes",
        "template",
        "query",
        "spanish",
        "quechua",
        "aymara",
        "guarani",
    ):
        assert unbroken(SHORT[name]) in shown, name


def unbroken(text: str) -> str:
    """Without spaces and hyphens, which lines are broken at."""
    return re.sub(r"[\s\u2010\u00AD-]", "", text)


def is_action(one: object) -> bool:
    return hasattr(one, "keys") and any(
        key in {"/JS", "/JavaScript", "/Launch", "/URI"} for key in one
    )
