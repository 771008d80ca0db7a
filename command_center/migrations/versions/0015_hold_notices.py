"""Hold notices, and keep how a number was confirmed or stopped"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_hold",
        sa.Column("hold", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("approver", sa.String(length=36), nullable=False),
        sa.Column("placed_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("lifted_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_notice_hold_case_case")),
        sa.PrimaryKeyConstraint("hold", name=op.f("pk_notice_hold")),
    )
    op.create_index(op.f("ix_notice_hold_case"), "notice_hold", ["case"], unique=False)
    op.create_index(op.f("ix_notice_hold_lifted_ms"), "notice_hold", ["lifted_ms"], unique=False)
    op.add_column("notice", sa.Column("hold", sa.String(length=36), nullable=True))
    op.add_column("notice", sa.Column("released_ms", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_notice_hold"), "notice", ["hold"], unique=False)
    for column in ("confirmed_how", "ended_why"):
        kind = sa.String(length=400 if column == "confirmed_how" else 40)
        op.add_column("contact", sa.Column(column, kind, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("contact", "ended_why")
    op.drop_column("contact", "confirmed_how")
    op.drop_index(op.f("ix_notice_hold"), table_name="notice")
    op.drop_column("notice", "released_ms")
    op.drop_column("notice", "hold")
    op.drop_table("notice_hold")
