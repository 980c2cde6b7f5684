"""Copies for a phone: what they hold, what they take; and answers that waited there."""

import json
from base64 import b64encode

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.domain.sealing import Context, seal
from nti_lms.models import Attempt, Revision
from nti_lms.services import authoring, journal

LESSON, QUIZ = "/lessons/sex-gender-norms", "/lessons/sex-gender-norms/quiz/check"
PRIVATE = "Mis palabras de nadie más"
SAVE = {"X-Autosave": "1", "Accept": "application/json"}


def addresses(browser, language: str = "es") -> list[str]:
    browser.set_cookie("language", language)
    html = browser.get("/modules/m1/keep").text
    return json.loads(html.partition("data-files='")[2].partition("'")[0])


@pytest.mark.parametrize(("language", "title"), [("es", "Sexo, género"), ("en", "Sex, gender")])
def test_every_file_of_a_kept_module_is_there_and_holds_nothing_of_the_person(
    browser, ada, language, title
):
    browser.sign_in(ada).post(f"{LESSON}/reflections/house-norm", data={"text": PRIVATE})

    files = addresses(browser, language)

    assert f"/offline/{language}{LESSON}" in files
    pages = {}
    for address in files:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        if address.startswith("/offline/"):
            pages[address] = answer.text
    assert title in pages[f"/offline/{language}{LESSON}"]
    for address, html in pages.items():
        assert f'lang="{language}"' in html
        for own in (PRIVATE, "csrf_token", "X-CSRFToken", "ada@example.org"):
            assert own not in html, (address, own)


def test_a_copy_is_the_same_for_whoever_asks(browser, ada, fa):
    mine = browser.sign_in(ada).get(f"/offline/es{LESSON}").text

    theirs = browser.sign_in(fa).get(f"/offline/es{LESSON}").text

    assert mine == theirs  # a facilitator's notes stay online


@pytest.fixture
def parcel(ada):
    """The fields of a form as ada's phone seals and sends them."""
    pair, owner = journal.newest_pair(ada), ada.id
    lesson = authoring.get_lesson("sex-gender-norms")
    revision = authoring.find_current(lesson).id

    def parcel(*fields: tuple[str, str], key: str = "k1", **more: str) -> dict[str, str]:
        place = Context("answers", "sex-gender-norms/check", owner, revision)
        envelope = seal(json.dumps(fields).encode(), pair.public_key, place)
        return {
            "lesson": "sex-gender-norms",
            "block": "check",
            "language": "es",
            "revision": str(revision),
            "pair": str(pair.id),
            "envelope": b64encode(envelope).decode(),
            "idempotency_key": key,
            **more,
        }

    return parcel


def attempts(user) -> list[Attempt]:
    return list(db.session.scalars(select(Attempt).where(Attempt.user_id == user.id)))


def kept(browser) -> str:
    return browser.get(QUIZ).text


WORDS = ("q-one-sentence", "Nadie pide permiso.")
OTHER = ("q-one-sentence", "Todos piden permiso.")


def test_answers_that_waited_are_put_into_an_attempt_and_count_once(browser, ada, parcel):
    browser.sign_in(ada)
    sent = parcel(WORDS)

    answers = [browser.post("/offline/answers", data=sent, headers=SAVE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json["saved_at"][:8] for answer in answers] == ["Guardado"] * 2
    assert len(attempts(ada)) == 1
    assert WORDS[1] in kept(browser)


def test_a_different_answer_is_shown_first_and_replaced_on_demand(browser, ada, parcel):
    browser.sign_in(ada).post("/offline/answers", data=parcel(WORDS), headers=SAVE)

    refused = browser.post("/offline/answers", data=parcel(OTHER, key="k2"), headers=SAVE)

    assert refused.status_code == 409
    assert WORDS[1] in refused.json["conflict"]
    assert OTHER[1] in refused.json["conflict"]
    assert WORDS[1] in kept(browser)
    instead = parcel(OTHER, key="k3", instead="1")
    assert browser.post("/offline/answers", data=instead, headers=SAVE).status_code == 200
    assert OTHER[1] in kept(browser)


def test_a_closed_journal_keeps_the_answers_on_the_phone(browser, ada, parcel):
    browser.sign_in(ada, with_journal=False)

    refused = browser.post("/offline/answers", data=parcel(WORDS), headers=SAVE)

    assert refused.status_code == 409
    assert "contraseña" in refused.json["message"]
    assert attempts(ada) == []


def test_an_envelope_of_another_place_or_person_is_refused(browser, ada, cy, parcel):
    browser.sign_in(ada)
    sent = parcel(WORDS)

    moved = browser.post("/offline/answers", data={**sent, "lesson": "mandates"}, headers=SAVE)
    broken = browser.post("/offline/answers", data={**sent, "envelope": "IQ=="}, headers=SAVE)
    foreign = browser.sign_in(cy).post("/offline/answers", data=sent, headers=SAVE)

    assert (moved.status_code, broken.status_code, foreign.status_code) == (404, 400, 409)
    assert attempts(ada) + attempts(cy) == []


@pytest.mark.parametrize("wrong", [{"revision": "x"}, {"pair": "-1"}, {"envelope": "no base64!"}])
def test_a_parcel_that_no_page_could_make_is_refused(browser, ada, parcel, wrong):
    sent = parcel(WORDS)

    answer = browser.sign_in(ada).post("/offline/answers", data={**sent, **wrong}, headers=SAVE)

    assert answer.status_code == 400


def test_a_draft_cannot_be_answered(browser, ada, parcel):
    sent = parcel(WORDS)
    revision = db.session.get_one(Revision, int(sent["revision"]))
    revision.state = "draft"
    db.session.commit()

    answer = browser.sign_in(ada).post("/offline/answers", data=sent, headers=SAVE)

    assert answer.status_code == 404


def test_the_worker_speaks_for_the_whole_site(browser):
    answer = browser.get("/offline-worker")

    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.text.startswith("const AWAY = ")
