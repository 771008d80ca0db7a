"""Find looks by their subject"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_access_view_subject"), "access_view", ["subject"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_access_view_subject"), table_name="access_view")
