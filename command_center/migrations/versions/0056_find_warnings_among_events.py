"""Find warnings, and what settles them, among all events"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_IS_WARNING = sa.text("level <> 'info'")


def upgrade() -> None:
    op.create_index("ix_event_log_type_at_ms", "event_log", ["type", "at_ms"])
    op.create_index(
        "ix_event_log_warnings", "event_log", ["at_ms"],
        postgresql_where=_IS_WARNING, sqlite_where=_IS_WARNING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_event_log_warnings", "event_log")
    op.drop_index("ix_event_log_type_at_ms", "event_log")
