"""Who people are, and how they come in.

Argon2 is slow on purpose: `prove` and `stretch_new` are called before a writing transaction
begins, the rest inside it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain import codes, passphrases, sealing
from nti_lms.domain.errors import (
    HandleTaken,
    PassphraseWrong,
    RecoveryCodeWrong,
    SealBroken,
)
from nti_lms.domain.keyring import Kek, KeyRing
from nti_lms.domain.passphrases import Recipe, Stretched
from nti_lms.domain.roles import Role
from nti_lms.domain.sealing import KeyContext
from nti_lms.models import Credential, KeyPair, Membership, User
from nti_lms.services import audit

# Each Argon2 call takes 19 MiB; two cores gain nothing from more than two at once.
_ARGON = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Proof:
    """A person who has shown their passphrase, and the private keys that it opened, by pair id."""

    user: User
    stretched: Stretched
    keys: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class NewPassphrase:
    """A chosen passphrase, stretched and ready to be set."""

    recipe: Recipe
    stretched: Stretched


# --- reads ---


def find_user(user_id: int) -> User | None:
    """The person with their memberships, or None once they are gone."""
    query = select(User).where(User.id == user_id).options(joinedload(User.memberships))
    return db.session.scalars(query).unique().first()


def find_by_handle(handle: str) -> User | None:
    """The person who signs in with this name or address, or None."""
    name = normal_handle(handle)
    query = (
        select(User)
        .where((User.handle == name) | (User.email == name))
        .options(joinedload(User.memberships))
    )
    return db.session.scalars(query).unique().first()


def normal_handle(handle: str) -> str:
    """The one form in which handles and addresses are kept and compared."""
    return passphrases.normal(handle).casefold()


def list_key_pairs(user: User) -> Sequence[KeyPair]:
    """A person's key pairs, the newest first."""
    query = select(KeyPair).where(KeyPair.user_id == user.id).order_by(KeyPair.number.desc())
    return db.session.scalars(query).all()


def has_administrator() -> bool:
    """Whether anyone who can come in runs the site."""
    query = (
        select(func.count())
        .select_from(Membership)
        .join(Credential, Credential.user_id == Membership.user_id)
        .where(Membership.role == Role.ADMINISTRATOR)
    )
    return bool(db.session.scalar(query))


# --- slow, without a transaction ---


def prove(user: User | None, passphrase: str, ring: KeyRing) -> Proof | None:
    """Check a passphrase with exactly one Argon2id call, also for a person who does not exist."""
    credential = db.session.get(Credential, user.id) if user else None
    pairs = list_key_pairs(user) if user and credential else []
    db.session.commit()
    recipe = Recipe.parse(credential.recipe) if credential else passphrases.DUMMY
    stretched = _stretch(passphrase, recipe)
    if user is None or credential is None:
        return None
    pepper = ring.pepper_of(credential.verifier)
    if not passphrases.verify(stretched.auth, pepper, credential.verifier):
        return None
    keys = {
        pair.id: _open_pair(pair, stretched, ring)
        for pair in pairs
        if pair.recipe == credential.recipe
    }
    return Proof(user, stretched, keys)


def stretch_new(passphrase: str) -> NewPassphrase:
    """Stretch a chosen passphrase under a fresh recipe."""
    recipe = Recipe.new()
    return NewPassphrase(recipe, _stretch(passphrase, recipe))


def open_old_pair(pair: KeyPair, passphrase: str, ring: KeyRing) -> bytes:
    """The private key of an older pair by the passphrase of its day. Raises PassphraseWrong."""
    try:
        return _open_pair(pair, _stretch(passphrase, Recipe.parse(pair.recipe)), ring)
    except SealBroken:
        raise PassphraseWrong from None


# --- writes ---


def invite(
    name: str,
    handle: str,
    *,
    language: str,
    email: str | None,
    memberships: Sequence[Membership],
    actor: User | None,
) -> User:
    """A person who may come in once they have accepted. Raises HandleTaken."""
    if find_by_handle(handle) or (email and find_by_handle(email)):
        raise HandleTaken
    user = User(
        name=name.strip(),
        handle=normal_handle(handle),
        email=normal_handle(email) if email else None,
        language=language,
        created_at=clock.now(),
        memberships=list(memberships),
    )
    db.session.add(user)
    db.session.flush()
    audit.record("invited", actor_id=actor.id if actor else None, subject_id=user.id)
    return user


def begin(user: User, chosen: NewPassphrase, ring: KeyRing) -> tuple[str, dict[int, bytes]]:
    """Set a first passphrase, or one that replaces a forgotten one without recovery code.

    Gives the new recovery code, to be shown once, and the new private key by pair id. Older
    entries stay sealed under the older pair.
    """
    _set_credential(user, chosen, ring)
    pairs = list_key_pairs(user)
    made, code = sealing.new_key_pair(), codes.new_recovery_code()
    number = pairs[0].number + 1 if pairs else 1
    pair = KeyPair(
        user_id=user.id,
        number=number,
        public_key=made.public,
        recipe=chosen.recipe.dump(),
        by_passphrase=_wrap(made.private, chosen.stretched.kek(ring.pepper), user.id, number),
        by_recovery_code=_wrap_for_code(made.private, code, ring, user.id, number),
        created_at=clock.now(),
    )
    db.session.add(pair)
    db.session.flush()
    audit.record("passphrase-set", actor_id=user.id, subject_id=user.id)
    return code, {pair.id: made.private}


def change_passphrase(proof: Proof, chosen: NewPassphrase, ring: KeyRing) -> None:
    """Set another passphrase; the same private keys, wrapped anew, open the same journal."""
    _set_credential(proof.user, chosen, ring)
    _rewrap(proof.user, proof.keys, chosen, ring)
    audit.record("passphrase-changed", actor_id=proof.user.id, subject_id=proof.user.id)


def recover(user: User, code: str, chosen: NewPassphrase, ring: KeyRing) -> dict[int, bytes]:
    """Set a passphrase with the recovery code, which keeps the journal readable.

    Raises:
        CodeMistyped: a letter of the code is wrong or missing.
        RecoveryCodeWrong: the code is not this person's.
    """
    keys = open_by_code(user, code, ring)
    _set_credential(user, chosen, ring)
    _rewrap(user, keys, chosen, ring)
    audit.record("passphrase-recovered", actor_id=user.id, subject_id=user.id)
    return keys


def open_by_code(user: User, code: str, ring: KeyRing) -> dict[int, bytes]:
    """The private keys that a recovery code opens, by pair id.

    Raises:
        CodeMistyped: a letter of the code is wrong or missing.
        RecoveryCodeWrong: the code opens none of this person's pairs.
    """
    raw, keys = codes.parse_recovery_code(code), dict[int, bytes]()
    for pair in list_key_pairs(user):
        if pair.by_recovery_code is None:
            continue
        kek = codes.recovery_kek(raw, ring.pepper_of(pair.by_recovery_code))
        try:
            keys[pair.id] = sealing.unwrap_private(
                pair.by_recovery_code, kek, KeyContext(user.id, pair.number, "recovery")
            )
        except SealBroken:
            continue
    if not keys:
        raise RecoveryCodeWrong
    return keys


def renew_recovery_code(proof: Proof, ring: KeyRing) -> str:
    """A fresh recovery code, to be shown once; the one before no longer opens anything."""
    code = codes.new_recovery_code()
    for pair in list_key_pairs(proof.user):
        if pair.id in proof.keys:
            private = proof.keys[pair.id]
            pair.by_recovery_code = _wrap_for_code(private, code, ring, pair.user_id, pair.number)
            pair.code_confirmed_at = None
    db.session.flush()
    audit.record("recovery-code-renewed", actor_id=proof.user.id, subject_id=proof.user.id)
    return code


def confirm_recovery_code(user: User) -> None:
    """The person has shown that the code is written down."""
    list_key_pairs(user)[0].code_confirmed_at = clock.now()
    db.session.flush()


def _stretch(passphrase: str, recipe: Recipe) -> Stretched:
    with _ARGON:
        return passphrases.stretch(passphrase, recipe)


def _open_pair(pair: KeyPair, stretched: Stretched, ring: KeyRing) -> bytes:
    kek = stretched.kek(ring.pepper_of(pair.by_passphrase))
    context = KeyContext(pair.user_id, pair.number, "passphrase")
    return sealing.unwrap_private(pair.by_passphrase, kek, context)


def _set_credential(user: User, chosen: NewPassphrase, ring: KeyRing) -> None:
    kept = passphrases.verifier(chosen.stretched.auth, ring.pepper)
    credential = db.session.get(Credential, user.id) or Credential(user_id=user.id)
    credential.recipe, credential.verifier = chosen.recipe.dump(), kept
    credential.changed_at = clock.now()
    db.session.add(credential)
    db.session.flush()


def _rewrap(user: User, keys: dict[int, bytes], chosen: NewPassphrase, ring: KeyRing) -> None:
    kek = chosen.stretched.kek(ring.pepper)
    for pair in list_key_pairs(user):
        if pair.id in keys:
            pair.recipe = chosen.recipe.dump()
            pair.by_passphrase = _wrap(keys[pair.id], kek, user.id, pair.number)
    db.session.flush()


def _wrap(private: bytes, kek: Kek, user_id: int, number: int) -> bytes:
    return sealing.wrap_private(private, kek, KeyContext(user_id, number, "passphrase"))


def _wrap_for_code(private: bytes, code: str, ring: KeyRing, user_id: int, number: int) -> bytes:
    kek = codes.recovery_kek(codes.parse_recovery_code(code), ring.pepper)
    return sealing.wrap_private(private, kek, KeyContext(user_id, number, "recovery"))
