"""The roles of the programme."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in a cohort, in an organisation, or on the site."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    MENTOR = "mentor"
    REPRESENTATIVE = "representative"
    MANAGER = "manager"
    EVALUATOR = "evaluator"
    SAFEGUARDING_CONTACT = "safeguarding-contact"
    ADMINISTRATOR = "administrator"


# Whom each role may invite: only roles below its own.
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.MANAGER}),
    Role.MANAGER: frozenset(
        {
            Role.PARTICIPANT,
            Role.FACILITATOR,
            Role.MENTOR,
            Role.REPRESENTATIVE,
            Role.EVALUATOR,
            Role.SAFEGUARDING_CONTACT,
        }
    ),
}
