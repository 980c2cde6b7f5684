"""Certificates: issued by hand, held by a person, checked by anybody, revoked with a reason."""

import re
import time

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from nti_lms import clock
from nti_lms import policy as may
from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import AlreadyCertified
from nti_lms.domain.participation import Participation
from nti_lms.domain.roles import Role
from nti_lms.models import Certificate, Cohort, Event, Installment, LessonProgress, Membership, User
from nti_lms.printing import client
from nti_lms.services import accounts, certificates, gatherings, library
from nti_lms.web import paces
from tests.conftest import person

REASON = "El nombre estaba mal escrito"


@pytest.fixture
def first(cohort):
    own = (Installment.cohort_id == cohort.id) & (Installment.number == 1)
    return db.session.scalars(select(Installment).where(own)).one()


@pytest.fixture
def there(first, di):
    """Note that people were there on the first so many days."""

    def there(days, *people, state="present"):
        with unit_of_work():
            for day in gatherings.days_of(first)[:days]:
                states = dict.fromkeys((one.id for one in people), state)
                gatherings.note_attendance(first, day, states, actor=di)

    return there


@pytest.fixture
def url(cohort):
    return f"/cohorts/{cohort.id}/certificates"


@pytest.fixture
def held(browser, di, ada, there, url):
    """Ada's certificate."""
    there(2, ada)
    browser.sign_in(di).post(f"{url}/issue?person={ada.id}", data={"people": [ada.id]})
    return only()


def only():
    return db.session.scalars(select(Certificate)).one()


def count():
    return len(db.session.scalars(select(Certificate)).all())


def events(kind):
    query = select(Event.subject_id, Event.actor_id).where(Event.kind == kind)
    return [tuple(row) for row in db.session.execute(query)]


def read_module(user, code):
    module = library.get_module(code)
    now = clock.now()
    with unit_of_work():
        for lesson in module.lessons:
            db.session.add(
                LessonProgress(
                    user_id=user.id,
                    lesson_id=lesson.id,
                    block="",
                    opened_at=now,
                    seen_at=now,
                    read_at=now,
                )
            )


# --- issuing ---


def test_those_who_meet_the_rule_and_are_marked_get_one(browser, di, ada, cy, cohort, there, url):
    bea = person(browser.application, "Bea", Role.PARTICIPANT, cohort)
    there(3, ada, cy)
    there(1, bea)

    shown = browser.sign_in(di).get(f"{url}/issue?days=2&modules=0").text
    issued = browser.post(f"{url}/issue?days=2&modules=0", data={"people": [ada.id]})

    assert "Con asistencia anotada en al menos 2 días" in shown
    assert set(re.findall(r'name="people"[^>]*value="(\d+)"', shown)) == {str(ada.id), str(cy.id)}
    assert issued.location == url
    assert (only().user_id, only().name) == (ada.id, "Ada")
    assert events("certificate-issued") == [(ada.id, di.id)]
    assert "Se emitió un certificado." in browser.get(url).text


def test_only_noted_presence_and_modules_read_whole_count(browser, di, ada, cy, first, there, url):
    there(2, ada)
    there(2, cy, state="excused")
    read_module(ada, "m1")
    browser.sign_in(di)

    shown = browser.get(f"{url}/issue?days=0&modules=0").text
    browser.post(f"{url}/issue?days=0&modules=1", data={"people": [ada.id, cy.id]})
    refused = count()
    browser.post(f"{url}/issue?days=0&modules=1", data={"people": [ada.id]})

    told = Participation.from_json(only().facts)
    assert re.findall(r'name="people"[^>]*value="(\d+)"', shown) == [str(ada.id)]
    assert refused == 0
    assert [(one.number, one.days) for one in told.presences] == [
        (1, tuple(gatherings.days_of(first)[:2]))
    ]
    assert [one.number for one in told.modules] == [1]


def test_a_certificate_keeps_what_was_noted_when_it_was_issued(browser, held, ada, cohort, there):
    there(4, ada)
    with unit_of_work():
        db.session.get_one(User, ada.id).name = "Ada Otra"
        db.session.get_one(Cohort, cohort.id).name = "Otra cohorte"

    page = browser.get(f"/certificates/check?code={held.code}").text

    assert Participation.from_json(only().facts).days == 2
    assert "Ada Otra" not in page
    assert "Cohorte: Cohorte de prueba." in page


@pytest.mark.parametrize("people", [[], ["99999"], ["x"]])
def test_a_choice_that_is_none_is_refused_and_nobody_gets_one(browser, di, ada, there, url, people):
    there(2, ada)

    response = browser.sign_in(di).post(f"{url}/issue?days=1&modules=0", data={"people": people})

    assert response.status_code == 422
    assert 'id="people-error"' in response.text
    assert count() == 0


def test_whoever_took_part_in_nothing_is_never_among_them(browser, di, ada, url):
    browser.sign_in(di)

    assert "No hay a quién emitirlo" in browser.get(f"{url}/issue?days=0&modules=0").text
    answer = browser.post(f"{url}/issue?person={ada.id}", data={"people": [ada.id]})
    assert (answer.status_code, count()) == (422, 0)


@pytest.mark.parametrize("query", ["days=x&modules=0", "days=61&modules=0", "days=1&modules=10"])
def test_a_rule_that_is_none_is_told_beside_its_field(browser, di, url, query):
    response = browser.sign_in(di).get(f"{url}/issue?{query}")

    assert response.status_code == 422
    assert "is-wrong" in response.text


def test_nobody_gets_a_second_one_until_the_first_is_revoked(browser, held, di, ada, url):
    again = f"{url}/issue?person={ada.id}"

    refused = browser.post(again, data={"people": [ada.id]})
    browser.post(f"/certificates/{held.id}/revoke", data={"reason": REASON})
    browser.post(again, data={"people": [ada.id]})

    assert refused.status_code == 422
    rows = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [row.revoked_at is None for row in rows] == [False, True]
    assert rows[0].code != rows[1].code


def test_two_who_issue_at_once_make_one(held, cohort, ada, di):
    candidate = certificates.Candidate(ada.id, "Ada", "", Participation.from_json(held.facts))

    with pytest.raises(AlreadyCertified) as caught, unit_of_work():
        certificates.issue(cohort, [candidate], actor=di)

    assert isinstance(caught.value.__cause__, IntegrityError)
    assert count() == 1


def test_a_form_sent_twice_counts_once(browser, di, ada, there, url):
    there(1, ada)
    form = {"people": [ada.id], "idempotency_key": "una-vez"}
    browser.sign_in(di)

    answers = {browser.post(f"{url}/issue?person={ada.id}", data=form).location for _ in range(2)}

    assert answers == {url}
    assert count() == 1


def test_only_the_managers_of_the_cohort_issue_and_revoke(browser, cast, held, url):
    strangers = [user for name, user in cast.items() if name != "Di"]
    pages = (url, f"{url}/issue", f"{url}/file", f"/certificates/{held.id}/revoke")
    for user in strangers:
        browser.sign_in(user)
        for page in pages:
            assert browser.get(page).status_code == 404, (user.name, page)
        browser.post(f"/certificates/{held.id}/revoke", data={"reason": REASON})
        browser.post(f"{url}/issue", data={"people": [cast["Cy"].id]})

    assert (count(), only().revoked_at) == (1, None)


def test_a_manager_who_lost_the_role_reads_none_of_them(browser, held, di, url):
    with unit_of_work():
        db.session.execute(delete(Membership).where(Membership.user_id == di.id))

    pages = (url, f"/certificates/{held.id}/file", f"/certificates/{held.id}/revoke")
    assert {browser.get(page).status_code for page in pages} == {404}


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_ask_a_constant_number_of_questions(
    app, browser, statements, di, cohort, home, there, url, number
):
    people = [person(app, f"P{n}", Role.PARTICIPANT, cohort, home) for n in range(number + 1)]
    there(1, *people)
    browser.sign_in(di)
    browser.post(f"{url}/issue", data={"people": [one.id for one in people[1:]]})
    seen = {}

    for page in (url, f"{url}/issue"):
        with statements() as said:
            assert browser.get(page).status_code == 200
        seen[page] = len(said)

    # Who asks; the cohort, its gatherings and phases; the people and how they read; the outline;
    # days and modules; certificates, those of others, noted days. Then: candidates.
    assert list(seen.values()) == SEEN


SEEN = [12, 8]


def test_those_who_left_the_cohort_stand_apart(browser, held, ada, url):
    with unit_of_work():
        db.session.execute(delete(Membership).where(Membership.user_id == ada.id))

    page = browser.get(url).text

    assert "a personas que ya no participan aquí" in page
    assert f"/certificates/{held.id}/revoke" in page


# --- revoking ---


def test_a_revoked_one_says_so_to_all_and_why_to_its_holder(browser, held, ada, di, url):
    done = browser.post(f"/certificates/{held.id}/revoke", data={"reason": REASON})
    checked = browser.get(f"/certificates/check?code={held.code}").text
    mine = browser.sign_in(ada).get("/certificates").text

    assert done.location == url
    assert events("certificate-revoked") == [(ada.id, di.id)]
    assert "Revocado" in checked
    assert "Ada" not in checked
    assert REASON not in checked
    assert REASON in mine
    assert "/file" not in mine
    assert browser.get(f"/certificates/{held.id}/file").status_code == 409


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_revoking_without_a_fitting_reason_is_refused(browser, held, reason):
    response = browser.post(f"/certificates/{held.id}/revoke", data={"reason": reason})

    assert response.status_code == 422
    assert reason.strip() in response.text
    assert only().revoked_at is None


def test_one_is_revoked_once(browser, held):
    address = f"/certificates/{held.id}/revoke"
    browser.post(address, data={"reason": REASON})

    again = browser.post(address, data={"reason": "Otra razón"})

    assert (again.status_code, browser.get(address).status_code) == (409, 409)
    assert "Otra razón" in again.text
    assert only().reason == REASON


# --- one's own ---


def test_a_person_finds_theirs_with_code_and_square_and_nobody_elses(browser, held, ada, cy):
    mine = browser.sign_in(ada).get("/certificates").text
    theirs = browser.sign_in(cy).get("/certificates").text

    assert all(group in mine for group in held.code.split("-"))
    assert "<svg" in mine[mine.index('class="qr"') :]
    assert "Todavía no hay un certificado" in theirs
    assert held.code not in theirs
    assert 'href="/certificates"' in browser.get("/account/").text
    assert browser.get(f"/certificates/{held.id}/file").status_code == 404


def test_the_list_agrees_with_the_rule(browser, held, cast):
    readers = {name: accounts.find_user(user.id) for name, user in cast.items()}

    listed = [name for name, user in readers.items() if held in certificates.list_own(user)]
    reading = [name for name, user in readers.items() if may.read_certificate(user, held)]

    assert (listed, reading) == (["Ada"], ["Ada", "Di"])


@pytest.mark.parametrize(
    ("paper", "expected"), [("a4", "a4"), ("letter", "letter"), ("x", "letter")]
)
def test_the_file_is_made_in_the_language_of_the_page_and_kept_nowhere(
    browser, held, ada, monkeypatch, paper, expected
):
    sent = []
    monkeypatch.setattr(client, "render", lambda _, one: sent.append(one) or b"%PDF-")
    browser.sign_in(ada)

    spanish = browser.get(f"/certificates/{held.id}/file?paper={paper}")
    browser.set_cookie("language", "en")
    english = browser.get(f"/certificates/{held.id}/file?paper={paper}")
    browser.delete_cookie("language")

    assert spanish.headers["Content-Disposition"] == 'attachment; filename="certificado.pdf"'
    assert english.headers["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert spanish.headers["Cache-Control"] == "no-store"
    assert [one.paper for one in sent] == [expected, expected]
    assert [one.language for one in sent] == ["es", "en"]
    assert "Se certifica que" in sent[0].parts[0].html
    assert "This certifies that" in sent[1].parts[0].html
    assert held.code in sent[0].parts[0].html
    assert not sent[0].parts[0].is_kept


def test_a_manager_prints_those_that_hold_one_page_each(
    browser, held, di, cy, there, url, monkeypatch
):
    sent = []
    monkeypatch.setattr(client, "render", lambda _, one: sent.append(one) or b"%PDF-")
    there(1, cy)
    browser.sign_in(di).post(f"{url}/issue", data={"people": [cy.id]})

    both = browser.get(f"{url}/file?page=1&paper=a4").status_code
    browser.post(f"/certificates/{held.id}/revoke", data={"reason": REASON})
    browser.get(f"{url}/file?page=1")

    assert both == 200
    assert [len(one.parts) for one in sent] == [2, 1]
    assert browser.get(f"{url}/file?page=7").status_code == 404


# --- checking ---


def test_anybody_who_types_the_code_sees_what_the_paper_says(browser, held):
    browser.delete_cookie("nti")
    typed = held.code.replace("-", " ").lower()

    page = browser.get("/certificates/check", query_string={"code": typed}).text

    assert "Vale" in page
    assert "<strong>Ada</strong>" in page
    assert "2 días" in page
    assert "esta muestra" not in page
    assert "Datos ficticios: este certificado es una muestra" in page
    assert "<title>Comprobar un código · Curso</title>" in page
    for private in ("ada@example.org", "Red Maqueta", "Di"):
        assert not re.search(rf"\b{re.escape(private)}\b", page), private


def test_an_account_that_is_gone_leaves_a_paper_that_can_be_checked(browser, held, ada):
    with unit_of_work():
        db.session.execute(delete(User).where(User.id == ada.id))
    db.session.expire_all()
    browser.delete_cookie("nti")

    assert only().user_id is None
    assert "<strong>Ada</strong>" in browser.get(f"/certificates/check?code={held.code}").text


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("K7QP-2MXD-9RTA-V3HC", 200, "Ningún certificado nuestro lleva este código"),
        ("K7QP-2MXD", 422, "Ese no es el código de un certificado"),
        ("K7QP-2MXD-9RTA-V3H!", 422, "Ese no es el código de un certificado"),
        ("", 422, "Escriba el código"),
        ("x" * 81, 422, "80"),
        ("K7QP\x00-2MXD", 422, "Ese no es el código de un certificado"),
    ],
)
def test_a_code_that_is_none_of_ours_is_told_with_what_was_typed(browser, code, status, words):
    response = browser.get("/certificates/check", query_string={"code": code})

    assert response.status_code == status
    assert words in response.text
    assert f'value="{code.replace(chr(0), "")}"' in response.text


def test_one_address_that_tries_too_many_codes_waits_and_others_do_not(app, browser, held):
    turns, now = app.extensions["turns"], time.monotonic() + 60
    while not turns.take("127.0.0.1", paces.CHECKS, now):
        pass
    ask = {"query_string": {"code": held.code}}

    slowed = browser.get("/certificates/check", **ask)
    other = browser.get("/certificates/check", environ_base={"REMOTE_ADDR": "192.0.2.7"}, **ask)

    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert held.code in slowed.text
    assert "<strong>Ada</strong>" not in slowed.text
    assert "<strong>Ada</strong>" in other.text
