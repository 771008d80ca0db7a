"""Keep alarms of officers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sos",
        sa.Column("sos", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("case", sa.String(length=36), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("pin_set", sa.Boolean(), nullable=False),
        sa.Column("raised_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("pin_ms", sa.BigInteger(), nullable=True),
        sa.Column("duress_ms", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", sa.String(length=36), nullable=True),
        sa.Column("taken_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name=op.f("fk_sos_device_device")),
        sa.PrimaryKeyConstraint("sos", name=op.f("pk_sos")),
    )
    op.create_index(op.f("ix_sos_ended_ms"), "sos", ["ended_ms"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sos_ended_ms"), table_name="sos")
    op.drop_table("sos")
