"""Let two persons give the case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("field_record", sa.Column("decision", sa.String(length=36), nullable=True))
    op.add_column("quarantine_decision", sa.Column("case", sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column("quarantine_decision", "case")
    op.drop_column("field_record", "decision")
