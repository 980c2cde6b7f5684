"""Sessions: opened, found by the hash of their token, listed, ended."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from nti_lms import clock
from nti_lms.database import apart, db
from nti_lms.domain import codes, sealing
from nti_lms.domain.errors import NotFound, SessionEnded
from nti_lms.domain.roles import Role
from nti_lms.models import Session, User

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
OWN_PHONE_IDLE = timedelta(days=14)
OWN_PHONE_LONGEST = timedelta(days=90)
STAFF_OWN_PHONE_IDLE = timedelta(hours=12)
STAFF_OWN_PHONE_LONGEST = timedelta(days=7)
JOURNAL_IDLE = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
SECOND_STEP_LASTS = timedelta(minutes=10)

# Every request asks it, so it is put together once.
_OF_TOKEN = (
    select(Session, User)
    .join(User, User.id == Session.user_id)
    .where(Session.token_hash == bindparam("hash"))
    .options(joinedload(User.memberships))
)

# --- reads ---


def find(token: str) -> tuple[Session, User] | None:
    """The live session of a cookie's token and its person with memberships, in one statement."""
    row = db.session.execute(_OF_TOKEN, {"hash": codes.token_hash(token)}).unique().first()
    if row is None:
        return None
    if not _is_live(row[0], row[1], clock.now()):
        with suppress(DBAPIError):  # ended for good: a clock that is set back revives nothing
            end(token)
        return None
    return row[0], row[1]


def list_sessions(user: User) -> Sequence[Session]:
    """A person's sessions, the latest seen first."""
    query = select(Session).where(Session.user_id == user.id).order_by(Session.seen_at.desc())
    return db.session.scalars(query).all()


def get_session(name: str) -> Session:
    """The session of that name. Raises NotFound."""
    is_hash = len(name) == 64 and set(name) <= set("0123456789abcdef")
    session = db.session.get(Session, bytes.fromhex(name)) if is_hash else None
    if session is None:
        raise NotFound
    return session


def journal_keys(session: Session, token: str) -> dict[int, bytes]:
    """The private keys of an open journal by key pair id; empty while it is closed."""
    used = session.journal_used_at
    if session.sealed_keys is None or used is None or clock.now() - used > JOURNAL_IDLE:
        return {}
    return sealing.open_keys(session.sealed_keys, token)


# --- writes ---


def open_session(
    user: User,
    keys: Mapping[int, bytes],
    *,
    is_own_phone: bool,
    agent: str,
    second_step: str = "none",
) -> tuple[str, Session]:
    """A new session with the journal open: the token for the cookie, and its row.

    One that awaits the second step is short and lets nobody in.
    """
    token, now = codes.new_token(), clock.now()
    longest = _limits(user, is_own_phone=is_own_phone)[1]
    if second_step == "awaited":
        longest = SECOND_STEP_LASTS
    session = Session(
        token_hash=codes.token_hash(token),
        user_id=user.id,
        is_own_phone=is_own_phone,
        agent=agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=now + longest,
        second_step=second_step,
        **_sealed(keys, token),
    )
    db.session.add(session)
    db.session.flush()
    return token, session


def renew(
    session: Session,
    user: User,
    token: str,
    *,
    second_step: str | None = None,
    keys: Mapping[int, bytes] | None = None,
) -> tuple[str, Session]:
    """The same browser under a new token, so that a token seen earlier opens nothing more.

    `keys` open the journal; without them it stays as open as it was. Raises SessionEnded: it was
    ended elsewhere in the meantime, and does not come back.
    """
    own = Session.token_hash == session.token_hash
    if db.session.execute(delete(Session).where(own)).rowcount != 1:  # type: ignore[attr-defined]
        raise SessionEnded
    return open_session(
        user,
        journal_keys(session, token) if keys is None else keys,
        is_own_phone=session.is_own_phone,
        agent=session.agent,
        second_step=second_step or session.second_step,
    )


def lock(session: Session) -> None:
    """Close the journal of this session."""
    _set(session, sealed_keys=None, journal_used_at=None)


def touch(session: Session) -> None:
    """Note that the session is in use, at most once a minute, in a transaction of its own."""
    now = clock.now()
    if now - session.seen_at < SEEN_EVERY:
        return
    set_committed_value(session, "seen_at", now)  # written below, and only there
    with suppress(DBAPIError), apart() as writing:  # a page is read all the same
        own = Session.token_hash == session.token_hash
        writing.execute(update(Session).where(own).values(seen_at=now))


def touch_journal(session: Session) -> None:
    """Note that the journal is being read, so that its idle lock begins anew."""
    now = clock.now()
    if session.journal_used_at is None or now - session.journal_used_at < SEEN_EVERY:
        return
    set_committed_value(session, "journal_used_at", now)
    with suppress(DBAPIError), apart() as writing:
        open_ones = (Session.token_hash == session.token_hash) & Session.sealed_keys.is_not(None)
        writing.execute(update(Session).where(open_ones).values(journal_used_at=now))


def shut(session: Session) -> None:
    """The idle lock, for good: a clock that is set back does not open the journal again."""
    is_same = Session.journal_used_at == session.journal_used_at  # not opened anew meanwhile
    with suppress(DBAPIError), apart() as writing:
        own = (Session.token_hash == session.token_hash) & is_same
        writing.execute(update(Session).where(own).values(sealed_keys=None, journal_used_at=None))


def end(token: str) -> None:
    """End a session at once, also from a GET such as quick exit."""
    with apart() as writing:
        writing.execute(delete(Session).where(Session.token_hash == codes.token_hash(token)))


def end_session(session: Session) -> None:
    """End one of a person's sessions."""
    db.session.delete(session)
    db.session.flush()


def end_others(user: User, session: Session | None) -> None:
    """End all of a person's sessions but this one."""
    others = Session.user_id == user.id
    if session is not None:
        others &= Session.token_hash != session.token_hash
    db.session.execute(delete(Session).where(others))


def sweep() -> None:
    """Forget sessions that have run out, and the keys of journals left open."""
    now = clock.now()
    db.session.execute(delete(Session).where(Session.expires_at < now))
    idle = Session.journal_used_at < now - JOURNAL_IDLE
    db.session.execute(update(Session).where(idle).values(sealed_keys=None, journal_used_at=None))


def _sealed(keys: Mapping[int, bytes], token: str) -> dict[str, Any]:
    """What a row holds of an open journal; nothing without keys."""
    return {
        "sealed_keys": sealing.seal_keys(keys, token) if keys else None,
        "journal_used_at": clock.now() if keys else None,
    }


def _set(session: Session, **values: Any) -> None:
    own = Session.token_hash == session.token_hash
    db.session.execute(update(Session).where(own).values(values))


def _limits(user: User, *, is_own_phone: bool) -> tuple[timedelta, timedelta]:
    if not is_own_phone:
        return IDLE, LONGEST
    if any(membership.role != Role.PARTICIPANT for membership in user.memberships):
        return STAFF_OWN_PHONE_IDLE, STAFF_OWN_PHONE_LONGEST
    return OWN_PHONE_IDLE, OWN_PHONE_LONGEST


def _is_live(session: Session, user: User, now: datetime) -> bool:
    idle = _limits(user, is_own_phone=session.is_own_phone)[0]
    return now < session.expires_at and now - session.seen_at < idle
