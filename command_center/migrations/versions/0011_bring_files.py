"""Bring files of offline recorders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("started_wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_ahead_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_import_file_device_device")
        ),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_import_file_operation_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    for column in ("device", "operation"):
        op.create_index(op.f(f"ix_import_file_{column}"), "import_file", [column], unique=False)


def downgrade() -> None:
    for column in ("operation", "device"):
        op.drop_index(op.f(f"ix_import_file_{column}"), table_name="import_file")
    op.drop_table("import_file")
