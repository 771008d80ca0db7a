"""Keep papers and their stamped bytes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("paper", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=True),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=400), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("printed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("approved_ms", sa.BigInteger(), nullable=True),
        sa.Column("stamped_ms", sa.BigInteger(), nullable=True),
        sa.Column("stamp", sa.String(length=400), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("issued_by", sa.String(length=36), nullable=True),
        sa.Column("issued_ms", sa.BigInteger(), nullable=True),
        sa.Column("void_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_paper_case_case")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_paper_party_party")),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_paper")),
        sa.UniqueConstraint("case", "series", "serial", name=op.f("uq_paper_case_series_serial")),
    )
    for column in ("case", "subject", "state", "made_ms"):
        op.create_index(op.f(f"ix_paper_{column}"), "paper", [column], unique=False)
    op.create_table(
        "paper_file",
        sa.Column("paper", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["paper.paper"], name=op.f("fk_paper_file_paper_paper")),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_paper_file")),
    )
    for statement in protect(op.get_bind().dialect.name, "paper_file"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unprotect(op.get_bind().dialect.name, "paper_file"):
        op.execute(statement)
    op.drop_table("paper_file")
    op.drop_table("paper")
