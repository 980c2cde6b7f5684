"""The key ring's traces in the database: which rows name which key, and how they get another.

Every column that names a key or a pepper stands here; a test walks all columns of bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    LargeBinary,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from nti_lms.database import db
from nti_lms.domain.keyring import ID_BYTES, WRAPPED, KeyRing, marked
from nti_lms.models import Authenticator, Credential, Entry, KeyPair
from nti_lms.services import journal, second_step

Column = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]


@dataclass(frozen=True, slots=True)
class Layer:
    """A column under the ring's outer layer, and the context that the bytes of a row need."""

    column: Column
    context: Callable[[Any], bytes]

    @property
    def number(self) -> Any:
        """The column that rows are told apart and put in order by: a whole number."""
        (key,) = self.column.class_.__mapper__.primary_key
        return getattr(self.column.class_, key.name)


# Named by keys, which are rotated at will.
LAYERS = (
    Layer(Entry.envelope, lambda entry: journal.context(entry).bound()),
    Layer(Authenticator.sealed_secret, lambda app: second_step.context(app.user_id)),
)
# Named by peppers, which change when their owner signs in.
PEPPERED: tuple[Column, ...] = (
    Credential.verifier,
    KeyPair.by_passphrase,
    KeyPair.by_recovery_code,
)

# --- reads ---


def used(connection: Connection) -> Counter[str]:
    """How often a row names each key or pepper, by its id; those that none names are left out."""
    found: Counter[str] = Counter()
    for column in _present(connection):
        key = func.substr(column, 2, ID_BYTES, type_=LargeBinary)
        query = select(key, func.count()).where(column.is_not(None)).group_by(key)
        for key_id, count in connection.execute(query):
            found[bytes(key_id).hex()] += count
    return found


def count_old(ring: KeyRing) -> int:
    """How many rows are not yet under the current key."""
    return sum(
        db.session.scalar(select(func.count()).where(_is_old(layer, ring))) or 0 for layer in LAYERS
    )


def list_old(layer: Layer, ring: KeyRing, *, after: int, most: int) -> Sequence[Any]:
    """Rows that are not yet under the current key, in order, from the one behind `after`."""
    query = select(layer.column.class_).where(layer.number > after, _is_old(layer, ring))
    return db.session.scalars(query.order_by(layer.number).limit(most)).all()


def rewrapped(layer: Layer, row: Any, ring: KeyRing) -> bytes:
    """The bytes of a row under the current key. Raises SealBroken."""
    context = layer.context(row)
    return ring.wrap(ring.unwrap(getattr(row, layer.column.key), context), context)


# --- writes ---


def replace(layer: Layer, row: Any, fresh: bytes) -> bool:
    """Put `fresh` where the row's bytes were, unless somebody has saved it since; whether it did.

    What was saved in between is bound to another revision and must not be overwritten.
    """
    old = getattr(row, layer.column.key)
    mine = (layer.number == getattr(row, layer.number.key)) & (layer.column == old)
    changed = db.session.execute(
        update(layer.column.class_).where(mine).values({layer.column.key: fresh}),
        execution_options={"synchronize_session": False},
    )
    return bool(cast(CursorResult[Any], changed).rowcount)


def _is_old(layer: Layer, ring: KeyRing) -> ColumnElement[bool]:
    head = marked(WRAPPED, ring.current)
    return func.substr(layer.column, 1, len(head), type_=LargeBinary) != head


def _present(connection: Connection) -> Iterator[Column]:
    """The columns that this database has: an older revision lacks some."""
    inspector = inspect(connection)
    tables = set(inspector.get_table_names())
    for column in (*(layer.column for layer in LAYERS), *PEPPERED):
        table = column.class_.__tablename__
        if table in tables and column.key in {one["name"] for one in inspector.get_columns(table)}:
            yield column
