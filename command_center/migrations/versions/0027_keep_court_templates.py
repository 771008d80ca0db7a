"""Keep the court's own texts of notices; find a provider's newest attempts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_template",
        sa.Column("template", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("effective", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("proposed_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("template", name=op.f("pk_notice_template")),
        sa.UniqueConstraint(
            "purpose", "audience", "version",
            name=op.f("uq_notice_template_purpose_audience_version"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_notice_attempt_provider_began_ms", "notice_attempt", ["provider", "began_ms"]
    )


def downgrade() -> None:
    op.drop_index("ix_notice_attempt_provider_began_ms", table_name="notice_attempt")
    op.drop_table("notice_template")
