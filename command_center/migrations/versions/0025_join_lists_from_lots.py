"""Join lists from lots, and tie each row to its footage"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "measure_item", "ix_measure_item_lot"


def upgrade() -> None:
    for name in ("lot", "footage_recording"):
        op.add_column(_TABLE, sa.Column(name, sa.String(length=36), nullable=True))
    op.add_column(_TABLE, sa.Column("footage_wall_ms", sa.BigInteger(), nullable=True))
    op.create_index(_INDEX, _TABLE, ["lot"])


def downgrade() -> None:
    op.drop_index(_INDEX, table_name=_TABLE)
    for name in ("footage_wall_ms", "footage_recording", "lot"):
        op.drop_column(_TABLE, name)
