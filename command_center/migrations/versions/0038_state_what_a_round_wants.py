"""State what the end of a round wants"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLE = "round_statement"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.String(length=400), nullable=False),
        sa.Column("stated_by", sa.String(length=36), nullable=False),
        sa.Column("stated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_round_statement_case_case")),
        sa.PrimaryKeyConstraint("case", "condition", "number", name=op.f("pk_round_statement")),
    )
    for statement in append_only.protect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)
    op.drop_table(_TABLE)
