"""Keep keys of second officers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_second_key_device_device")
        ),
        sa.ForeignKeyConstraint(
            ["officer"], ["staff.id"], name=op.f("fk_second_key_officer_staff")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_second_key")),
    )
    op.create_index(op.f("ix_second_key_device"), "second_key", ["device"])


def downgrade() -> None:
    op.drop_index(op.f("ix_second_key_device"), table_name="second_key")
    op.drop_table("second_key")
