"""Keep the court's own texts of papers; a paper names the one that it is made with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_INDEX = "ix_paper_wording"


def upgrade() -> None:
    op.create_table(
        "paper_wording",
        sa.Column("wording", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("proposed_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("wording", name=op.f("pk_paper_wording")),
        sa.UniqueConstraint("kind", "edition", name=op.f("uq_paper_wording_kind_edition")),
    )
    op.add_column("paper", sa.Column("wording", sa.String(length=36), nullable=True))
    op.create_index(_INDEX, "paper", ["wording"])


def downgrade() -> None:
    op.drop_index(_INDEX, table_name="paper")
    op.drop_column("paper", "wording")
    op.drop_table("paper_wording")
