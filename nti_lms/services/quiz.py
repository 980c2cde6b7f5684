"""Attempts at a quiz."""

from sqlalchemy import func, select

from nti_lms.database import db
from nti_lms.models import Attempt, User


def best_results(user: User, lesson_id: int | None = None) -> dict[int, tuple[int, int]]:
    """One's best result, won of offered, by lesson: one statement."""
    query = (
        select(Attempt.lesson_id, func.max(Attempt.won), func.max(Attempt.offered))
        .where(Attempt.user_id == user.id, Attempt.submitted_at.is_not(None))
        .group_by(Attempt.lesson_id)
    )
    if lesson_id is not None:
        query = query.where(Attempt.lesson_id == lesson_id)
    return {lesson: (won or 0, offered or 0) for lesson, won, offered in db.session.execute(query)}
