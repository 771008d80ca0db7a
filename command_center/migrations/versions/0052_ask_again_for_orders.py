"""Ask again for orders that no device fetched in time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_COLUMNS = ("again_ms", "unanswered_ms")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("order", sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("order", name)
