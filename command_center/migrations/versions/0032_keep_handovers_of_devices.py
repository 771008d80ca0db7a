"""Keep the ledger of devices: who took which, who returned it

Until its first line a device is with the officer who enrolled it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLE = "device_handover"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Boolean(), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_device_handover_device_device")
        ),
        sa.ForeignKeyConstraint(
            ["staff"], ["staff.id"], name=op.f("fk_device_handover_staff_staff")
        ),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_device_handover_by_staff")),
        sa.PrimaryKeyConstraint("device", "number", name=op.f("pk_device_handover")),
    )
    op.create_index("ix_device_handover_device_at_ms", _TABLE, ["device", "at_ms"])
    op.add_column("device", sa.Column("holder", sa.String(length=36), nullable=True))
    op.execute("UPDATE device SET holder = officer")
    op.create_index("ix_device_holder", "device", ["holder"])
    for statement in append_only.protect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _TABLE):
        op.execute(statement)
    op.drop_index("ix_device_holder", table_name="device")
    op.drop_column("device", "holder")
    op.drop_index("ix_device_handover_device_at_ms", table_name=_TABLE)
    op.drop_table(_TABLE)
