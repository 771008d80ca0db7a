"""Tell lapsed requests

Requests to see a private interval that lapsed before are not told late: they count as told then.
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TERM_MS = 24 * 3_600_000
_LAPSED = sa.text(
    "UPDATE private_opening SET over_ms = asked_ms + :term_ms"
    " WHERE agreed IS NULL AND asked_ms + :term_ms <= :now_ms"
)


def upgrade() -> None:
    op.execute(_LAPSED.bindparams(term_ms=_TERM_MS, now_ms=time.time_ns() // 1_000_000))


def downgrade() -> None:
    op.execute(sa.text("UPDATE private_opening SET over_ms = NULL WHERE agreed IS NULL"))
