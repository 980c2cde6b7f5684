"""add certificates of participation"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IS_VALID = "revoked_at is null"


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cohort_name", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_fictitious", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.CheckConstraint(
            "revoked_at is null or reason <> ''", name=op.f("ck_certificate_reason")
        ),
        _refers("user_id", "user"),
        _refers("cohort_id", "cohort"),
        _refers("issued_by_id", "user"),
    )
    op.create_index(op.f("ix_certificate_user_id"), "certificate", ["user_id"])
    op.create_index(op.f("ix_certificate_cohort_id"), "certificate", ["cohort_id"])
    op.create_index(
        "ix_certificate_valid",
        "certificate",
        ["cohort_id", "user_id"],
        unique=True,
        sqlite_where=sa.text(IS_VALID),
        postgresql_where=sa.text(IS_VALID),
    )


def downgrade() -> None:
    op.drop_table("certificate")


def _refers(column: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_certificate_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete="SET NULL")
