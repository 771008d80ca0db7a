"""Draft renewals as papers: the texts go, each draft names its ruling"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The texts were computed from the record; the guardian's next stage makes papers of it.
    op.drop_table("renewal_draft")
    _create(
        sa.Column("ruling", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["ruling"], ["paper.paper"], name=op.f("fk_renewal_draft_ruling_paper")
        ),
    )


def downgrade() -> None:
    op.drop_table("renewal_draft")
    _create(
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("drafted_ms", sa.BigInteger(), nullable=False),
    )


def _create(*about: sa.Column[object] | sa.ForeignKeyConstraint) -> None:
    op.create_table(
        "renewal_draft",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("end_day", sa.String(length=40), nullable=False),
        *about,
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_renewal_draft_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "end_day", name=op.f("pk_renewal_draft")),
    )
