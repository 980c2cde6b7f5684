"""Who may do what: the only file that answers it.

Each rule takes the person, then the thing, and reads as a sentence behind `may`:
`may.edit_commitment(user, commitment)`. Guards, templates and tests all ask here. Where a page
says who can read something, it lists the relations of the same table that the rule asks.
"""

from collections.abc import Callable, Iterable, Mapping

from nti_lms.domain.roles import MAY_GRANT, Role
from nti_lms.models import (
    AgendaItem,
    Attempt,
    Certificate,
    Cohort,
    Commitment,
    Entry,
    Excerpt,
    Installment,
    Lesson,
    Membership,
    Organisation,
    Passkey,
    Revision,
    Session,
    User,
    Workbook,
)

# Whoever sees other people's work, or can change what they read. A representative sees titles.
STAFF = frozenset(Role) - {Role.PARTICIPANT, Role.REPRESENTATIVE}

# Which relation to a thing lets one read it. The names are what pages show as readers.
ENTRY_READERS: Mapping[str, Callable[[User, Entry], bool]] = {
    "author": lambda user, entry: user.id == entry.user_id,
}
ATTEMPT_READERS: Mapping[str, Callable[[User, Attempt], bool]] = {
    "author": lambda user, attempt: user.id == attempt.user_id,
}
COMMITMENT_READERS: Mapping[str, Callable[[User, Commitment], bool]] = {
    "authors": lambda user, commitment: (
        user.id in commitment.author_ids
        and commitment.cohort_id in user.cohort_ids(Role.PARTICIPANT)
    ),
    "mentor": lambda user, commitment: (
        user.id == commitment.mentor_id and commitment.cohort_id in user.cohort_ids(Role.MENTOR)
    ),
    "representative": lambda user, commitment: user.represents(
        commitment.organisation_id, cohort_id=commitment.cohort_id
    ),
    "manager": lambda user, commitment: commitment.cohort_id in user.cohort_ids(Role.MANAGER),
}
CERTIFICATE_READERS: Mapping[str, Callable[[User, Certificate], bool]] = {
    "author": lambda user, certificate: user.id == certificate.user_id,
    "manager": lambda user, certificate: certificate.cohort_id in user.cohort_ids(Role.MANAGER),
}
# On which days of a gathering somebody was noted as present, absent or excused.
ATTENDANCE_READERS: Mapping[str, Callable[[User, User, Installment], bool]] = {
    "author": lambda user, person, _: user.id == person.id,
    "cohort-facilitator": lambda user, _, installment: (
        installment.cohort_id in user.cohort_ids(Role.FACILITATOR)
    ),
    "manager": lambda user, _, installment: installment.cohort_id in user.cohort_ids(Role.MANAGER),
}
# How much a participant has read; the third argument holds the commitments to look in.
PROGRESS_READERS: Mapping[str, Callable[[User, User, Iterable[Commitment]], bool]] = {
    "author": lambda user, person, _: user.id == person.id,
    "commitment-mentor": lambda user, person, plans: any(
        COMMITMENT_READERS["mentor"](user, plan) and edit_commitment(person, plan) for plan in plans
    ),
    "representative": lambda user, person, _: any(
        user.represents(membership.organisation_id, cohort_id=membership.cohort_id)
        for membership in person.memberships
        if membership.role == Role.PARTICIPANT
    ),
    "cohort-facilitator": lambda user, person, _: bool(
        user.cohort_ids(Role.FACILITATOR) & person.cohort_ids(Role.PARTICIPANT)
    ),
    "manager": lambda user, person, _: bool(
        user.cohort_ids(Role.MANAGER) & person.cohort_ids(Role.PARTICIPANT)
    ),
}
# The day a participant was last here, in the lists of their cohort.
SEEN_READERS = {
    name: PROGRESS_READERS[name] for name in ("author", "cohort-facilitator", "manager")
}


# --- oneself ---


def use_site(user: User) -> bool:
    """Everyone who has signed in: their own account and what it holds."""
    return True


def end_session(user: User, session: Session) -> bool:
    """One's own sessions."""
    return session.user_id == user.id


def owes_second_step(user: User) -> bool:
    """Staff sign in with a second step; for others it is a choice, as many share a phone."""
    return any(membership.role in STAFF for membership in user.memberships)


def remove_passkey(user: User, passkey: Passkey) -> bool:
    """One's own passkeys."""
    return passkey.user_id == user.id


# --- learning ---


def learn(user: User) -> bool:
    """Everyone who takes part; an administrator only through another role."""
    return any(membership.role != Role.ADMINISTRATOR for membership in user.memberships)


def learn_module(user: User, module: object) -> bool:
    """Everyone who takes part."""
    return learn(user)


def read_lesson(user: User, lesson: object) -> bool:
    """Published lessons are open to everyone who takes part."""
    return learn(user)


def search(user: User) -> bool:
    """Everyone who takes part, through what all of them may read."""
    return learn(user)


def read_progress(user: User, person: User, plans: Iterable[Commitment] = ()) -> bool:
    """Oneself, one's mentor, one's organisation's representatives, those who run one's cohort."""
    return any(stands(user, person, plans) for stands in PROGRESS_READERS.values())


def follow_people(user: User) -> bool:
    """Whoever follows participants one by one."""
    return any(user.has_role(role) for role in (Role.MENTOR, Role.REPRESENTATIVE, Role.MANAGER))


def accompany(user: User) -> bool:
    """Whoever stands beside a commitment without writing it."""
    return user.has_role(Role.MENTOR) or user.has_role(Role.REPRESENTATIVE)


def count_cohort(user: User, cohort_id: int) -> bool:
    """How many have read what, to the last person: those who facilitate or coordinate it."""
    return cohort_id in counted_cohorts(user)


def counted_cohorts(user: User) -> set[int]:
    """The cohorts of `count_cohort`, by id."""
    return user.cohort_ids(Role.FACILITATOR, Role.MANAGER)


def read_item_statistics(user: User, lesson: object = None) -> bool:
    """How questions did with groups: those who facilitate or coordinate a cohort."""
    return bool(counted_cohorts(user))


def read_attempt(user: User, attempt: Attempt) -> bool:
    """One's own attempts."""
    return any(stands(user, attempt) for stands in ATTEMPT_READERS.values())


def answer_attempt(user: User, attempt: Attempt) -> bool:
    """One's own, while one takes part."""
    return read_attempt(user, attempt) and learn(user)


def read_entry(user: User, entry: Entry) -> bool:
    """The author alone, whatever anyone's role."""
    return any(stands(user, entry) for stands in ENTRY_READERS.values())


def carry_entry(user: User, entry: Entry) -> bool:
    """The author, who also writes a commitment."""
    return read_entry(user, entry) and write_commitment(user)


# --- commitments ---


def list_commitments(user: User) -> bool:
    """Everyone who takes part; what they find there is another question."""
    return learn(user)


def read_commitment(user: User, commitment: Commitment) -> bool:
    """Its authors, its mentor, its organisation's representatives, its cohort's managers."""
    return any(stands(user, commitment) for stands in COMMITMENT_READERS.values())


def edit_commitment(user: User, commitment: Commitment) -> bool:
    """Its authors, while they take part in its cohort."""
    return COMMITMENT_READERS["authors"](user, commitment)


def withdraw_excerpt(user: User, excerpt: Excerpt) -> bool:
    """Whoever copied it there."""
    return excerpt.author_id == user.id


def write_commitment(user: User) -> bool:
    """Participants, for the organisation that sends them."""
    return user.has_role(Role.PARTICIPANT)


# --- authoring ---


def write_lessons(user: User) -> bool:
    """Facilitators."""
    return user.has_role(Role.FACILITATOR)


def write_lesson(user: User, lesson: Lesson) -> bool:
    """Facilitators."""
    return write_lessons(user)


def read_revision(user: User, revision: Revision) -> bool:
    """Facilitators."""
    return write_lessons(user)


# --- workbooks ---


def read_workbooks(user: User) -> bool:
    """Everyone who takes part."""
    return learn(user)


def read_own_workbook(user: User, module: object) -> bool:
    """Everyone who takes part, with their own words in it."""
    return learn(user)


def read_facilitation(user: User) -> bool:
    """Answers and session plans: those who facilitate, coordinate or represent an organisation."""
    return any(
        user.has_role(role) for role in (Role.FACILITATOR, Role.MANAGER, Role.REPRESENTATIVE)
    )


def read_workbook(user: User, workbook: Workbook) -> bool:
    """The participant's edition: all who take part. The facilitator's: see `read_facilitation`."""
    return learn(user) if workbook.edition == "participant" else read_facilitation(user)


# --- cohorts and people ---


def see_cohorts(user: User) -> bool:
    """Whoever facilitates or coordinates one, and administrators."""
    return user.has_role(Role.FACILITATOR) or found_cohort(user)


def see_cohort(user: User, cohort: Cohort) -> bool:
    """Its people, and how far they are: those who facilitate or coordinate it."""
    return count_cohort(user, cohort.id)


def see_plan(user: User, cohort: Cohort) -> bool:
    """Its days, gatherings and modules: those who facilitate or coordinate it, administrators."""
    return see_cohort(user, cohort) or run_site(user)


def see_agenda(user: User, installment: Installment) -> bool:
    """Everyone of the cohort, whatever they are there."""
    return installment.cohort_id in user.cohort_ids(*Role)


def keep_calendar(user: User) -> bool:
    """A calendar of one's own: everyone of a cohort."""
    return bool(user.cohort_ids(*Role))


def see_calendar(user: User, cohort: Cohort) -> bool:
    """Everyone of the cohort, as its agendas."""
    return cohort.id in user.cohort_ids(*Role)


def attend(user: User, installment: Installment | None = None) -> bool:
    """Participants, the gatherings of their cohorts."""
    own = user.cohort_ids(Role.PARTICIPANT)
    return installment.cohort_id in own if installment else bool(own)


def read_attendance(user: User, person: User, installment: Installment) -> bool:
    """One's own, and that of the participants of a cohort that one facilitates or coordinates."""
    return any(stands(user, person, installment) for stands in ATTENDANCE_READERS.values())


def run_installment(user: User, installment: Installment) -> bool:
    """Its agenda and who was there: those who facilitate or coordinate the cohort."""
    return count_cohort(user, installment.cohort_id)


def plan_session(user: User, item: AgendaItem) -> bool:
    """A session of a gathering that one runs."""
    return run_installment(user, item.installment)


def found_cohort(user: User) -> bool:
    """Managers, who coordinate what they found; administrators, who then invite who does."""
    return user.has_role(Role.MANAGER) or run_site(user)


def plan_cohort(user: User, cohort: Cohort) -> bool:
    """Its name, days, gatherings and modules: its managers, and administrators."""
    return manage_cohort(user, cohort) or run_site(user)


def manage_cohort(user: User, cohort: Cohort) -> bool:
    """Its people, mentors and certificates: its managers."""
    return cohort.id in user.cohort_ids(Role.MANAGER)


def read_certificate(user: User, certificate: Certificate) -> bool:
    """Its holder, whatever their role is now, and its cohort's managers."""
    return any(stands(user, certificate) for stands in CERTIFICATE_READERS.values())


def revoke_certificate(user: User, certificate: Certificate) -> bool:
    """Its cohort's managers."""
    return CERTIFICATE_READERS["manager"](user, certificate)


def invite_people(user: User) -> bool:
    """Managers to their cohorts, administrators to the site."""
    return any(user.has_role(role) for role in MAY_GRANT)


def grant(user: User, role: Role) -> bool:
    """Only roles below one's own."""
    return any(user.has_role(own) and role in granted for own, granted in MAY_GRANT.items())


def grant_in(user: User, role: Role, cohort: Cohort) -> bool:
    """Managers in their own cohorts; administrators, who will coordinate any of them."""
    return any(
        role in MAY_GRANT[own] and is_there
        for own, is_there in (
            (Role.MANAGER, manage_cohort(user, cohort)),
            (Role.ADMINISTRATOR, run_site(user)),
        )
    )


def run_site(user: User) -> bool:
    """Administrators."""
    return user.has_role(Role.ADMINISTRATOR)


def keep_organisations(user: User) -> bool:
    """Administrators; managers name them as they invite."""
    return run_site(user)


def keep_organisation(user: User, organisation: Organisation) -> bool:
    """Administrators."""
    return keep_organisations(user)


def see_person(user: User, person: User) -> bool:
    """Managers see the people of their cohorts; administrators those who run them or the site."""
    own = user.cohort_ids(Role.MANAGER)
    runs_site = user.has_role(Role.ADMINISTRATOR)
    return any(
        membership.cohort_id in own
        or (runs_site and membership.role in (Role.ADMINISTRATOR, Role.MANAGER))
        for membership in person.memberships
    )


def hand_code(user: User, person: User) -> bool:
    """To the people one sees, if none of their roles is beside or above one's own; not to oneself.

    Whoever holds a code can come in as that person.
    """
    return (
        user.id != person.id
        and see_person(user, person)
        and (
            user.has_role(Role.ADMINISTRATOR)
            or all(_is_below(user, membership) for membership in person.memberships)
        )
    )


def _is_below(user: User, membership: Membership) -> bool:
    """Whether a role is below one's own and in one's own cohorts; others take part wherever."""
    is_here = membership.cohort_id in user.cohort_ids(Role.MANAGER)
    role = Role(membership.role)
    return grant(user, role) and (is_here or role == Role.PARTICIPANT)
