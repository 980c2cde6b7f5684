"""add calendars: their secret addresses, and how often what stands in them was changed"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DATED = ("installment", "agenda_item", "phase")


def upgrade() -> None:
    for name in DATED:
        op.add_column(name, sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "calendar_feed",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feed_user_id")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_calendar_feed_user_id_user"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    for name in DATED:
        with op.batch_alter_table(name) as table:
            table.drop_column("revision")
