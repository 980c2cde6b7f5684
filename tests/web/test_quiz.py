"""Quizzes through the front door."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from nti_lms.curriculum import from_plain
from nti_lms.database import db, unit_of_work
from nti_lms.models import Answer, Attempt, Receipt, RevisionText
from nti_lms.services import quiz
from tests.conftest import Browser
from tests.quizzes import (
    ENGLISH,
    KEY,
    OBJECTIVE,
    POINTS,
    RIGHT,
    SPANISH,
    URL,
    Form,
    add_lesson,
)

QUIETLY = {"X-Autosave": "1"}
SOME = {"q-one": "coffee", "q-several": ["form"], "q-office": "La <b>comisaría</b>"}


@pytest.fixture
def revision(app):
    return add_lesson()


@pytest.fixture
def learner(browser, ada, revision):
    """Ada, about to begin the quiz with every kind of question."""
    return browser.sign_in(ada)


@pytest.fixture
def attempt(learner):
    learner.post(f"{URL}/start")
    return only()


def only():
    return db.session.scalars(select(Attempt)).one()


def result():
    return only().won, only().offered


def kept():
    """What is kept of each question, as the pages read it."""
    return quiz.responses_of(quiz.get_attempt(only().id))


def form_of(browser):
    return Form(browser.get(URL).text)


def places_of(attempt):
    return f"/attempts/{attempt.id}", f"/attempts/{attempt.id}/answers"


def at_once(app, browser, posts):
    """Post all of it at the same moment, each from a browser of its own; the answers, in order."""
    token, gate = browser.get_cookie("nti").value, threading.Barrier(len(posts))

    def post(job):
        url, fields = job
        client = FlaskClient(app, app.response_class)
        client.set_cookie("nti", token)
        gate.wait()
        return client.post(url, data=fields)

    with ThreadPoolExecutor(len(posts)) as pool:
        answers = list(pool.map(post, posts))
    db.session.rollback()
    db.session.expire_all()
    return answers


# --- beginning ---


def test_a_quiz_begins_with_a_button_and_how_many_questions_it_has(learner):
    page = learner.get(URL).text

    assert "11" in page
    assert f'action="{URL}/start"' in page
    assert Form(page).fields == {}


def test_starting_opens_one_attempt_however_often(learner, revision):
    locations = {learner.post(f"{URL}/start").location for _ in range(2)}

    assert locations == {URL}
    assert (only().number, only().revision_id) == (1, revision.id)


def test_twenty_starts_at_once_open_one_attempt(app, learner):
    answers = at_once(app, learner, [(f"{URL}/start", {})] * 20)

    assert {answer.location for answer in answers} == {URL}
    assert only().number == 1


def test_another_attempt_gets_the_next_number(learner, attempt):
    learner.post(f"/attempts/{attempt.id}/submit", data=RIGHT)

    learner.post(f"{URL}/start")

    numbers = db.session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert numbers == [1, 2]


def test_who_takes_no_part_begins_nothing(browser, root, revision):
    codes = [
        browser.sign_in(root).get(URL).status_code,
        browser.post(f"{URL}/start").status_code,
    ]

    assert codes == [404, 404]
    assert db.session.scalars(select(Attempt)).all() == []


@pytest.mark.parametrize("block", ["none", "idea"])
def test_a_block_that_is_no_quiz_is_not_found(learner, block):
    url = f"/lessons/{KEY}/quiz/{block}"

    assert (learner.get(url).status_code, learner.post(f"{url}/start").status_code) == (404, 404)


# --- what no page may tell ---


@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_before_submission_tells_a_key_a_remark_or_a_model(learner, attempt, language):
    learner.set_cookie("language", language)
    review, answers = places_of(attempt)

    pages = [
        learner.get(URL),
        learner.get(review, follow_redirects=True),
        learner.post(f"{review}/submit", data=SOME),
        learner.post(answers, data=RIGHT, headers=QUIETLY),
        learner.post(answers, data={"q-one": "nonsense"}),
        learner.post(answers, data=SOME, follow_redirects=True),
        learner.get("/modules/m1"),
        learner.get(f"/lessons/{KEY}"),
    ]

    assert [page.status_code for page in pages] == [200, 200, 422, 200, 422, 200, 200, 200]
    # What Ada types herself comes back to her: the right answers above hold no SECRET in capitals.
    assert [page.request.path for page in pages if "SECRET" in page.text] == []
    assert [page.request.path for page in pages[:2] if "6173" in page.text] == []
    assert [page.request.path for page in pages[:-1] if OBJECTIVE in page.text] == []


def test_the_page_is_the_same_whatever_is_right(learner, attempt, revision):
    def page():
        unlike = r'(?<=idempotency_key" value=)"[^"]*"|value="[\w.-]{20,}"|X-CSRFToken[^}]*'
        return re.sub(unlike, "", learner.get(URL).text)

    before = page()
    with unit_of_work():
        for text in db.session.scalars(
            select(RevisionText).where(RevisionText.revision_id == revision.id)
        ):
            text.content = turned(deepcopy(text.content))
        db.session.merge(revision).digest = "turned"  # so that no process remembers the old text

    db.session.expire_all()
    assert count_turned(revision) == 9
    assert page() == before


def turned(content):
    """The lesson with other keys: marks swapped, pairs and steps moved on, other remarks."""
    [block] = [block for block in content["blocks"] if block["id"] == "example"]
    for part in block["parts"]:
        items = part["items"]
        part["quote"] = "<p>otro</p>" if part["quote"] else ""
        if part["role"] == "order":
            items.append(items.pop(0))
        if part["role"] == "match":
            rights = [item["right"] for item in items[:3]]
            for item, right in zip(items, rights[1:] + rights[:1], strict=False):
                item["right"] = right
        answers = [answer for item in items for answer in item["items"]]
        for item in [*items, *answers]:
            item["feedback"] = "<p>otro</p>" if item["feedback"] else ""
            item["mark"] = {"x": " ", " ": "x", None: None}[item["mark"]]
    return content


def count_turned(revision):
    """How many questions the right answers of before no longer answer."""
    text = db.session.get_one(RevisionText, (revision.id, "es"))
    asked = quiz.questions_of(from_plain(text.content), "example")
    marks = quiz.mark(asked, typed(RIGHT, asked)).marks
    return sum(not mark.is_right for mark in marks.values() if mark.offered)


def typed(fields, asked):
    """Those fields of a form as responses."""
    found = {}
    for one in asked:
        name = f"q-{one.asked.id}"
        table = {k.removeprefix(f"{name}."): v for k, v in fields.items() if f"{name}." in k}
        found[one.asked.id] = fields.get(name, table)
    return found


# --- answering ---


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_kind_is_answered_through_its_form_and_wins_its_point(learner, attempt, language):
    learner.set_cookie("language", language)
    form = form_of(learner)

    response = learner.post(form.buttons["done"], data=form.fill(RIGHT))

    assert (response.status_code, response.location) == (303, f"/attempts/{attempt.id}")
    assert result() == (POINTS, POINTS)


@pytest.mark.parametrize(
    "answers",
    [
        RIGHT,
        SOME,
        {"q-oldest.mine": "2"},
        {"q-oldest.mine": "2", "q-oldest.parents": "2"},
        {"q-pairs.do": "law", "q-gaps.second": "rule", "q-sure": "no"},
    ],
    ids=["whole", "some", "one-place", "one-place-twice", "parts"],
)
def test_what_is_saved_for_later_stands_in_the_form_again(learner, attempt, answers):
    form = form_of(learner)

    response = learner.post(form.buttons["later"], data=form.fill(answers))

    assert (response.status_code, response.location) == (303, URL)
    assert form_of(learner).answers == answers
    assert only().submitted_at is None


def test_an_answer_that_is_taken_back_is_gone(learner, attempt):
    learner.post(form_of(learner).action, data=form_of(learner).fill(RIGHT))
    form = form_of(learner)
    emptied = {name: [] if isinstance(v, list) else "" for name, v in form.answers.items()}

    # Boxes that nobody ticked are not sent; the empty field that stands before them is.
    learner.post(form.action, data={**form.fill({}), **emptied, "q-several": ""})

    assert form_of(learner).answers == {}


def test_questions_that_a_form_lacks_stay_as_they_are(learner, attempt):
    _review, answers = places_of(attempt)
    learner.post(answers, data={"q-one": "coffee", "q-sure": "no"})

    learner.post(answers, data={"q-one": "leave"})

    assert kept() == {"one": "leave", "sure": "no"}


def test_saving_quietly_tells_when_and_writes_no_notice(learner, attempt):
    _review, answers = places_of(attempt)

    told = learner.post(answers, data=SOME, headers=QUIETLY)

    assert told.status_code == 200
    assert re.fullmatch(r"(Guardado|Saved) .*\d:\d\d", told.json["saved_at"])
    assert told.json["revision"] == form_of(learner).fields["revision"]
    assert kept() == {"one": "coffee", "several": ["form"], "office": "La <b>comisaría</b>"}
    assert 'class="notice' not in learner.get(URL).text


def test_a_quiet_save_that_arrives_again_does_not_undo_a_later_one(learner, attempt):
    _review, answers = places_of(attempt)
    first = {"q-one": "coffee", "idempotency_key": "a" * 20}
    learner.post(answers, data=first, headers=QUIETLY)
    learner.post(answers, data={"q-one": "leave"}, headers=QUIETLY)

    again = learner.post(answers, data=first, headers=QUIETLY)

    assert again.status_code == 200
    assert kept() == {"one": "leave"}


@pytest.mark.parametrize(
    "fields",
    [
        {"q-one": "nonsense"},
        {"q-one": ["leave", "coffee"]},
        {"q-several": ["nickname", "nonsense"]},
        {"q-pairs.think": "nonsense"},
        {"q-oldest.mine": "4"},
        {"q-oldest.mine": "first"},
        {"q-gaps.first": "sanction"},
    ],
)
def test_what_no_question_offers_is_refused_and_nothing_changes(learner, attempt, fields):
    review, answers = places_of(attempt)
    mixed = {"q-sure": "yes", **fields}

    loud = learner.post(answers, data=mixed)
    quiet = learner.post(answers, data=mixed, headers=QUIETLY)
    submitted = learner.post(f"{review}/submit", data={**mixed, "anyway": "1"})

    assert (loud.status_code, quiet.status_code, submitted.status_code) == (422, 422, 422)
    assert set(quiet.json) == {"message"}
    assert (kept(), only().submitted_at) == ({}, None)


def test_words_beyond_the_longest_are_refused_and_given_back(learner, attempt):
    _review, answers = places_of(attempt)

    response = learner.post(answers, data={"q-write": "ñ" * 5001})

    assert (response.status_code, kept()) == (413, {})
    assert "ñ" * 5001 in response.text


def test_options_keep_their_order_within_an_attempt_and_change_with_the_seed(learner, attempt):
    first, again = form_of(learner).offered, form_of(learner).offered
    orders = set()
    for seed in range(8):
        with unit_of_work():
            db.session.get_one(Attempt, attempt.id).seed = seed
        orders.add(tuple(form_of(learner).offered["q-several"]))

    assert first == again
    assert len(orders) > 1
    assert form_of(learner).offered["q-written"] == ["true", "false"]


def test_an_open_attempt_goes_on_with_the_questions_where_it_began(learner, attempt, revision):
    changed = SPANISH.replace("`leave`", "`stay`").replace("::: {.quiz #example}", "::: {.quiz #b}")
    newer = add_lesson(changed, ENGLISH.replace("`leave`", "`stay`"))

    form = form_of(learner)
    learner.post(form.buttons["done"], data=form.fill(RIGHT))

    assert result() == (POINTS, POINTS)
    assert (only().revision_id, newer.id) == (revision.id, revision.id + 1)
    assert "Aquí un hombre no sale" in learner.get(f"/attempts/{attempt.id}").text


# --- submitting ---


def test_what_is_still_open_is_asked_about_once_and_everything_stays(learner, attempt):
    form = form_of(learner)
    answers = {**SOME, "q-oldest.mine": "2", "q-oldest.parents": "2", "q-pairs.do": "law"}

    asked = learner.post(form.buttons["done"], data=form.fill(answers))
    again = Form(asked.text)

    assert asked.status_code == 422
    assert only().submitted_at is None
    assert again.answers == answers
    assert re.findall(r'href="#question-(\w+)"', asked.text) == [
        *("written", "pairs", "oldest", "length", "gaps", "word", "sure", "write")
    ]
    meant = learner.post(again.buttons["anyway"], data={**again.fill({}), "anyway": "1"})
    assert (meant.status_code, result()) == (303, (0, POINTS))


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({}, "It has no answer yet."),
        ({"q-oldest.mine": "3"}, "It is not complete yet."),
        (
            {"q-oldest.mine": "3", "q-oldest.parents": "3"},
            "Two entries have the same place; give each its own.",
        ),
    ],
)
def test_an_order_says_what_it_lacks(learner, attempt, places, words):
    learner.set_cookie("language", "en")
    rest = {name: said for name, said in RIGHT.items() if "oldest" not in name}

    asked = learner.post(f"/attempts/{attempt.id}/submit", data={**rest, **places})

    assert asked.status_code == 422
    assert asked.text.count(words) == 2  # in the summary, and beside the question


def test_a_key_in_a_line_of_text_saves_and_submits_nothing(learner, attempt):
    form = form_of(learner)
    first_button = next(iter(form.buttons.items()))

    assert first_button == ("", f"/attempts/{attempt.id}/answers")


def test_saved_answers_count_when_a_form_brings_the_rest(learner, attempt):
    review, answers = places_of(attempt)
    learner.post(answers, data={k: v for k, v in RIGHT.items() if k < "q-p"}, headers=QUIETLY)

    learner.post(f"{review}/submit", data={k: v for k, v in RIGHT.items() if k >= "q-p"})

    assert result() == (POINTS, POINTS)


@pytest.mark.parametrize("is_expired", [False, True], ids=["receipt", "expired-receipt"])
@pytest.mark.parametrize("key", ["k" * 20, ""], ids=["same-key", "no-key"])
def test_submitting_again_leads_to_the_same_results_and_counts_once(
    learner, attempt, key, is_expired
):
    url, fields = f"/attempts/{attempt.id}/submit", {**RIGHT, "idempotency_key": key}
    first = learner.post(url, data=fields)
    before = (result(), only().submitted_at, kept())
    if is_expired:
        with unit_of_work():
            db.session.execute(delete(Receipt))

    second = learner.post(url, data=fields)

    assert (first.location, second.location) == (f"/attempts/{attempt.id}",) * 2
    assert (result(), only().submitted_at, kept()) == before


def test_other_answers_after_submission_change_nothing(learner, attempt):
    url = f"/attempts/{attempt.id}/submit"
    learner.post(url, data=RIGHT)

    second = learner.post(url, data={**RIGHT, "q-one": "coffee", "anyway": "1"})

    assert (second.status_code, second.location) == (303, f"/attempts/{attempt.id}")
    assert (result(), kept()["one"]) == ((POINTS, POINTS), "leave")


def test_fifty_submits_at_once_count_once(app, learner, attempt):
    url = f"/attempts/{attempt.id}/submit"
    wrong = {**RIGHT, "q-one": "coffee"}
    posts = [(url, {**(RIGHT if n % 2 else wrong), "q-write": f"Tab {n}"}) for n in range(50)]

    answers = at_once(app, learner, posts)

    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, f"/attempts/{attempt.id}")
    }
    [n] = [n for n in range(50) if kept()["write"] == f"Tab {n}"]
    assert result() == (POINTS - (n % 2 == 0), POINTS)
    assert kept()["one"] == ("leave" if n % 2 else "coffee")
    assert len(db.session.scalars(select(Answer)).all()) == 11


def test_saves_that_meet_a_submit_never_change_what_was_scored(app, learner, attempt):
    review, answers = places_of(attempt)
    saves = [(answers, {"q-one": "coffee", "q-write": f"Tab {n}"}) for n in range(12)]
    submits = [(f"{review}/submit", RIGHT)] * 12

    told = at_once(
        app, learner, [post for pair in zip(saves, submits, strict=True) for post in pair]
    )

    assert {answer.status_code for answer in told[1::2]} == {303}
    assert {answer.status_code for answer in told[::2]} <= {303, 409}
    assert (result(), kept()["one"]) == ((POINTS, POINTS), "leave")


def test_a_submitted_attempt_takes_no_more_answers_and_gives_the_words_back(learner, attempt):
    review, answers = places_of(attempt)
    learner.post(f"{review}/submit", data=RIGHT)
    late = {"q-one": "coffee", "q-write": "Una frase tardía", "q-word.only": "burla"}

    loud = learner.post(answers, data=late)
    quiet = learner.post(answers, data=late, headers=QUIETLY)

    assert (loud.status_code, quiet.status_code) == (409, 409)
    assert set(quiet.json) == {"message"}
    assert re.findall(r'class="written">(.*?)</p>', loud.text) == ["burla", "Una frase tardía"]
    assert (result(), kept()["one"]) == ((POINTS, POINTS), "leave")


# --- the results ---


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_results_say_what_was_right_and_why_for_every_kind(learner, attempt, language):
    learner.set_cookie("language", language)
    learner.post(f"/attempts/{attempt.id}/submit", data={**RIGHT, "q-one": "coffee"})

    page = learner.get(f"/attempts/{attempt.id}").text

    everything = set(re.findall(r"SECRET \w+", ENGLISH if language == "en" else SPANISH))
    unseen = {f"SECRET {word}" for word in ("otra", "tampoco", "regla", "ley")}  # not answered
    assert set(re.findall(r"SECRET \w+", page)) == everything - unseen - {"SECRET Defensoría"}
    assert f"{POINTS - 1} de {POINTS}" in page if language == "es" else f"{POINTS - 1} of {POINTS}"
    assert page.count(f'href="/lessons/{KEY}">{OBJECTIVE}</a>') == 1  # where to look again
    assert re.findall(r'data-is="[^"]*"><span><b>', page) == []  # what is right needs no stress


def test_the_results_show_what_one_answered_beside_what_is_right(learner, attempt):
    wrong = {
        "q-pairs.think": "law",
        "q-oldest.mine": "1",
        "q-oldest.parents": "1",
        "q-gaps.second": "rule",
        "q-word.only": "<i>burla</i>",
        "q-office": "La <b>comisaría</b>",
        "anyway": "1",
    }
    learner.set_cookie("language", "en")
    learner.post(f"/attempts/{attempt.id}/submit", data=wrong)

    page = learner.get(f"/attempts/{attempt.id}").text
    rows = re.findall(
        r'<tr><th scope="row">(.*?)(?:<div.*?)?</th>'
        r"\s*<td[^>]*><span>(.*?)</span></td>\s*<td[^>]*><span>(.*?)</span></td></tr>",
        page,
        re.DOTALL,
    )

    assert sorted(rows) == [
        ("(1)", "&lt;i&gt;burla&lt;/i&gt;", "<b>SECRET-sanción</b>"),
        ("(1)", "Not answered", "<b>aprobación</b>"),
        ("(2)", "regla &lt;b&gt;escrita&lt;/b&gt;", "<b>sanción</b>"),
        ("Mi tiempo", "1", "<b>3</b>"),
        ("Tiempo de abuelas y abuelos", "Not answered", "<b>1</b>"),
        ("Tiempo de quienes me criaron", "1", "<b>2</b>"),
        ("«Me parece bien»", "Lo que manda la ley", "<b>Lo que pienso</b>"),
        ("«Se van a reír»", "Not answered", "<b>Lo que creo que aprueban</b>"),
        ("«Yo salgo a las diez»", "Not answered", "<b>Lo que hago</b>"),
    ]
    assert "La &lt;b&gt;comisaría&lt;/b&gt;" in page
    assert "SECRET ley" in page  # said to whoever chose what matches nothing
    assert (page.count("<b>escrita</b>"), page.count("<i>burla</i>")) == (0, 0)


def test_the_best_of_several_results_is_told(learner, attempt):
    learner.set_cookie("language", "en")
    learner.post(f"/attempts/{attempt.id}/submit", data=RIGHT)
    best = learner.get(f"/attempts/{attempt.id}").text
    learner.post(f"{URL}/start")
    second = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    learner.post(f"/attempts/{second.id}/submit", data={"anyway": "1"})

    page = learner.get(f"/attempts/{second.id}").text
    earlier = learner.get(URL).text

    assert "It is your best result so far." in best
    assert f"You got 0 of {POINTS} points" in page
    assert f"Your best result so far: {POINTS} of {POINTS}." in page
    assert re.findall(r">(\d of \d)</a>", earlier) == [f"0 of {POINTS}", f"{POINTS} of {POINTS}"]


def test_results_before_submission_lead_to_the_questions(learner, attempt):
    response = learner.get(f"/attempts/{attempt.id}")

    assert (response.status_code, response.location) == (303, URL)


# --- others, and how much is asked of the database ---


def test_another_persons_attempt_is_as_if_it_were_not_there(browser, cast, revision):
    browser.sign_in(cast["Ada"]).post(f"{URL}/start")
    review, answers = places_of(only())
    others = [user for name, user in cast.items() if name != "Ada"]

    codes = set()
    for user in others:
        browser.sign_in(user)
        codes |= {
            browser.get(review).status_code,
            browser.post(answers, data=SOME).status_code,
            browser.post(f"{review}/submit", data=RIGHT).status_code,
        }

    assert codes == {404}
    assert (only().submitted_at, kept()) == (None, {})


def test_a_visitor_signs_in_first(browser, revision):
    assert browser.get(URL).location == f"/sign-in?to={URL}"
    assert browser.post(f"{URL}/start").status_code == 401


@pytest.mark.parametrize("answers", [{"q-one": "leave"}, RIGHT], ids=["one", "all"])
def test_pages_and_writes_ask_as_often_however_much_was_answered(
    learner: Browser, attempt, statements, answers
):
    review, save = places_of(attempt)
    learner.get(URL)  # the texts of the lesson are read once in a process

    counts = []
    for ask in (
        # who asks; the attempt; its answers; the lesson as it was
        lambda: learner.post(save, data=answers, headers=QUIETLY),  # what is new
        lambda: learner.get(URL),  # the lesson now instead; is it open
        lambda: learner.post(f"{review}/submit", data={**answers, "anyway": "1"}),  # scores; place
        lambda: learner.get(review),  # the best result
        lambda: learner.get(URL),  # no answers: no attempt under way; the earlier ones
    ):
        with statements() as seen:
            ask()
        counts.append(len(seen))

    assert counts == [5, 5, 7, 5, 5]
