"""Who comes in where: every page, every person of the cast, and visitors."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from nti_lms import clock
from nti_lms.database import db, unit_of_work
from nti_lms.models import (
    Attempt,
    Authorship,
    Cohort,
    Entry,
    Excerpt,
    Organisation,
    Passkey,
    Revision,
    Session,
    User,
    Workbook,
)
from nti_lms.services import library, workbooks
from nti_lms.web.headers import CONTENT_SECURITY_POLICY
from tests.conftest import Browser, keep
from tests.factories import make_commitment

pytestmark = pytest.mark.slow

LESSON = "/lessons/sex-gender-norms"
ALL = {"Ada", "Bo", "Cy", "Di", "Fa", "Re", "Ev", "Root"}
LEARNERS = ALL - {"Root"}
PLAN_READERS = {"Ada", "Bo", "Di", "Re"}
FACILITATE = {"Fa", "Di", "Re"}

# Page -> an example of its address, and who may open it. The entry, the attempt, the session, the
# excerpt and the commitment are Ada's; Bo is her mentor, Re represents her organisation, Di
# coordinates her cohort, Cy takes part elsewhere.
DOORS: dict[str, tuple[str, set[str]]] = {
    "account.index": ("/account/", ALL),
    "account.end_session": ("/account/sessions/{session}/end", {"Ada"}),
    "account.end_others": ("/account/sessions/end-others", ALL),
    "account.passphrase": ("/account/passphrase", ALL),
    "account.recovery": ("/account/recovery-sheet", ALL),
    "account.confirm_recovery": ("/account/recovery-sheet/confirm", ALL),
    "second_step.index": ("/account/second-step", ALL),
    "second_step.begin_app": ("/account/second-step/app", ALL),
    "second_step.confirm_app": ("/account/second-step/app/confirm", ALL),
    "second_step.renew_codes": ("/account/second-step/codes", ALL),
    "second_step.forget": ("/account/second-step/forget", ALL),
    "passkeys.add": ("/account/second-step/passkeys/add", ALL),
    "passkeys.remove": ("/account/second-step/passkeys/{passkey}/remove", {"Ada"}),
    "people.index": ("/people/", {"Di", "Root"}),
    "people.invite": ("/people/invite", {"Di", "Root"}),
    "people.code": ("/people/{ada}/code", {"Di"}),
    "learn.home": ("/home", ALL),
    "learn.modules": ("/modules", LEARNERS),
    "learn.module": ("/modules/m1", LEARNERS),
    "learn.lesson": (LESSON, LEARNERS),
    "learn.mark_read": (f"{LESSON}/read", LEARNERS),
    "learn.resume": (f"{LESSON}/resume", LEARNERS),
    "learn.figure": ("/figures/{figure}.svg", LEARNERS),
    "quiz.show": (f"{LESSON}/quiz/check", LEARNERS),
    "quiz.start": (f"{LESSON}/quiz/check/start", LEARNERS),
    "quiz.answer": ("/attempts/{attempt}/answers", {"Ada"}),
    "quiz.submit": ("/attempts/{attempt}/submit", {"Ada"}),
    "quiz.review": ("/attempts/{attempt}", {"Ada"}),
    "journal.index": ("/journal", LEARNERS),
    "journal.write": (f"{LESSON}/reflections/house-norm", LEARNERS),
    "journal.write_page": ("/journal/pages", LEARNERS),
    "journal.edit": ("/journal/entries/{entry}", {"Ada"}),
    "journal.open": ("/journal/open", LEARNERS),
    "journal.close": ("/journal/close", LEARNERS),
    "journal.export": ("/journal/export", LEARNERS),
    "journal.erase": ("/journal/entries/{entry}/erase", {"Ada"}),
    "journal.erase_all": ("/journal/erase", LEARNERS),
    "carrying.carry": ("/journal/entries/{entry}/carry", {"Ada"}),
    "commitments.index": ("/commitments", LEARNERS),
    "commitments.start": ("/commitments/start", {"Ada", "Cy"}),
    "commitments.show": ("/commitments/{commitment}", PLAN_READERS),
    "commitments.edit": ("/commitments/{commitment}/sections/C2", {"Ada"}),
    "commitments.withdraw": ("/commitments/excerpts/{excerpt}/withdraw", {"Ada"}),
    "authoring.index": ("/authoring", {"Fa"}),
    "authoring.edit": ("/authoring/sex-gender-norms", {"Fa"}),
    "authoring.revisions": ("/authoring/sex-gender-norms/revisions", {"Fa"}),
    "authoring.revision": ("/authoring/revisions/{revision}", {"Fa"}),
    "authoring.restore": ("/authoring/revisions/{revision}/restore", {"Fa"}),
    "authoring.discard": ("/authoring/sex-gender-norms/discard", {"Fa"}),
    "workbooks.index": ("/workbooks", LEARNERS),
    "workbooks.order": ("/workbooks", LEARNERS),
    "workbooks.show": ("/workbooks/{facilitation}", FACILITATE),
    "workbooks.again": ("/workbooks/{facilitation}/again", FACILITATE),
    "workbooks.file": ("/workbooks/{facilitation}/file", FACILITATE),
    "workbooks.mine": ("/workbooks/mine/m1", LEARNERS),
}
# Pages that ask nobody who they are.
PUBLIC: dict[str, str] = {
    "public.home": "/",
    "public.help": "/help",
    "public.privacy": "/who-sees-what",
    "public.leave": "/leave",
    "public.speak": "/language/es",
    "health.healthz": "/healthz",
    "health.readyz": "/readyz",
    "auth.sign_in": "/sign-in",
    "auth.sign_out": "/sign-out",
    "second_step.show": "/sign-in/second-step",
    "passkeys.show": "/sign-in/second-step/passkey",
    "auth.invitation": "/invitation",
    "auth.accept": "/invitation/{nonsense}",
    "auth.forgotten": "/forgotten",
    "auth.reset_sent": "/forgotten/sent",
    "auth.reset_code": "/reset",
    "auth.reset": "/reset/{nonsense}",
}
CACHED = {"learn.figure", "workbooks.file"}  # drawings and shared workbooks hold nobody's words


@pytest.fixture
def things(
    app: Flask, browser: Browser, cast: Mapping[str, User], cohort: Cohort, home: Organisation
) -> dict[str, Any]:
    """What the addresses above name."""
    ada = cast["Ada"]
    browser.sign_in(ada).post(f"{LESSON}/reflections/house-norm", data={"text": "x"})
    browser.post(f"{LESSON}/quiz/check/start")
    commitment = make_commitment(ada, cohort=cohort, organisation=home, mentor=cast["Bo"])
    entry = db.session.scalars(select(Entry)).one()
    browser.post(
        f"/journal/entries/{entry.id}/carry", data={"body": "x", "is_checked": "y", "code": "C2"}
    )
    revision = db.session.get_one(Revision, entry.lesson_revision_id)
    drawing = next(iter(revision.figures.values()))
    with unit_of_work():
        book = workbooks.order(
            library.get_module("m1"), language="es", edition="facilitator", paper="letter"
        )
        name = app.extensions["storage"].put(b"%PDF-")
        workbooks.shelve(book.id, name, size=5, pages=1)
    assert db.session.scalars(select(Authorship.commitment_id)).all() == [commitment.id]
    passkey = keep(
        Passkey(
            user_id=ada.id, credential_id=b"x", public_key=b"x", agent="", created_at=clock.now()
        )
    )
    return {
        "ada": ada.id,
        "attempt": db.session.scalars(select(Attempt.id)).one(),
        "commitment": commitment.id,
        "entry": entry.id,
        "excerpt": db.session.scalars(select(Excerpt.id)).one(),
        "facilitation": db.session.scalars(select(Workbook.id)).one(),
        "figure": drawing["es"],
        "nonsense": "K7QP-2MXD-9RTA-V3HC",
        "passkey": passkey.id,
        "revision": revision.id,
        "session": db.session.scalars(select(Session.token_hash)).one().hex(),
    }


def methods(app: Flask, endpoint: str) -> list[str]:
    """GET before POST."""
    rules = app.url_map.iter_rules(endpoint)
    return sorted({m for rule in rules for m in rule.methods or ()} & {"GET", "POST"})


def ask(browser: Browser, method: str, url: str) -> TestResponse:
    return browser.open(url, method=method, buffered=True)


def test_every_page_stands_in_the_table(app: Flask) -> None:
    assert {*DOORS, *PUBLIC, "static"} == set(app.view_functions)


@pytest.mark.parametrize("endpoint", DOORS)
def test_a_page_opens_to_those_in_the_table(
    endpoint: str, app: Flask, browser: Browser, cast: Mapping[str, User], things: dict[str, Any]
) -> None:
    example, may_come = DOORS[endpoint]
    codes: dict[tuple[str, str], int] = {}

    for method in methods(app, endpoint):
        for name in sorted(ALL, key=lambda name: name in may_come):  # whoever may changes things
            browser.sign_in(cast[name])
            codes[method, name] = ask(browser, method, example.format(**things)).status_code

    shut = {(method, name) for (method, name), code in codes.items() if code in {401, 403, 404}}
    assert shut == {key for key in codes if key[1] not in may_come}
    assert {code for code in codes.values() if code >= 500} <= (
        {503} if endpoint == "workbooks.mine" else set()  # no render service runs in this test
    )


def test_a_visitor_is_asked_to_sign_in(
    app: Flask, browser: Browser, things: dict[str, Any]
) -> None:
    browser.delete_cookie("nti")

    for endpoint, (example, _) in DOORS.items():
        url = example.format(**things)
        answers = {method: ask(browser, method, url) for method in methods(app, endpoint)}

        assert {method: answer.status_code for method, answer in answers.items()} == {
            method: {"GET": 303, "POST": 401}[method] for method in answers
        }, endpoint
        assert all(
            answer.location == f"/sign-in?to={url}"
            for method, answer in answers.items()
            if method == "GET"
        ), endpoint


def test_a_public_page_asks_nobody_who_they_are(
    app: Flask, browser: Browser, things: dict[str, Any]
) -> None:
    browser.delete_cookie("nti")

    codes = {
        (endpoint, method): ask(browser, method, url.format(**things)).status_code
        for endpoint, url in PUBLIC.items()
        for method in methods(app, endpoint)
    }

    assert {key for key, code in codes.items() if code not in {200, 303, 401, 410, 422}} == set()
    assert len(codes) > len(PUBLIC)


def test_every_answer_carries_the_headers(
    app: Flask, browser: Browser, cast: Mapping[str, User], things: dict[str, Any]
) -> None:
    for endpoint, (example, may_come) in {
        **DOORS,
        **{k: (v, ALL) for k, v in PUBLIC.items()},
    }.items():
        browser.sign_in(cast[min(may_come)])
        for method in methods(app, endpoint):
            headers = ask(browser, method, example.format(**things)).headers
            policy = headers["Content-Security-Policy"]
            assert (policy == CONTENT_SECURITY_POLICY) == (endpoint != "learn.figure"), endpoint
            assert headers["X-Content-Type-Options"] == "nosniff", endpoint
            assert headers["Referrer-Policy"] == "same-origin", endpoint
            assert (headers["Cache-Control"] == "no-store") == (endpoint not in CACHED), endpoint


def test_the_content_policy_admits_nothing_inline_and_nothing_from_elsewhere() -> None:
    words = {word for part in CONTENT_SECURITY_POLICY.split(";") for word in part.split()[1:]}

    assert words == {"'self'", "'none'", "data:"}


def test_a_write_without_its_token_is_refused(
    app: Flask, browser: Browser, cast: Mapping[str, User], things: dict[str, Any]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    codes = {}

    for endpoint, (example, may_come) in DOORS.items():
        if "POST" in methods(app, endpoint):
            browser.sign_in(cast[min(may_come)])
            codes[endpoint] = browser.post(example.format(**things)).status_code

    assert codes == dict.fromkeys(codes, 400)
    assert len(codes) > 20
