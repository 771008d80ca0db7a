"""Tell ends of openings

What ended before is not told late: it counts as told when it ended.
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ENDED = sa.text("UPDATE private_opening SET over_ms = until_ms WHERE until_ms <= :now_ms")


def upgrade() -> None:
    op.add_column("private_opening", sa.Column("over_ms", sa.BigInteger(), nullable=True))
    op.execute(_ENDED.bindparams(now_ms=time.time_ns() // 1_000_000))


def downgrade() -> None:
    op.drop_column("private_opening", "over_ms")
