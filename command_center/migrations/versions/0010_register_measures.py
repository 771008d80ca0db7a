"""Register measures at the desk, with facts and what becomes of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PROTECTED = ("measure_fact", "measure_change")


def upgrade() -> None:
    op.add_column("measure", sa.Column("target", sa.String(length=36), nullable=True))
    op.add_column("measure", sa.Column("waits_for", sa.String(length=36), nullable=True))
    op.add_column("measure", sa.Column("queue_position", sa.Integer(), nullable=True))
    op.add_column("measure", sa.Column("closed_ms", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_measure_waits_for"), "measure", ["waits_for"], unique=False)
    op.create_table(
        "measure_fact",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("value_index", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_measure_fact_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "name", name=op.f("pk_measure_fact")),
    )
    op.create_index(
        op.f("ix_measure_fact_value_index"), "measure_fact", ["value_index"], unique=False
    )
    op.create_table(
        "measure_change",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=400), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_measure_change_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "number", name=op.f("pk_measure_change")),
    )
    for table in _PROTECTED:
        for statement in protect(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    for table in _PROTECTED:
        for statement in unprotect(op.get_bind().dialect.name, table):
            op.execute(statement)
        op.drop_table(table)
    op.drop_index(op.f("ix_measure_waits_for"), table_name="measure")
    for column in ("closed_ms", "queue_position", "waits_for", "target"):
        op.drop_column("measure", column)
