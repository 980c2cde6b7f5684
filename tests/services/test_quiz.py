"""Attempts at a quiz: what is kept, what is scored, what counts."""

import pytest
from sqlalchemy import select

from nti_lms.database import db, unit_of_work
from nti_lms.domain.errors import AttemptIsOver, NotFound, UnknownOption
from nti_lms.models import Attempt
from nti_lms.services import library, quiz
from tests.quizzes import BLOCK, KEY, add_lesson

ORDER = {"grandparents": "1", "parents": "2", "mine": "3"}


@pytest.fixture
def published(app):
    add_lesson()
    return library.get_published(KEY, "es")


@pytest.fixture
def asked(published):
    return quiz.questions_of(library.read(published), BLOCK)


def begin(user, published):
    with unit_of_work():
        return quiz.start(user, published, BLOCK)


def stored(attempt):
    return {answer.question: answer.response for answer in quiz.get_attempt(attempt.id).answers}


def write(attempt, asked, responses, verb=quiz.save):
    with unit_of_work():
        return verb(quiz.hold_attempt(attempt.id), asked, responses)


def take(user, published, asked, responses):
    """A whole attempt, submitted."""
    attempt = begin(user, published)
    write(attempt, asked, responses, quiz.submit)
    return attempt


def test_an_answer_is_kept_as_it_was_given(ada, published, asked):
    attempt = begin(ada, published)

    write(attempt, asked, {"one": "leave", "several": ["form"], "pairs": {"do": "law"}})

    assert stored(attempt) == {
        "one": {"is": "leave"},
        "several": {"is": ["form"]},
        "pairs": {"is": {"do": "law"}},
    }


@pytest.mark.parametrize(
    ("places", "row"),
    [
        (ORDER, ["grandparents", "parents", "mine"]),
        ({"mine": "1", "parents": "2"}, []),
        ({"mine": "1", "parents": "1", "grandparents": "2"}, []),
    ],
    ids=["whole", "one-lacks", "one-place-twice"],
)
def test_an_order_is_a_row_once_each_entry_has_its_place(ada, published, asked, places, row):
    attempt = begin(ada, published)

    write(attempt, asked, {"oldest": places})

    assert stored(attempt) == {"oldest": {"is": row, "places": places}}
    assert quiz.responses_of(quiz.get_attempt(attempt.id)) == {"oldest": places}


def test_only_an_answer_that_changed_gets_a_new_moment(ada, published, asked):
    attempt = begin(ada, published)
    write(attempt, asked, {"one": "leave", "sure": "no"})
    before = {a.question: a.saved_at for a in quiz.get_attempt(attempt.id).answers}

    write(attempt, asked, {"one": "leave", "sure": "yes"})

    after = {a.question: a.saved_at for a in quiz.get_attempt(attempt.id).answers}
    assert after["one"] == before["one"]
    assert after["sure"] > before["sure"]


@pytest.mark.parametrize(
    "responses",
    [
        {"one": "nonsense"},
        {"one": ["leave"]},
        {"several": "form"},
        {"oldest": {"mine": "4"}},
        {"oldest": {"nonsense": "1"}},
        {"gaps": {"nonsense": "law"}},
        {"write": ["words"]},
    ],
)
@pytest.mark.parametrize("verb", [quiz.save, quiz.submit])
def test_what_does_not_fit_its_question_is_refused_whole(ada, published, asked, responses, verb):
    attempt = begin(ada, published)

    with pytest.raises(UnknownOption):
        write(attempt, asked, {"sure": "yes", **responses}, verb)

    assert stored(attempt) == {}
    assert quiz.get_attempt(attempt.id).submitted_at is None


def test_submitting_scores_what_was_saved_and_what_it_brings(ada, published, asked):
    attempt = begin(ada, published)
    write(attempt, asked, {"one": "leave", "written": "true"})

    closed = write(attempt, asked, {"written": "false", "oldest": ORDER}, quiz.submit)

    attempt = quiz.get_attempt(attempt.id)
    assert (closed, attempt.won, attempt.offered) == (True, 3, 9)
    assert stored(attempt)["written"] == {"is": "false"}


def test_submitting_twice_changes_nothing_and_says_so(ada, published, asked):
    attempt = take(ada, published, asked, {"one": "leave"})
    moment = quiz.get_attempt(attempt.id).submitted_at

    closed = write(attempt, asked, {"one": "coffee", "written": "false"}, quiz.submit)

    attempt = quiz.get_attempt(attempt.id)
    assert (closed, attempt.won, attempt.submitted_at) == (False, 1, moment)
    assert stored(attempt) == {"one": {"is": "leave"}}


def test_nothing_is_saved_into_a_submitted_attempt(ada, published, asked):
    attempt = take(ada, published, asked, {"one": "leave"})

    with pytest.raises(AttemptIsOver):
        write(attempt, asked, {"one": "coffee"})

    assert stored(attempt) == {"one": {"is": "leave"}}


def test_the_best_share_counts_for_each_lesson_and_person(ada, cy, published, asked, statements):
    take(ada, published, asked, {"one": "coffee"})
    take(ada, published, asked, {"one": "leave", "written": "false"})
    take(ada, published, asked, {"one": "leave"})
    take(cy, published, asked, {})
    begin(ada, published)

    with statements() as seen:
        best = quiz.best_results(ada)

    assert (best, len(seen)) == ({published.lesson.id: (2, 9)}, 1)
    assert quiz.best_results(ada, published.lesson.id + 1) == {}
    assert quiz.best_results(cy) == {published.lesson.id: (0, 9)}


def test_each_quiz_has_its_own_open_attempt_and_numbers(ada, cy, published, asked):
    first = take(ada, published, asked, {})
    second, same = begin(ada, published), begin(ada, published)
    other = begin(cy, published)

    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert same.id == second.id
    assert quiz.find_open(ada, published.lesson.id, BLOCK).id == second.id
    assert quiz.find_open(ada, published.lesson.id, "check") is None
    assert [a.id for a in quiz.list_submitted(ada, published.lesson.id, BLOCK)] == [first.id]


def test_an_attempt_or_a_quiz_that_is_not_there_is_not_found(ada, published):
    with pytest.raises(NotFound):
        quiz.get_attempt(1)
    with pytest.raises(NotFound):
        quiz.questions_of(library.read(published), "idea")

    assert db.session.scalars(select(Attempt)).all() == []
