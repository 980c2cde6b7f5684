"""The second step of signing in: set up, shown, renewed, taken away."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, func, or_, select, update

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import codes, second_step
from nti_lms.domain.errors import CodeMistyped, SecondStepWrong
from nti_lms.domain.keyring import KeyRing
from nti_lms.models import Authenticator, BackupCode, Passkey, User
from nti_lms.services import audit, erasures

CODES = 8


@dataclass(frozen=True, slots=True)
class Means:
    """What a person has for the second step: an app or not, passkeys, codes left on paper."""

    has_app: bool
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def is_set(self) -> bool:
        """Whether the second step is asked for at the door."""
        return self.has_app or bool(self.passkeys)


# --- reads ---


def is_set(user: User) -> bool:
    """Whether this person shows a second step at the door."""
    confirmed = Authenticator.confirmed_at.is_not(None)
    has_app = exists().where(Authenticator.user_id == user.id, confirmed)
    has_passkey = exists().where(Passkey.user_id == user.id)
    return bool(db.session.scalar(select(or_(has_app, has_passkey))))


def get_means(user: User) -> Means:
    """What this person has, for the page of their account."""
    passkeys = select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)
    left = select(func.count()).where(BackupCode.user_id == user.id)
    return Means(
        has_app=_find_app(user, is_confirmed=True) is not None,
        passkeys=tuple(db.session.scalars(passkeys)),
        codes_left=db.session.scalar(left) or 0,
    )


def find_new_secret(user: User, ring: KeyRing) -> str | None:
    """The secret of an app that awaits its first code; a confirmed one is never shown again."""
    app = _find_app(user, is_confirmed=False)
    return _open(app, ring) if app else None


def _find_app(user: User, *, is_confirmed: bool) -> Authenticator | None:
    state = (
        Authenticator.confirmed_at.is_not(None)
        if is_confirmed
        else (Authenticator.confirmed_at.is_(None))
    )
    return db.session.scalar(select(Authenticator).where(Authenticator.user_id == user.id, state))


# --- writes ---


def begin_app(user: User, ring: KeyRing) -> None:
    """Make a secret for an app; one that works goes on working until this one is confirmed."""
    if unfinished := _find_app(user, is_confirmed=False):
        db.session.delete(unfinished)
    sealed = ring.wrap(second_step.new_secret().encode(), context(user.id))
    db.session.add(Authenticator(user_id=user.id, sealed_secret=sealed, created_at=clock.now()))
    db.session.flush()


def confirm_app(user: User, typed: str, ring: KeyRing) -> None:
    """Take the first code of a new app, which replaces the one before. Raises SecondStepWrong."""
    app, old = (_find_app(user, is_confirmed=state) for state in (False, True))
    if app is None or not _take_step(app, typed, ring):
        raise SecondStepWrong
    if old is not None:
        db.session.delete(old)
    app.confirmed_at = clock.now()
    db.session.flush()
    audit.record("second-step-app", actor_id=user.id, subject_id=user.id)


def show(user: User, typed: str, ring: KeyRing) -> None:
    """Take a code of the app, or one from paper, once. Raises SecondStepWrong."""
    app = _find_app(user, is_confirmed=True)
    if app is None or not _take_step(app, typed, ring):
        _spend_code(user, typed)


def renew_codes(user: User) -> list[str]:
    """Fresh codes for paper, to be shown once; the ones before no longer hold."""
    db.session.execute(delete(BackupCode).where(BackupCode.user_id == user.id))
    made, now = [codes.new_paper_code() for _ in range(CODES)], clock.now()
    db.session.add_all(
        BackupCode(code_hash=codes.token_hash(code), user_id=user.id, created_at=now)
        for code in made
    )
    db.session.flush()
    audit.record("backup-codes-renewed", actor_id=user.id, subject_id=user.id)
    return made


def forget(user: User, *, actor: User | None) -> None:
    """Take every second step of a person away; at the next sign-in none is asked for."""
    erasures.erase("passkey", Passkey.user_id == user.id)
    for table in (Authenticator, BackupCode):
        db.session.execute(delete(table).where(table.user_id == user.id))
    audit.record("second-step-off", actor_id=actor.id if actor else None, subject_id=user.id)


def _take_step(app: Authenticator, typed: str, ring: KeyRing) -> bool:
    """Whether the code fits; two requests with the same code take it once."""
    secret = _open(app, ring)
    step = second_step.matching_step(secret, typed, at=clock.now(), after=app.last_step)
    if step is None:
        return False
    unused = (Authenticator.id == app.id) & (Authenticator.last_step < step)
    taken = db.session.execute(update(Authenticator).where(unused).values(last_step=step))
    return taken.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def _spend_code(user: User, typed: str) -> None:
    try:
        code = codes.normal_paper_code(typed)
    except CodeMistyped:
        raise SecondStepWrong from None
    own = (BackupCode.user_id == user.id) & (BackupCode.code_hash == codes.token_hash(code))
    if db.session.execute(delete(BackupCode).where(own)).rowcount != 1:  # type: ignore[attr-defined]
        raise SecondStepWrong
    audit.record("backup-code-used", actor_id=user.id, subject_id=user.id)


def _open(app: Authenticator, ring: KeyRing) -> str:
    return ring.unwrap(app.sealed_secret, context(app.user_id)).decode()


def context(user_id: int) -> bytes:
    """Where the secret of an app opens, and nowhere else."""
    return f"authenticator.sealed_secret:{user_id}".encode()
