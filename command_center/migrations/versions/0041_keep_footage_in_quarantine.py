"""Keep footage in quarantine"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_TABLE = "quarantined_record"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("recording", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_quarantined_record_recording"), _TABLE, ["recording"])


def downgrade() -> None:
    op.drop_index(op.f("ix_quarantined_record_recording"), table_name=_TABLE)
    op.drop_column(_TABLE, "recording")
