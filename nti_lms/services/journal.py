"""The journal. Words are sealed as soon as they arrive; only their author's keys open them.

An entry's words are a mapping: under "text", or under the id of each box of its prompt.
"""

import json
import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from nti_lms import clock
from nti_lms.database import db
from nti_lms.domain.errors import JournalIsClosed, NewerVersion, NotFound
from nti_lms.domain.keyring import KeyRing
from nti_lms.domain.sealing import Context, open_for, seal_for
from nti_lms.models import Entry, Excerpt, KeyPair, User
from nti_lms.services import erasures

TEXT = "text"
Words = Mapping[str, str]

# --- reads ---


def list_entries(user: User) -> Sequence[Entry]:
    """One's entries, the latest first."""
    query = select(Entry).where(Entry.user_id == user.id).order_by(Entry.saved_at.desc(), Entry.id)
    return db.session.scalars(query).all()


def list_for_lesson(user: User, lesson_id: int) -> Sequence[Entry]:
    """What one wrote in a lesson."""
    own = (Entry.user_id == user.id) & (Entry.lesson_id == lesson_id)
    return db.session.scalars(select(Entry).where(own)).all()


def count_entries(user: User) -> int:
    """How many entries one has."""
    query = select(func.count()).select_from(Entry).where(Entry.user_id == user.id)
    return db.session.scalar(query) or 0


def list_excerpts(user: User) -> dict[int, list[Excerpt]]:
    """Where parts of one's entries went, by entry id."""
    query = select(Excerpt).where(Excerpt.author_id == user.id).order_by(Excerpt.copied_at)
    found: dict[int, list[Excerpt]] = {}
    for excerpt in db.session.scalars(query):
        if excerpt.entry_id is not None:
            found.setdefault(excerpt.entry_id, []).append(excerpt)
    return found


def get_entry(entry_id: int) -> Entry:
    """The entry of that id. Raises NotFound."""
    entry = db.session.get(Entry, entry_id)
    if entry is None:
        raise NotFound
    return entry


def find_entry(user: User, lesson_id: int | None, block: str) -> Entry | None:
    """One's entry under that prompt, or None."""
    place = (Entry.lesson_id == lesson_id) & (Entry.block == block)
    return db.session.scalar(select(Entry).where(Entry.user_id == user.id, place))


def read(entry: Entry, keys: Mapping[int, bytes], ring: KeyRing) -> dict[str, str]:
    """The words of an entry, by the keys of an open journal.

    Raises:
        JournalIsClosed: the key of its pair is not among them.
        SealBroken: the bytes were changed.
    """
    if entry.key_pair_id not in keys:
        raise JournalIsClosed
    plain = open_for(entry.envelope, keys[entry.key_pair_id], context(entry), ring)
    return {str(box): str(text) for box, text in json.loads(plain).items()}


def is_open(entry: Entry, keys: Mapping[int, bytes]) -> bool:
    """Whether `keys` open this entry."""
    return entry.key_pair_id in keys


def context(entry: Entry) -> Context:
    """The one place where the envelope opens: lesson and prompt, known before it is kept."""
    place = f"{entry.lesson_id or 0}/{entry.block}"
    return Context("entry", place, entry.user_id, entry.revision)


def newest_pair(user: User) -> KeyPair:
    """The pair that seals what one writes now."""
    query = select(KeyPair).where(KeyPair.user_id == user.id).order_by(KeyPair.number.desc())
    return db.session.scalars(query.limit(1)).one()


# --- writes ---


def save(
    user: User,
    words: Words,
    ring: KeyRing,
    *,
    lesson_id: int | None,
    lesson_revision_id: int | None,
    block: str,
    base: int,
) -> Entry:
    """Seal what was written over revision `base` (0: nothing yet). Needs the public key only.

    Raises:
        NewerVersion: the entry has moved on since.
        TooLong: more than 200,000 bytes.
    """
    entry = find_entry(user, lesson_id, block)
    if (entry.revision if entry else 0) != base:
        raise NewerVersion
    pair = newest_pair(user)
    now = clock.now()
    if entry is None:
        entry = Entry(user_id=user.id, lesson_id=lesson_id, block=block, created_at=now)
    entry.lesson_revision_id = lesson_revision_id
    entry.key_pair_id, entry.revision, entry.saved_at = pair.id, base + 1, now
    plain = json.dumps(dict(words), ensure_ascii=False).encode()
    entry.envelope = seal_for(plain, pair.public_key, context(entry), ring)
    db.session.add(entry)
    db.session.flush()
    return entry


def new_page() -> str:
    """The name of a free page, under no prompt."""
    return f"page-{secrets.token_hex(8)}"


def erase(entry: Entry) -> None:
    """Erase an entry. Parts that were copied into a commitment stay there."""
    erasures.erase("entry", Entry.id == entry.id)


def erase_all(user: User) -> None:
    """Erase one's whole journal. Parts that were copied into a commitment stay there."""
    erasures.erase("entry", Entry.user_id == user.id)
