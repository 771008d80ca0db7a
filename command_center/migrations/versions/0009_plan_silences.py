"""Plan silences"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_silence",
        sa.Column("silence", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("overdue_ms", sa.BigInteger(), nullable=True),
        sa.Column("over_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_planned_silence_device_device")
        ),
        sa.PrimaryKeyConstraint("silence", name=op.f("pk_planned_silence")),
    )
    op.create_index(op.f("ix_planned_silence_device"), "planned_silence", ["device"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_planned_silence_device"), table_name="planned_silence")
    op.drop_table("planned_silence")
