"""Keep live sources"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_source",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("road", sa.String(length=40), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_ms", sa.BigInteger(), nullable=True),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["device.id"], name=op.f("fk_live_source_id_device")),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_live_source_operation_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_source")),
    )


def downgrade() -> None:
    op.drop_table("live_source")
