"""Correct the case of an operation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_TABLE = "case_correction"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("from_case", sa.String(length=36), nullable=False),
        sa.Column("to_case", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_case_correction_operation_operation")
        ),
        sa.ForeignKeyConstraint(
            ["from_case"], ["case.id"], name=op.f("fk_case_correction_from_case_case")
        ),
        sa.ForeignKeyConstraint(
            ["to_case"], ["case.id"], name=op.f("fk_case_correction_to_case_case")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_case_correction_made_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_correction")),
    )
    op.create_index(op.f("ix_case_correction_operation"), _TABLE, ["operation"])
    for statement in append_only.protect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)
    op.drop_index(op.f("ix_case_correction_operation"), table_name=_TABLE)
    op.drop_table(_TABLE)
