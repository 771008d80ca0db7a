"""Keep days of birth that no number names"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("party", sa.Column("birth", sa.LargeBinary(), nullable=True))
    op.add_column(
        "party", sa.Column("birth_source", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column("party_change", sa.Column("secret", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("party_change", "secret")
    op.drop_column("party", "birth_source")
    op.drop_column("party", "birth")
