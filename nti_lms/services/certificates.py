"""Certificates of participation: issued by hand, checked by their code, revoked with a reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import codes
from nti_lms.domain.errors import AlreadyCertified, CertificateRevoked, NotFound
from nti_lms.domain.participation import Participation, Threshold
from nti_lms.models import Certificate, Cohort, Membership, User
from nti_lms.services import audit, participants, participation
from nti_lms.services.outline import ModuleLine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A participant without a valid certificate, and what there is to certify."""

    user_id: int
    name: str
    organisation: str
    participation: Participation


# --- reads ---


def get_certificate(certificate_id: int) -> Certificate:
    """The certificate of that id. Raises NotFound."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None:
        raise NotFound
    return certificate


def find_by_code(code: str) -> Certificate | None:
    """The certificate that bears this code, as it is printed; None if there is none."""
    return db.session.scalar(select(Certificate).where(Certificate.code == code))


def list_own(user: User) -> Sequence[Certificate]:
    """All that were issued to this person, the latest first."""
    query = (
        select(Certificate).where(Certificate.user_id == user.id).order_by(Certificate.id.desc())
    )
    return db.session.scalars(query).all()


def latest_of(cohort: Cohort, user_ids: Collection[int]) -> dict[int, Certificate]:
    """The latest certificate of each of these people in the cohort, by user id."""
    own = (Certificate.cohort_id == cohort.id) & Certificate.user_id.in_(list(user_ids))
    query = select(Certificate).where(own).order_by(Certificate.id)
    return {one.user_id: one for one in db.session.scalars(query) if one.user_id is not None}


def list_of_others(cohort: Cohort) -> Sequence[Certificate]:
    """Those of the cohort whose holders are no participants of it any more, by name."""
    is_here = participants.in_cohort(cohort.id) & (Membership.user_id == Certificate.user_id)
    query = (
        select(Certificate)
        .where(Certificate.cohort_id == cohort.id, ~select(Membership.id).where(is_here).exists())
        .order_by(Certificate.name, Certificate.id)
    )
    return db.session.scalars(query).all()


def list_candidates(cohort: Cohort, modules: Sequence[ModuleLine]) -> list[Candidate]:
    """The participants to whom one can be issued, by name: three statements."""
    found = participation.of_people(cohort, modules)
    is_theirs = (Certificate.cohort_id == cohort.id) & (Certificate.user_id == User.id)
    valid = select(Certificate.id).where(is_theirs, Certificate.revoked_at.is_(None))
    query = participants.by_name(cohort.id).where(~valid.exists())
    return [
        Candidate(user_id, name, organisation or "", found[user_id])
        for user_id, name, organisation in db.session.execute(query)
        if user_id in found
    ]


def meeting(threshold: Threshold, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those among `candidates` who took part as much as that."""
    return [one for one in candidates if threshold.is_met(one.participation)]


# --- writes ---


def issue(cohort: Cohort, chosen: Sequence[Candidate], *, actor: User) -> list[Certificate]:
    """Certify what each of these took part in, as it is noted now.

    Raises:
        AlreadyCertified: one of them has got a certificate meanwhile; then nobody gets one.
    """
    made = [_write(cohort, one, actor) for one in chosen]
    try:
        with db.session.begin_nested():
            db.session.add_all(made)
    except IntegrityError as fault:
        raise AlreadyCertified from fault
    for one in made:
        audit.record(
            "certificate-issued",
            actor_id=actor.id,
            subject_id=one.user_id,
            certificate=one.id,
            cohort=cohort.id,
        )
    return made


def revoke(certificate: Certificate, reason: str, *, actor: User) -> None:
    """From now on it does not hold. Raises CertificateRevoked when it was revoked before."""
    refuse_revoked(certificate)
    certificate.revoked_at, certificate.reason = clock.now(), reason
    db.session.flush()
    audit.record(
        "certificate-revoked",
        actor_id=actor.id,
        subject_id=certificate.user_id,
        certificate=certificate.id,
        cohort=certificate.cohort_id,
    )


def refuse_revoked(certificate: Certificate) -> None:
    """Raises CertificateRevoked for one that does not hold."""
    if certificate.revoked_at is not None:
        raise CertificateRevoked


def _write(cohort: Cohort, candidate: Candidate, actor: User) -> Certificate:
    return Certificate(
        code=codes.new_paper_code(),
        user_id=candidate.user_id,
        cohort_id=cohort.id,
        name=candidate.name,
        cohort_name=cohort.name,
        facts=candidate.participation.to_json(),
        is_fictitious=cohort.is_fictitious,
        issued_by_id=actor.id,
        issued_at=clock.now(),
    )
