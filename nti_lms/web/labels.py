"""Words for what the database keeps as codes: roles, events, relations."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from nti_lms.domain.items import Doubt
from nti_lms.domain.roles import Role
from nti_lms.web.agents import name_agent

ROLES = {
    Role.PARTICIPANT: _l("Participant"),
    Role.FACILITATOR: _l("Facilitator"),
    Role.MENTOR: _l("Mentor"),
    Role.REPRESENTATIVE: _l("Representative of an organisation"),
    Role.MANAGER: _l("Programme manager"),
    Role.EVALUATOR: _l("Evaluator"),
    Role.SAFEGUARDING_CONTACT: _l("Safeguarding contact"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
MODES = {
    "in-person": _l("In person"),
    "virtual": _l("Online"),
    "hybrid": _l("Hybrid: some in person, some online"),
}
PHASES = {
    "F0": _l("Preparation"),
    "F1": _l("First gathering"),
    "F2": _l("Design of the commitment"),
    "F3": _l("Between the gatherings"),
    "F4": _l("Second gathering"),
    "F5": _l("Sharing and follow-up"),
}
ATTENDANCE = {
    "present": _l("Present"),
    "absent": _l("Absent"),
    "excused": _l("Excused"),
}
RULES = {
    "now": _l("Open now"),
    "phase": _l("With its phase"),
    "day": _l("On a day"),
}
EVENTS = {
    "invited": _l("You were invited"),
    "signed-in": _l("Signed in"),
    "passphrase-set": _l("A passphrase was chosen"),
    "passphrase-changed": _l("The passphrase was changed"),
    "passphrase-recovered": _l("A new passphrase was chosen with the recovery code"),
    "recovery-code-renewed": _l("A new recovery sheet was made"),
    "second-step-app": _l("A second step was set up, with an app"),
    "passkey-added": _l("A passkey was added for the second step"),
    "passkey-removed": _l("A passkey was removed"),
    "backup-codes-renewed": _l("New backup codes were made"),
    "backup-code-used": _l("A backup code was used"),
    "second-step-off": _l("The second step was turned off"),
    "session-ended": _l("A session was ended"),
    "sessions-ended": _l("Other sessions were ended"),
    "journal-erased": _l("The journal was erased"),
    "calendar-made": _l("A new address for the calendar was made"),
    "calendar-stopped": _l("The calendar's address was ended"),
    "invitation-code": _l("A code to sign in was made"),
    "reset-code": _l("A code for a new passphrase was made"),
    "certificate-issued": _l("A certificate of participation was issued to you"),
    "certificate-revoked": _l("A certificate of participation was revoked"),
}
GATHERINGS = {1: PHASES["F1"], 2: PHASES["F4"]}
# What stands beside a block; a text needs no name.
BLOCKS = {
    "case": _l("Case"),
    "fact": _l("Figure with its source"),
    "activity": _l("Activity"),
    "reflection": _l("Reflection"),
    "quiz": _l("Quiz"),
    "content-note": _l("Content note"),
}
ASPECTS = {
    "content": _l("Content"),
    "law": _l("Law"),
    "safeguarding": _l("Safeguarding"),
}
REGISTERS = {
    "evidence": _l("Figures and their sources"),
    "glossary": _l("Glossary"),
    "help": _l("Help services"),
    "plan": _l("Commitment to Action"),
    "programme": _l("What is told of the programme"),
}
DOUBTS = {
    Doubt.AGAINST: _l("Goes against the rest"),
    Doubt.GUESSED: _l("No better than guessing"),
    Doubt.HARD: _l("Hard"),
    Doubt.EASY: _l("Very easy"),
    Doubt.WEAK: _l("Hardly goes with the rest"),
}
# How a page names the relations of policy's tables of readers.
READERS = {
    "author": _l("you"),
    "authors": _l("those who write the commitment"),
    "mentor": _l("its mentor"),
    "commitment-mentor": _l("the mentor of your commitment"),
    "cohort-facilitator": _l("those who facilitate your cohort"),
    "representative": _l("the representative of the organisation"),
    "manager": _l("those who coordinate the programme"),
}


def init_app(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters["gathering_label"] = lambda number: GATHERINGS[number]
    app.jinja_env.filters["attendance_label"] = lambda state: ATTENDANCE[state]
    app.jinja_env.filters["mode_label"] = lambda mode: MODES[mode]
    app.jinja_env.filters["phase_label"] = lambda code: PHASES[code]
    app.jinja_env.filters["agent_label"] = name_agent
    app.jinja_env.filters["aspect_label"] = lambda aspect: ASPECTS[aspect]
    app.jinja_env.filters["register_label"] = lambda name: REGISTERS.get(name, name)
    app.jinja_env.filters["block_label"] = lambda kind: BLOCKS.get(kind, "")
    app.jinja_env.filters["doubt_label"] = lambda doubt: DOUBTS[doubt]
    app.jinja_env.filters["event_label"] = lambda kind: EVENTS.get(kind, kind)
    app.jinja_env.filters["role_label"] = lambda role: ROLES[Role(role)]
    app.jinja_env.filters["reader_label"] = lambda relation: READERS[relation]
