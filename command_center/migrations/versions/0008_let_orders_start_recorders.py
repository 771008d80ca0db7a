"""Let orders start recorders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order", sa.Column("act", sa.String(length=40), nullable=False, server_default="none")
    )


def downgrade() -> None:
    op.drop_column("order", "act")
