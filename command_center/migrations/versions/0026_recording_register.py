"""Find an officer's recordings by an index"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_recording_officer", "recording", ["officer"])


def downgrade() -> None:
    op.drop_index("ix_recording_officer", table_name="recording")
