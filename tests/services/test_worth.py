"""Old attempts: what their answers were worth is told afterwards, where it can be told."""

import pytest
from sqlalchemy import func, select

from nti_lms.database import db, unit_of_work
from nti_lms.models import Answer, Attempt
from nti_lms.preparing import _tell_worth
from nti_lms.services import worth
from tests.quizzes import ENGLISH, RIGHT, SPANISH, URL, add_lesson

SOME = {"q-one": "leave", "q-several": ["nickname"], "q-pairs.think": "attitude", "q-sure": "yes"}


@pytest.fixture
def submitted(browser, ada, cohort):
    """Submits answers as somebody does, then forgets what each was worth, as once was done."""
    add_lesson()

    def submitted(answers, won):
        browser.sign_in(ada).post(f"{URL}/start")
        browser.post(f"/attempts/{_last().id}/submit", data={**answers, "anyway": "1"})
        kept = _worth()
        with unit_of_work():
            _last().won, _last().parts = won, 1
            db.session.query(Answer).update({"hits": None, "parts": None})
        return kept

    return submitted


def _last():
    return db.session.query(Attempt).order_by(Attempt.id.desc()).first()


def _worth():
    db.session.expire_all()
    query = select(Answer.question, Answer.hits, Answer.parts).order_by(Answer.question)
    return [tuple(row) for row in db.session.execute(query)]


def _fill():
    with unit_of_work():
        return worth.fill()


@pytest.mark.parametrize(("answers", "won"), [(SOME, 1), (RIGHT, 9)])
def test_it_is_what_was_kept_at_the_time(submitted, answers, won):
    kept = submitted(answers, won)

    assert (_fill(), _worth()) == (1, kept)
    assert _fill() == 0
    assert (_last().won, _last().parts) == (won, 1)  # nobody's result changes


def test_an_attempt_that_does_not_come_to_its_points_stays_untold(submitted):
    submitted(SOME, 2)

    assert _fill() == 0
    assert {hits for _question, hits, _parts in _worth()} == {None}


def test_answers_that_no_longer_fit_stay_untold(submitted):
    submitted(SOME, 1)
    with unit_of_work():
        db.session.query(Answer).filter_by(question="one").update({"response": {"is": "gone"}})

    assert _fill() == 0


def test_what_the_languages_tell_apart_stays_untold(submitted):
    """A word in a cloze that is accepted in one language alone, in an answer that wins nothing."""
    add_lesson(*_with_two_words())
    submitted({"q-word.more": "dinero"}, 0)

    assert _fill() == 0


def test_many_are_told_in_turn(submitted, monkeypatch):
    submitted(SOME, 1)
    submitted(SOME, 1)
    monkeypatch.setattr(worth, "AT_ONCE", 1)

    assert _fill() == 2
    assert db.session.scalar(select(func.count()).where(Answer.hits.is_not(None))) == 6


def test_a_start_tells_it(submitted):
    submitted(SOME, 1)

    assert _tell_worth() == ["Old attempts whose answers count in the statistics now: 1"]
    assert _tell_worth() == []


def _with_two_words():
    """The lesson with two gaps to type in, where Spanish accepts a word that English does not."""
    gap = "- `only`\n"
    more = "- `more`\n  - [x] `money` WORD\n    > Bien\n  - [ ] `rest` *\n    > No\n"

    def wider(text, word):
        text = text.replace("[____](gap:only).", "[____](gap:only) y [____](gap:more).")
        return text.replace(gap, more.replace("WORD", word) + gap)

    return wider(SPANISH, "dinero"), wider(ENGLISH, "money")
