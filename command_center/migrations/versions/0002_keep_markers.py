"""Keep markers of officers and the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marker",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("recording", sa.String(length=36), nullable=True),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_marker_operation_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
    )
    op.create_index(op.f("ix_marker_operation"), "marker", ["operation"], unique=False)
    for statement in protect(op.get_bind().dialect.name, "marker"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unprotect(op.get_bind().dialect.name, "marker"):
        op.execute(statement)
    op.drop_index(op.f("ix_marker_operation"), table_name="marker")
    op.drop_table("marker")
