"""What the answers of old attempts were worth, told afterwards: once only the points were kept.

They are marked again, on the revision that was answered, by the same rules. It is kept where the
answers that are wholly right come to the points of then, which were whole, and both languages
agree; of any other attempt it stays untold.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from nti_lms.database import db
from nti_lms.domain.errors import UnknownOption
from nti_lms.models import Answer, Attempt, Revision
from nti_lms.services import counting, quiz
from nti_lms.services.counting import Quiz
from nti_lms.services.quiz import Score

AT_ONCE = 500


def fill() -> int:
    """Tell it for every submitted attempt of which nothing is told; of how many it could be."""
    return sum(_tell(attempt, asked) for batch in _batches() for attempt, asked in batch)


def _batches() -> Iterator[list[tuple[Attempt, Quiz]]]:
    """The attempts of which nothing is told, by id, each with the quiz that was answered."""
    last = 0
    while rows := _after(last):
        known = counting.quizzes_in({(row[0].revision_id, row[1]) for row in rows})
        quizzes = {(one.revision_id, one.block): one for one in known}
        found = [(row[0], quizzes.get((row[0].revision_id, row[0].block))) for row in rows]
        yield [(attempt, asked) for attempt, asked in found if asked]
        last = rows[-1][0].id
        db.session.flush()
        db.session.expunge_all()


def _after(attempt_id: int) -> Sequence[tuple[Attempt, str]]:
    query = (
        select(Attempt, Revision.digest)
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(
            Attempt.id > attempt_id,
            Attempt.submitted_at.is_not(None),
            Attempt.parts == 1,
            Attempt.answers.any(),
            ~Attempt.answers.any(Answer.hits.is_not(None)),
        )
        .options(selectinload(Attempt.answers))
        .order_by(Attempt.id)
        .limit(AT_ONCE)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _tell(attempt: Attempt, asked: Quiz) -> bool:
    scores = [score for score in _scores(attempt, asked) if _whole(score) == attempt.won]
    shares = {tuple(mark.share for mark in score.marks.values()) for score in scores}
    if len(shares) != 1:
        return False
    quiz.put_marks(attempt, scores[0])
    return any(answer.hits is not None for answer in attempt.answers)


def _scores(attempt: Attempt, asked: Quiz) -> Iterator[Score]:
    """The answers marked in each language; typed words may be right in one of them alone."""
    for questions in asked.questions.values():
        with suppress(UnknownOption):
            yield quiz.mark(questions, quiz.responses_of(attempt))


def _whole(score: Score) -> int:
    """The points by the rule of then: all or nothing."""
    return sum(mark.offered for mark in score.marks.values() if mark.is_right)
