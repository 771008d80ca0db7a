"""Keep what parties answer by text message"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_reply",
        sa.Column("reply", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=True),
        sa.Column("party", sa.String(length=36), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("not_me", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_notice_reply_case_case")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_notice_reply_party_party")),
        sa.PrimaryKeyConstraint("reply", name=op.f("pk_notice_reply")),
    )
    for column in ("number_index", "case", "state"):
        op.create_index(op.f(f"ix_notice_reply_{column}"), "notice_reply", [column], unique=False)


def downgrade() -> None:
    op.drop_table("notice_reply")
