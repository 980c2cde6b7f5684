"""The tables. Import them from here; a file in this folder imports its elders by path."""

from nti_lms.models.audit import Event
from nti_lms.models.calendar import CalendarFeed
from nti_lms.models.certificates import Certificate
from nti_lms.models.cohorts import Cohort, Installment, Phase
from nti_lms.models.commitments import Authorship, Commitment, Excerpt, Section
from nti_lms.models.curriculum import Lesson, Module, Register, Revision, RevisionText
from nti_lms.models.erasures import Erasure
from nti_lms.models.jobs import Job
from nti_lms.models.journal import Entry
from nti_lms.models.keys import Credential, KeyPair
from nti_lms.models.outbox import Message
from nti_lms.models.people import Membership, Organisation, User
from nti_lms.models.programme import (
    AgendaItem,
    Attendance,
    Placement,
)
from nti_lms.models.progress import LessonProgress
from nti_lms.models.quizzes import Answer, Attempt
from nti_lms.models.receipts import Receipt
from nti_lms.models.search import Findable
from nti_lms.models.second_step import Authenticator, BackupCode, Passkey
from nti_lms.models.sessions import Session
from nti_lms.models.throttle import Failure
from nti_lms.models.tickets import Ticket
from nti_lms.models.workbooks import Workbook

__all__ = [
    "AgendaItem",
    "Answer",
    "Attempt",
    "Attendance",
    "Authenticator",
    "Authorship",
    "BackupCode",
    "CalendarFeed",
    "Certificate",
    "Cohort",
    "Commitment",
    "Credential",
    "Entry",
    "Erasure",
    "Event",
    "Excerpt",
    "Failure",
    "Findable",
    "Installment",
    "Job",
    "KeyPair",
    "Lesson",
    "LessonProgress",
    "Membership",
    "Message",
    "Module",
    "Organisation",
    "Passkey",
    "Phase",
    "Placement",
    "Receipt",
    "Register",
    "Revision",
    "RevisionText",
    "Section",
    "Session",
    "Ticket",
    "User",
    "Workbook",
]
