"""Make things for tests: sensible by default, and saved."""

from typing import Any

from nti_lms import clock
from nti_lms.models import Authorship, Cohort, Commitment, Organisation, User
from tests.conftest import keep


def make_commitment(
    author: User,
    *,
    cohort: Cohort,
    organisation: Organisation,
    mentor: User | None = None,
    **fields: Any,
) -> Commitment:
    """A commitment by one author, with empty sections."""
    fields.setdefault("title", "Que el permiso por cuidado se use")
    return keep(
        Commitment(
            cohort_id=cohort.id,
            organisation_id=organisation.id,
            mentor_id=mentor.id if mentor else None,
            created_at=clock.now(),
            authorships=[Authorship(user_id=author.id)],
            **fields,
        )
    )
