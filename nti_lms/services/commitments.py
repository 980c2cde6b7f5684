"""Read and write Commitments to Action."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import CommitmentIsLocked, NewerVersion, NotFound
from nti_lms.domain.roles import Role
from nti_lms.models import Authorship, Commitment, Entry, Excerpt, Section, User
from nti_lms.services import erasures, scope

CODES = tuple(f"C{number}" for number in range(1, 13))
# A commitment whose outcome report is in, or that will have none.
NO_REPORT_AWAITED = ("completed", "shared", "cancelled")

# --- reads ---


def list_commitments(reader: User) -> Sequence[Commitment]:
    """What `reader` may read, by organisation: four statements, always."""
    query = _whole().order_by(Commitment.organisation_id, Commitment.id)
    return db.session.scalars(query.where(scope.reads(reader))).all()


def find_own(user: User) -> Commitment | None:
    """The commitment that `user` writes, or None."""
    query = _whole().where(scope.writes(user))
    return db.session.scalars(query.order_by(Commitment.id.desc()).limit(1)).first()


def get_commitment(commitment_id: int) -> Commitment:
    """The commitment with its organisation, authors, sections and excerpts. Raises NotFound."""
    found = db.session.scalars(_whole().where(Commitment.id == commitment_id)).first()
    if found is None:
        raise NotFound
    return found


def get_excerpt(excerpt_id: int) -> Excerpt:
    """The excerpt of that id. Raises NotFound."""
    excerpt = db.session.get(Excerpt, excerpt_id)
    if excerpt is None:
        raise NotFound
    return excerpt


def section_of(commitment: Commitment, code: str) -> Section | None:
    """The text of a section, None while nobody has written it."""
    return next((section for section in commitment.sections if section.code == code), None)


# --- writes ---


def start(user: User) -> Commitment:
    """The commitment of the participant's organisation in their cohort, which they now write too.

    Raises:
        NotFound: this person takes part for no organisation.
    """
    place = next(
        (m for m in user.memberships if m.role == Role.PARTICIPANT and m.organisation_id), None
    )
    if place is None:
        raise NotFound
    own = (Commitment.cohort_id == place.cohort_id) & (
        Commitment.organisation_id == place.organisation_id
    )
    commitment = db.session.scalars(_whole().where(own)).first()
    if commitment is None:
        commitment = Commitment(
            cohort_id=place.cohort_id, organisation_id=place.organisation_id, created_at=clock.now()
        )
        db.session.add(commitment)
        db.session.flush()
        commitment = get_commitment(commitment.id)
    if user.id not in commitment.author_ids:
        commitment.authorships.append(Authorship(user_id=user.id))
        db.session.flush()
    return commitment


def write_section(
    commitment: Commitment, code: str, body: str, *, base: int, author: User, title: str | None
) -> Section:
    """Save a section over revision `base` (0: nothing yet), and the title with C1.

    Raises:
        NewerVersion: a co-author, or another tab, has saved since.
        CommitmentIsLocked: it is no draft.
    """
    _refuse_if_locked(commitment)
    section = section_of(commitment, code)
    if (section.revision if section else 0) != base:
        raise NewerVersion
    if section is None:
        section = Section(commitment_id=commitment.id, code=code)
        db.session.add(section)
    if title is not None:
        commitment.title = title
    section.body, section.revision = body, base + 1
    section.saved_at, section.saved_by_id = clock.now(), author.id
    db.session.flush()
    return section


def copy_excerpt(commitment: Commitment, code: str, body: str, *, entry: Entry) -> Excerpt:
    """Copy the chosen part of an entry into a section; the entry itself does not change.

    Raises:
        CommitmentIsLocked: it is no draft.
    """
    _refuse_if_locked(commitment)
    excerpt = Excerpt(
        commitment_id=commitment.id,
        code=code,
        body=body,
        author_id=entry.user_id,
        entry_id=entry.id,
        lesson_id=entry.lesson_id,
        block=entry.block,
        copied_at=clock.now(),
    )
    db.session.add(excerpt)
    db.session.flush()
    return excerpt


def withdraw_excerpt(excerpt: Excerpt) -> None:
    """Take a copy out of the commitment. Raises CommitmentIsLocked."""
    _refuse_if_locked(get_commitment(excerpt.commitment_id))
    erasures.erase("excerpt", Excerpt.id == excerpt.id)


def _whole() -> Select[Commitment]:
    return select(Commitment).options(
        joinedload(Commitment.organisation),
        joinedload(Commitment.mentor),
        selectinload(Commitment.authorships).joinedload(Authorship.user),
        selectinload(Commitment.sections).joinedload(Section.saved_by),
        selectinload(Commitment.excerpts).joinedload(Excerpt.author),
    )


def _refuse_if_locked(commitment: Commitment) -> None:
    if not commitment.is_draft:
        raise CommitmentIsLocked
