"""Keep what was said between desk and officers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk_burst",
        sa.Column("burst", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("speaker", sa.String(length=36), nullable=False),
        sa.Column("desk", sa.Boolean(), nullable=False),
        sa.Column("devices", sa.Text(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("end", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("burst", name=op.f("pk_talk_burst")),
    )
    op.create_index(op.f("ix_talk_burst_operation"), "talk_burst", ["operation"], unique=False)
    for statement in protect(op.get_bind().dialect.name, "talk_burst"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unprotect(op.get_bind().dialect.name, "talk_burst"):
        op.execute(statement)
    op.drop_index(op.f("ix_talk_burst_operation"), table_name="talk_burst")
    op.drop_table("talk_burst")
