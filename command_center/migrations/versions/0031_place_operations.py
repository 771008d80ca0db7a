"""Place operations: coordinates of their address, and how near each step was reported"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operation", sa.Column("site_lat", sa.Double(), nullable=True))
    op.add_column("operation", sa.Column("site_lon", sa.Double(), nullable=True))
    op.add_column("operation", sa.Column("site_radius_m", sa.Integer(), nullable=True))
    op.add_column("operation_step", sa.Column("distance_m", sa.Integer(), nullable=True))
    op.add_column(
        "operation_step",
        sa.Column("by_position", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("operation_step", "by_position")
    op.drop_column("operation_step", "distance_m")
    op.drop_column("operation", "site_radius_m")
    op.drop_column("operation", "site_lon")
    op.drop_column("operation", "site_lat")
