"""Name the node under which parties are told of a line of the log"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_TABLE = "enforcement_log"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("node", sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column(_TABLE, "node")
