"""Ask again for what could not be taken over out of the quarantine"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "quarantined_record", "ix_quarantined_record_ordered"
_COUNT = """
UPDATE quarantine_decision SET failed = (
    SELECT count(*) FROM quarantined_record
    WHERE quarantined_record.decision = quarantine_decision.id
    AND outcome NOT IN ('', 'taken', 'discarded'))
"""
_FREE = """
UPDATE quarantined_record SET decision = NULL, settled_ms = NULL
WHERE outcome NOT IN ('', 'taken', 'discarded')
"""


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("ordered", sa.String(length=36), nullable=True))
    op.create_index(_INDEX, _TABLE, ["ordered"])
    op.add_column(
        "quarantine_decision",
        sa.Column("failed", sa.Integer(), nullable=False, server_default="0"),
    )
    op.execute(_COUNT)
    op.execute(_FREE)


def downgrade() -> None:
    op.drop_column("quarantine_decision", "failed")
    op.drop_index(_INDEX, table_name=_TABLE)
    op.drop_column(_TABLE, "ordered")
