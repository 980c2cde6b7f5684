"""add the list of what people erased"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHAT = "what in ('entry', 'excerpt', 'passkey')"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("what", "number", "made_at", name=op.f("pk_erasure")),
        sa.CheckConstraint(WHAT, name=op.f("ck_erasure_what")),
    )


def downgrade() -> None:
    op.drop_table("erasure")
