"""Rights are read at each request: who has lost a role acts with the old session in vain."""

import pytest
from sqlalchemy import delete, select

from nti_lms import jobs, mail, worker
from nti_lms.database import db, unit_of_work
from nti_lms.models import Job, Membership, Message, User
from nti_lms.services import outbox
from tests.doors import ground
from tests.doors.conftest import CAST, Stage
from tests.doors.forms import forms_of
from tests.doors.table import doors

pytestmark = pytest.mark.slow

DOORS = doors()
# What belongs to a person and not to their role: their account, their certificates, what they
# wrote, and that a part of it leaves the commitment again; the calendar at a secret address,
# which is empty by then; and the script of the service worker, which is the same for everyone.
KEPT = {
    "certificates",
    *("account", "second_step", "passkeys", "auth", "public", "health"),
    *("calendar.index", "calendar.stop", "calendar.feed", "offline.worker"),
    *("learn.home", "journal.edit", "journal.erase", "quiz.review", "commitments.withdraw"),
}


def revoke(user: User) -> None:
    with unit_of_work():
        db.session.execute(delete(Membership).where(Membership.user_id == user.id))


def is_kept(page: str) -> bool:
    return page in KEPT or page.partition(".")[0] in KEPT


@pytest.mark.parametrize("name", [name for name in CAST if name not in {"owing", "waiting"}])
def test_whoever_lost_their_role_finds_its_doors_shut(name: str, stage: Stage) -> None:
    forms = forms_of(stage.things)
    revoke(stage.people[name])
    before = ground.look()
    open_still = {}

    for door in DOORS:
        if is_kept(door.page):
            continue
        for headers in ({}, {"HX-Request": "true"}, {"X-Autosave": "1"}):
            form = forms.get(door.page, {}) if door.verb == "POST" else None
            answer = stage.ask(name, door.verb, door.address, data=form, headers=headers)
            if answer.status_code not in {403, 404}:
                open_still[str(door)] = answer.status_code

    assert open_still == {}
    assert ground.changes(before, ground.look()) == {}


def test_a_role_elsewhere_does_not_keep_the_one_that_was_lost(stage: Stage) -> None:
    """A mentor of the cohort who now mentors another one only, and a participant likewise."""
    abroad = stage.people["outsider"].id
    with unit_of_work():
        place = db.session.scalar(select(Membership.cohort_id).where(Membership.user_id == abroad))
        for name in ("mentor", "participant"):
            own = Membership.user_id == stage.people[name].id
            membership = db.session.scalars(select(Membership).where(own)).one()
            membership.cohort_id = place

    for name in ("mentor", "participant"):
        listed = stage.ask(name, "GET", "/commitments").text
        shown = stage.ask(name, "GET", "/commitments/{commitment}")
        home = stage.ask(name, "GET", "/home").text

        assert shown.status_code == 404, name
        assert f"/commitments/{stage.things['commitment']}" not in listed + home, name


def test_mail_of_somebody_revoked_opens_no_more_than_an_empty_account(stage: Stage) -> None:
    invite = forms_of(stage.things)["people.invite"]
    stage.ask("manager", "POST", "/people/invite", data=invite)
    rosa = db.session.scalars(select(User).where(User.email == "rosa@example.org")).one()
    revoke(rosa)

    settings = stage.app.extensions["settings"]
    mail.Mailer(None, settings.mail_from, settings.mail_folder).send_waiting()

    letter = max(settings.mail_folder.iterdir()).read_text()
    link = next(line for line in letter.split() if "/invitation/" in line)
    stage.be("visitor").post(
        link[link.index("/invitation/") :], data=forms_of(stage.things)["auth.accept"]
    )
    assert stage.browser.get("/account/").status_code == 200
    assert stage.browser.get("/modules").status_code == 403
    assert stage.browser.get("/commitments").status_code == 403


def test_whoever_lost_their_role_sends_no_mail_and_begins_no_book(stage: Stage) -> None:
    forms = forms_of(stage.things)
    revoke(stage.people["manager"])
    sent, begun = len(outbox.list_waiting()), len(db.session.scalars(select(Job)).all())

    stage.ask("manager", "POST", "/people/invite", data=forms["people.invite"])
    stage.ask("manager", "POST", "/people/{participant}/code")
    stage.ask("manager", "POST", "/workbooks", data=forms["workbooks.order"])

    assert len(db.session.scalars(select(Message)).all()) == sent
    assert len(db.session.scalars(select(Job)).all()) == begun


def test_a_book_that_was_asked_for_in_time_is_not_handed_over_late(stage: Stage) -> None:
    forms = forms_of(stage.things)
    book = forms["workbooks.order"] | {"edition": "facilitator"}
    shown = stage.ask("facilitator", "POST", "/workbooks", data=book).location
    revoke(stage.people["facilitator"])

    while jobs.run_one(worker.KINDS):
        db.session.rollback()

    assert stage.ask("facilitator", "GET", f"{shown}/file").status_code == 404
    assert stage.ask("manager", "GET", f"{shown}/file").data.startswith(b"%PDF-")
