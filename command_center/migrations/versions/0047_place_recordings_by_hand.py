"""Keep who gave a recording its operation by hand, and why"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TABLE = "recording_placed"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_recording_placed_operation_operation")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_recording_placed_made_by_staff")
        ),
        sa.PrimaryKeyConstraint("recording", name=op.f("pk_recording_placed")),
    )
    for statement in append_only.protect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)
    op.drop_table(_TABLE)
