"""Correct the enforcement log by new lines"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLE, _UNIQUE = "enforcement_log", "uq_enforcement_log_entry"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column(_TABLE, sa.Column("entry", sa.String(length=36), nullable=True))
    op.add_column(_TABLE, sa.Column("corrects", number, nullable=True))
    op.add_column(
        _TABLE, sa.Column("reason", sa.String(length=400), nullable=False, server_default="")
    )
    op.create_index(_UNIQUE, _TABLE, ["entry"], unique=True)


def downgrade() -> None:
    op.drop_index(_UNIQUE, table_name=_TABLE)
    for column in ("reason", "corrects", "entry"):
        op.drop_column(_TABLE, column)
