"""Reflections that waited on a phone, sealed: put into the journal once, by their owner alone."""

import json
import re
from base64 import b64encode

import pytest
from sqlalchemy import select

from nti_lms.database import db
from nti_lms.domain.sealing import Context, seal
from nti_lms.models import Entry, Revision
from nti_lms.services import authoring, journal

LESSON, BLOCK = "sex-gender-norms", "house-norm"
WRITE = f"/lessons/{LESSON}/reflections/{BLOCK}"
SEND = "/offline/reflections"
SAVE = {"X-Autosave": "1", "Accept": "application/json"}
MINE, OTHER = "Lo que escribí en el camino <solo>", "Lo que escribí en casa"


@pytest.fixture
def parcel(ada):
    """What ada's phone seals and sends, by box; `revision` is what its page had seen."""
    pair, owner = journal.newest_pair(ada), ada.id
    revision = authoring.find_current(authoring.get_lesson(LESSON)).id

    def parcel(*fields: tuple[str, str], key: str = "k1", **more: str) -> dict[str, str]:
        place = Context("reflections", f"{LESSON}/{BLOCK}", owner, revision)
        envelope = seal(json.dumps(fields).encode(), pair.public_key, place)
        sent = {"lesson": LESSON, "block": BLOCK, "language": "es", "idempotency_key": key}
        sent |= {"revision": str(revision), "pair": str(pair.id)}
        return {**sent, "envelope": b64encode(envelope).decode(), **more}

    return parcel


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(select(Entry)))


def written(browser) -> str:
    """The page of the journal, as its author reads it."""
    html = browser.get(f"/journal/entries/{entries()[0].id}").text
    return re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)[1]


def test_a_reflection_that_waited_is_put_into_the_journal_and_counts_once(browser, ada, parcel):
    browser.sign_in(ada)
    sent = parcel(("text", MINE))

    answers = [browser.post(SEND, data=sent, headers=SAVE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [entry.revision for entry in entries()] == [1]
    assert written(browser) == "Lo que escribí en el camino &lt;solo&gt;"
    assert MINE.encode() not in entries()[0].envelope


def test_one_that_differs_is_shown_beside_what_is_kept_and_writes_nothing(browser, ada, parcel):
    browser.sign_in(ada).post(WRITE, data={"text": OTHER})

    answer = browser.post(SEND, data=parcel(("text", MINE)), headers=SAVE)

    assert answer.status_code == 409
    assert OTHER in answer.json["conflict"]
    assert "en el camino &lt;solo&gt;" in answer.json["conflict"]
    assert written(browser) == OTHER


@pytest.mark.parametrize(
    ("instead", "stands"), [("1", MINE), ("both", f"{OTHER}\n\n{MINE}")], ids=["phone", "both"]
)
def test_the_person_chooses(browser, ada, parcel, instead, stands):
    browser.sign_in(ada).post(WRITE, data={"text": OTHER})
    chosen = parcel(("text", MINE), key="k2", instead=instead)

    codes = [browser.post(SEND, data=chosen, headers=SAVE).status_code for _ in range(2)]

    assert codes == [200, 200]
    assert written(browser) == stands.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("seen", [(), (("revision", "1"),)], ids=["copy", "page"])
def test_the_same_words_are_kept_already(browser, ada, parcel, seen):
    browser.sign_in(ada).post(WRITE, data={"text": MINE})
    browser.post(WRITE, data={"text": OTHER, "revision": "1"})

    answer = browser.post(SEND, data=parcel(("text", OTHER), *seen), headers=SAVE)

    assert answer.status_code == 200
    assert [entry.revision for entry in entries()] == [2]


def test_a_page_that_had_seen_it_writes_over_it_and_may_clear_it(browser, ada, parcel):
    browser.sign_in(ada).post(WRITE, data={"text": OTHER})
    over = parcel(("text", MINE), ("revision", "1"))
    clear = parcel(("text", ""), ("revision", "2"), key="k2")

    browser.post(SEND, data=over, headers=SAVE)
    kept = written(browser)
    browser.post(SEND, data=clear, headers=SAVE)

    assert (kept, written(browser)) == ("Lo que escribí en el camino &lt;solo&gt;", "")


def test_a_blank_box_of_a_copy_clears_nothing(browser, ada, parcel):
    browser.sign_in(ada).post(WRITE, data={"text": OTHER})

    answer = browser.post(SEND, data=parcel(("text", " ")), headers=SAVE)

    assert (answer.status_code, written(browser)) == (200, OTHER)


def test_a_closed_journal_keeps_it_on_the_phone(browser, ada, parcel):
    browser.sign_in(ada, with_journal=False)

    answer = browser.post(SEND, data=parcel(("text", MINE)), headers=SAVE)

    assert (answer.status_code, set(answer.json)) == (409, {"message"})
    assert entries() == []


def test_an_envelope_of_another_place_person_or_kind_is_refused(browser, ada, cy, parcel):
    sent = parcel(("text", MINE))
    browser.sign_in(ada)

    codes = [
        browser.post(SEND, data={**sent, **wrong}, headers=SAVE).status_code
        for wrong in ({"block": "norm-to-move"}, {"block": "none"}, {"lesson": "mandates"})
    ]
    quiz = browser.post("/offline/answers", data={**sent, "block": "check"}, headers=SAVE)
    foreign = browser.sign_in(cy).post(SEND, data=sent, headers=SAVE)

    assert set(codes) <= {400, 404}
    assert (quiz.status_code, foreign.status_code) == (400, 409)
    assert entries() == []


@pytest.mark.parametrize("fields", [[("other", "x")], [("csrf_token", "x")]])
def test_words_for_a_box_that_the_prompt_lacks_are_refused(browser, ada, parcel, fields):
    answer = browser.sign_in(ada).post(SEND, data=parcel(*fields), headers=SAVE)

    assert (answer.status_code >= 400, entries()) == (True, [])


def test_a_prompt_of_a_draft_takes_nothing(browser, ada, parcel):
    sent = parcel(("text", MINE))
    db.session.get_one(Revision, int(sent["revision"])).state = "draft"
    db.session.commit()

    assert browser.sign_in(ada).post(SEND, data=sent, headers=SAVE).status_code == 404


def test_words_that_came_by_another_way_meanwhile_are_no_conflict(browser, ada, parcel):
    browser.sign_in(ada).post(SEND, data=parcel(("text", MINE), ("revision", "0")), headers=SAVE)

    answer = browser.post(WRITE, data={"text": MINE, "revision": "0"}, headers=SAVE)

    assert (answer.status_code, answer.json["revision"]) == (200, 1)
