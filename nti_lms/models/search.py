"""What a search looks through: the pieces of the curriculum that everybody who learns may read."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from nti_lms.database import Base

# The index beside the table: FTS5's own tables on SQLite, a table of tsvector on PostgreSQL.
# Only `services.search` and `services.indexing` speak of it, in each database's own words.
WORDS = "findable_words"


class Findable(Base):
    """A block of a published lesson, a term of the glossary or a help service, in one language.

    `key` is the lesson's, the term's or the service's; `block` is empty for all but blocks. `note`
    is the content note that a block stands behind, empty for none. `digest` names the content
    that it was read from.
    """

    __tablename__ = "findable"
    __table_args__ = (
        CheckConstraint("kind in ('lesson', 'term', 'service')", name="kind"),
        Index("ix_findable_of", "kind", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    block: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    note: Mapped[str]
    digest: Mapped[str]
