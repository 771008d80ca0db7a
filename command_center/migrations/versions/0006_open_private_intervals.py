"""Open private intervals by two persons"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_opening",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("interval", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("viewer", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=True),
        sa.Column("to_ms", sa.BigInteger(), nullable=True),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_private_opening_operation_operation")
        ),
        sa.ForeignKeyConstraint(
            ["viewer"], ["staff.id"], name=op.f("fk_private_opening_viewer_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_opening")),
    )
    for column in ("operation", "viewer"):
        op.create_index(
            op.f(f"ix_private_opening_{column}"), "private_opening", [column], unique=False
        )


def downgrade() -> None:
    for column in ("viewer", "operation"):
        op.drop_index(op.f(f"ix_private_opening_{column}"), table_name="private_opening")
    op.drop_table("private_opening")
