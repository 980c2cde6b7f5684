"""add the programme: phases, placements, agendas, attendance"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CODES = "('F0', 'F1', 'F2', 'F3', 'F4', 'F5')"


def upgrade() -> None:
    with op.batch_alter_table("cohort") as table:
        table.add_column(
            sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("pause_reason", sa.String(), nullable=False, server_default=""))
        table.create_check_constraint(
            op.f("ck_cohort_pause"), "not is_paused or pause_reason <> ''"
        )
    op.add_column("installment", sa.Column("place", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "phase",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("cohort_id", "code", name=op.f("pk_phase")),
        sa.CheckConstraint(f"code in {CODES}", name=op.f("ck_phase_code")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_phase_days")),
        _refers("phase", "cohort"),
    )
    op.create_table(
        "placement",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("cohort_id", "module_id", name=op.f("pk_placement")),
        sa.CheckConstraint(f"phase in {CODES}", name=op.f("ck_placement_phase")),
        sa.CheckConstraint("rule in ('now', 'phase', 'day')", name=op.f("ck_placement_rule")),
        sa.CheckConstraint("rule <> 'day' or opens_on is not null", name=op.f("ck_placement_day")),
        _refers("placement", "cohort"),
        _refers("placement", "module"),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("leader", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.CheckConstraint(
            "start_minute >= 0 and start_minute < 1440", name=op.f("ck_agenda_item_start")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_agenda_item_minutes")),
        _refers("agenda_item", "installment"),
        _refers("agenda_item", "module", ondelete="SET NULL"),
    )
    op.create_index(
        "ix_agenda_item_installment_id", "agenda_item", ["installment_id", "day", "start_minute"]
    )
    op.create_table(
        "attendance",
        sa.Column("installment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("installment_id", "user_id", "day", name=op.f("pk_attendance")),
        sa.CheckConstraint(
            "state in ('present', 'absent', 'excused')", name=op.f("ck_attendance_state")
        ),
        _refers("attendance", "installment"),
        _refers("attendance", "user"),
        _refers("attendance", "user", "noted_by_id", ondelete="SET NULL"),
    )
    op.create_index(op.f("ix_attendance_user_id"), "attendance", ["user_id"])


def downgrade() -> None:
    for name in ("attendance", "agenda_item", "placement", "phase"):
        op.drop_table(name)
    with op.batch_alter_table("installment") as table:
        table.drop_column("place")
    with op.batch_alter_table("cohort") as table:
        table.drop_constraint(op.f("ck_cohort_pause"), type_="check")
        table.drop_column("pause_reason")
        table.drop_column("is_paused")


def _refers(
    table: str, parent: str, column: str = "", ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{parent}_id"
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)
