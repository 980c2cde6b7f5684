"""add search"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each database indexes words in its own way. Nothing is kept in the index but what is published,
# and the next load of the curriculum fills it.
WORDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE findable_words USING fts5"
        "(title, body, content='', contentless_delete=1, tokenize='ascii')"
    ],
    "postgresql": [
        "CREATE TABLE findable_words ("
        "id integer CONSTRAINT pk_findable_words PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_findable_words_words ON findable_words USING gin (words)",
    ],
}


def upgrade() -> None:
    op.create_table(
        "findable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("block", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findable")),
        sa.CheckConstraint("kind in ('lesson', 'term', 'service')", name=op.f("ck_findable_kind")),
    )
    op.create_index(op.f("ix_findable_of"), "findable", ["kind", "key"])
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE findable_words")
    op.drop_table("findable")
