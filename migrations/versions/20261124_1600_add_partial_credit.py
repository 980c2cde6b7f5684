"""keep parts of points, and what each answer of a submitted attempt was worth"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("parts", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint(op.f("ck_attempt_won"), type_="check")
        table.create_check_constraint(
            op.f("ck_attempt_won"), "won is null or (won >= 0 and won <= offered * parts)"
        )
        table.create_check_constraint(op.f("ck_attempt_parts"), "parts >= 1")
    with op.batch_alter_table("answer") as table:
        table.add_column(sa.Column("hits", sa.Integer(), nullable=True))
        table.add_column(sa.Column("parts", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_answer_hits"), "hits is null or (hits >= 0 and hits <= parts)"
        )


def downgrade() -> None:
    with op.batch_alter_table("answer") as table:
        table.drop_constraint(op.f("ck_answer_hits"), type_="check")
        table.drop_column("parts")
        table.drop_column("hits")
    # Points were whole before: what is left of one is given up.
    op.execute("update attempt set won = won / parts where won is not null")
    with op.batch_alter_table("attempt") as table:
        table.drop_constraint(op.f("ck_attempt_parts"), type_="check")
        table.drop_constraint(op.f("ck_attempt_won"), type_="check")
        table.create_check_constraint(
            op.f("ck_attempt_won"), "won is null or (won >= 0 and won <= offered)"
        )
        table.drop_column("parts")
