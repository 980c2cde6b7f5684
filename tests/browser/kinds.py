"""Every kind of page of the site, once, and how one comes to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

import pyotp
from playwright.sync_api import Page, Response

Step = Callable[[Page, str], None]


def send(page: Page, passphrase: str) -> None:
    """Send the main form as it stands."""
    page.locator("main form button").first.click()


def submit(page: Page, passphrase: str) -> None:
    """Submit a quiz, whatever is still open in it."""
    page.locator("#attempt button[name=done]").click()


def prove(page: Page, passphrase: str) -> None:
    """Fill in the passphrase that the page asks for."""
    page.locator("#passphrase").fill(passphrase)
    send(page, passphrase)


def invite(page: Page, passphrase: str) -> None:
    """Invite somebody without mail, which shows a code for paper."""
    page.locator("#name").fill("Rosa M. (ficticia)")
    page.locator("#organisation").fill("Red Maqueta (ficticia)")
    page.locator("#handle").fill(f"rosa.{uuid4().hex[:12]}")
    send(page, passphrase)


def check_list(page: Page, passphrase: str) -> None:
    """Check a list of people: one row sound, one not."""
    page.locator("#text").fill("nombre,institución\nNora P. (ficticia),Red Maqueta\n,Red Maqueta")
    send(page, passphrase)


@dataclass(frozen=True, slots=True)
class Kind:
    """Who opens which page ("" is a visitor), and the step that leads on from there, if any.

    `path` may name what `leave_traces` and `hand_out_codes` left, such as {entry}.
    """

    role: str
    path: str
    step: Step | None = None

    def __str__(self) -> str:
        then = self.step.__name__ if self.step else ""
        words = [self.role, *self.path.replace("{", "").replace("}", "").split("/"), then]
        return "-".join(word for word in words if word) or "start"

    def open(self, page: Page, furniture: Mapping[str, str], passphrase: str) -> Response:
        """Come to the page; what the server answered."""
        path = self.path.format_map(furniture)
        if self.step is None:
            response = page.goto(path)
        else:
            page.goto(path)
            with page.expect_navigation() as arrival:
                self.step(page, passphrase)
            response = arrival.value
        assert response is not None
        return response


WAITING = "waiting"  # has shown a passphrase, and owes the second step
OWN_PASSPHRASE = "llama lenta cruza puente"
LESSON, QUIZ = "/lessons/socio-ecological-model", "/lessons/socio-ecological-model/quiz/check"

KINDS = (
    Kind("", "/"),
    Kind("", "/sign-in"),
    Kind("", "/sign-in", send),
    Kind("", "/help"),
    Kind("", "/who-sees-what"),
    Kind("", "/invitation"),
    Kind("", "/invitation/{invitation}"),
    Kind("", "/forgotten"),
    Kind("", "/forgotten/sent"),
    Kind("", "/reset"),
    Kind("", "/reset/{reset}"),
    Kind("", "/nowhere"),
    Kind("", "/certificates/check"),
    Kind("", "/certificates/check?code=K7QP-2MX"),
    Kind("", "/certificates/check?code=K7QP-2MXD-9RTA-V3HC"),
    Kind("", "/certificates/check?code={certificate}"),
    Kind("participant", "/home"),
    Kind("participant", "/modules"),
    Kind("participant", "/modules/m1"),
    Kind("participant", "/search"),
    Kind("participant", "/search?q=norma"),
    Kind("participant", "/search?q=xyzzy"),
    Kind("participant", "/glossary"),
    Kind("participant", "/reviews"),
    Kind("participant", "/installments/1/agenda"),
    Kind("participant", "/modules/m1/keep"),
    Kind("participant", "/offline/en"),
    Kind("participant", "/offline/en/modules/m1"),
    Kind("participant", "/offline/en/lessons/sex-gender-norms"),
    Kind("participant", "/offline/en/lessons/sex-gender-norms/quiz/check"),
    Kind("participant", "/lessons/sex-gender-norms"),
    Kind("participant", "/lessons/when-someone-tells-us"),
    Kind("participant", LESSON),
    Kind("participant", "/lessons/power-privilege/quiz/check"),
    Kind("participant", QUIZ),
    Kind("participant", QUIZ, submit),
    Kind("participant", "/attempts/{attempt}"),
    Kind("participant", "/journal"),
    Kind("participant", "/journal/entries/{entry}"),
    Kind("participant", "/journal/entries/{entry}/carry"),
    Kind("participant", "/journal/entries/{entry}/erase"),
    Kind("participant", "/journal/open"),
    Kind("participant", "/journal/erase"),
    Kind("participant", "/commitments/{plan}"),
    Kind("participant", "/commitments/{plan}/sections/C1"),
    Kind("participant", "/workbooks"),
    Kind("participant", "/workbooks/{workbook}"),
    Kind("participant", "/account/"),
    Kind("participant", "/certificates"),
    Kind("participant", "/account/passphrase"),
    Kind("participant", "/account/recovery-sheet"),
    Kind("participant", "/account/second-step"),
    Kind("participant", "/account/second-step/app"),
    Kind("participant", "/account/second-step/app/confirm"),
    Kind("participant", "/account/second-step/passkeys/add"),
    Kind("participant", "/account/second-step/codes"),
    Kind("participant", "/account/second-step/forget"),
    Kind("participant", "/account/calendar"),
    Kind("participant", "/account/calendar", send),
    Kind("mentor", "/home"),
    Kind("mentor", "/account/second-step/codes", prove),
    Kind("mentor", "/commitments"),
    Kind("mentor", "/account/recovery-sheet", prove),
    Kind("facilitator", "/home"),
    Kind("facilitator", "/lessons/agreements"),
    Kind("facilitator", "/lessons/sex-gender-norms/quiz/check/statistics"),
    Kind("facilitator", "/quizzes/statistics"),
    Kind("facilitator", "/workbooks"),
    Kind("facilitator", "/authoring"),
    Kind("facilitator", "/authoring/agreements"),
    Kind("facilitator", "/authoring/agreements/revisions"),
    Kind("facilitator", "/authoring/revisions/1"),
    Kind("manager", "/home"),
    Kind("manager", "/people/"),
    Kind("manager", "/people/invite"),
    Kind("manager", "/people/invite", send),
    Kind("manager", "/people/invite", invite),
    Kind("manager", "/cohorts/1/certificates"),
    Kind("manager", "/cohorts/1/certificates/issue?days=61&modules=0"),
    Kind("manager", "/cohorts/1/certificates/issue?days=2&modules=0"),
    Kind("manager", "/cohorts/1/certificates/issue?days=2&modules=9"),
    Kind("manager", "/certificates/1/revoke"),
    Kind("manager", "/certificates/1/revoke", send),
    Kind("manager", "/cohorts"),
    Kind("manager", "/cohorts/new"),
    Kind("manager", "/cohorts/new", send),
    Kind("manager", "/cohorts/1"),
    Kind("manager", "/cohorts/1/edit"),
    Kind("manager", "/cohorts/1/phases"),
    Kind("manager", "/cohorts/1/modules"),
    Kind("manager", "/cohorts/1/installments/2"),
    Kind("manager", "/cohorts/1/mentors"),
    Kind("manager", "/cohorts/1/invitations"),
    Kind("manager", "/cohorts/1/invitations", check_list),
    Kind("manager", "/cohorts/1/participants"),
    Kind("manager", "/cohorts/1/readiness"),
    Kind("manager", "/installments/1/agenda"),
    Kind("manager", "/installments/1/agenda/new"),
    Kind("manager", "/installments/1/agenda/1/edit"),
    Kind("manager", "/installments/1/attendance"),
    Kind("manager", "/installments/1/sheet"),
    Kind("evaluator", "/home"),
    Kind("administrator", "/home"),
    Kind("administrator", "/cohorts/1"),
    Kind("administrator", "/organisations"),
    Kind("administrator", "/organisations/new"),
    Kind("administrator", "/organisations/new", send),
    Kind("administrator", "/organisations/1/edit"),
    Kind(WAITING, "/sign-in/second-step"),
    Kind(WAITING, "/sign-in/second-step", send),
)


# What answers no page: files, ways out, and what only programs read.
NO_PAGES = {
    "calendar.cohort",
    "calendar.feed",
    "certificates.file",
    "health.healthz",
    "health.readyz",
    "issuing.file",
    "journal.export",
    "learn.figure",
    "offline.owner",
    "offline.worker",
    "public.leave",
    "public.speak",
    "static",
    "workbooks.file",
}


def hand_out_codes(manager: Page, visitor: Page) -> dict[str, str]:
    """One code to come in for the first time, and one after a forgotten passphrase."""
    spent, invitation = (_invite(manager) for _ in range(2))
    visitor.goto(f"/invitation/{spent}")
    visitor.locator("#passphrase").fill(OWN_PASSPHRASE)
    visitor.locator("#again").fill(OWN_PASSPHRASE)
    send(visitor, "")
    manager.goto("/people/")
    came_in = manager.locator("tr", has_text="Rosa M.").filter(has=manager.locator(".tag.done"))
    came_in.first.locator("button").click()
    return {"invitation": invitation, "reset": manager.locator(".sheet-code").inner_text()}


def wait_at_the_door(page: Page) -> None:
    """Set up a second step, then come in with the passphrase and stop there.

    `page` is that of somebody who came in with `OWN_PASSPHRASE`.
    """
    page.goto("/account/")
    handle = page.locator("header .lead, .head .lead").first.inner_text()
    set_up_app(page, OWN_PASSPHRASE)
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator("#handle").fill(handle)
    prove(page, OWN_PASSPHRASE)
    page.wait_for_url("**/sign-in/second-step")


def set_up_app(page: Page, passphrase: str) -> pyotp.TOTP:
    """Put the secret that the page shows into an app, and type its first code; the app."""
    page.goto("/account/second-step/app")
    prove(page, passphrase)
    page.wait_for_url("**/confirm")
    app = pyotp.TOTP("".join(page.locator(".sheet-code span").all_inner_texts()))
    page.locator("#code").fill(app.now())
    send(page, "")
    page.locator(".paper-codes").wait_for()
    return app


def _invite(manager: Page) -> str:
    manager.goto("/people/invite")
    invite(manager, "")
    return manager.locator(".sheet-code").inner_text()


def leave_traces(page: Page, passphrase: str) -> dict[str, str]:
    """Leave a page in the journal, a part in the plan, two attempts and a workbook; their ids.

    An app for the second step is begun and not finished. `page` is a participant's, without
    script.
    """
    page.goto(LESSON)
    form = page.locator("form.prompt").first
    form.locator("textarea").first.fill("Escribo para mí, y elijo qué llevo al plan. " * 5)
    form.locator("button").click()
    page.goto("/journal")
    address = page.locator("article a[href$=carry]").first.get_attribute("href") or ""
    page.goto(address)
    page.locator("#is_checked").check()
    page.locator("form.kept button").click()
    plan = page.url
    page.goto(QUIZ)
    send(page, "")
    page.locator("#attempt input[type=radio]").first.check()
    submit(page, "")
    page.locator("button[name=anyway]").click()
    attempt = page.url
    page.goto(QUIZ)
    send(page, "")
    page.goto("/workbooks")
    page.locator("form[action$=workbooks] button").click()
    workbook = page.url
    page.goto("/certificates")
    certificate = page.locator(".sheet-code").inner_text()
    page.goto("/account/second-step/app")
    prove(page, passphrase)
    return {
        "certificate": certificate,
        "entry": address.split("/")[3],
        "plan": plan.partition("#")[0].rpartition("/")[2],
        "attempt": attempt.rpartition("/")[2],
        "workbook": workbook.rpartition("/")[2],
    }
