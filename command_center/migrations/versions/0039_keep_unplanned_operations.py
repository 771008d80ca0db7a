"""Keep unplanned operations, and what followed once their case was named"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_PLACED = "placed_record"


def upgrade() -> None:
    op.create_table(
        "unplanned_operation",
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("site_lat", sa.Double(), nullable=True),
        sa.Column("site_lon", sa.Double(), nullable=True),
        sa.Column("crew", sa.Text(), nullable=False),
        sa.Column("companions", sa.String(length=400), nullable=False),
        sa.Column("case_number", sa.String(length=400), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=True),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        sa.Column("confirmed_ms", sa.BigInteger(), nullable=True),
        sa.Column("late_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"], ["staff.id"], name=op.f("fk_unplanned_operation_officer_staff")
        ),
        sa.ForeignKeyConstraint(
            ["case"], ["case.id"], name=op.f("fk_unplanned_operation_case_case")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["staff.id"], name=op.f("fk_unplanned_operation_confirmed_by_staff")
        ),
        sa.PrimaryKeyConstraint("operation", name=op.f("pk_unplanned_operation")),
        sa.UniqueConstraint("record", name=op.f("uq_unplanned_operation_record")),
    )
    op.create_index(
        op.f("ix_unplanned_operation_confirmed_ms"), "unplanned_operation", ["confirmed_ms"]
    )
    op.create_table(
        _PLACED,
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("placed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["field_record.record"], name=op.f("fk_placed_record_record_field_record")
        ),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_placed_record_case_case")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_placed_record")),
    )
    op.create_index(op.f("ix_placed_record_case"), _PLACED, ["case"])
    for statement in append_only.protect(op.get_bind().dialect.name, _PLACED):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _PLACED):
        op.execute(statement)
    op.drop_index(op.f("ix_placed_record_case"), table_name=_PLACED)
    op.drop_table(_PLACED)
    op.drop_index(op.f("ix_unplanned_operation_confirmed_ms"), table_name="unplanned_operation")
    op.drop_table("unplanned_operation")
