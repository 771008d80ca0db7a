"""Count the register of measures, and find an officer's, by an index"""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_measure_officer": ["officer"],
    "ix_measure_kind_state_value": ["kind", "state", "value_fen"],
}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(name, "measure", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, table_name="measure")
