"""Serve papers together, each a line of one receipt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLE, _ATTEMPT, _INDEX = "service_delivery", "service_attempt", "ix_service_attempt_delivery"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("delivery", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=36), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_service_delivery_case_case")),
        sa.ForeignKeyConstraint(
            ["party"], ["party.id"], name=op.f("fk_service_delivery_party_party")
        ),
        sa.ForeignKeyConstraint(
            ["address"], ["service_address.address"],
            name=op.f("fk_service_delivery_address_service_address"),
        ),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_service_delivery")),
    )  # fmt: skip
    op.create_index(op.f("ix_service_delivery_party"), _TABLE, ["party"])
    op.add_column(_ATTEMPT, sa.Column("delivery", sa.String(length=36), nullable=True))
    for name in ("line", "copies"):
        op.add_column(_ATTEMPT, sa.Column(name, sa.Integer(), nullable=False, server_default="1"))
    op.create_index(_INDEX, _ATTEMPT, ["delivery"])


def downgrade() -> None:
    op.drop_index(_INDEX, table_name=_ATTEMPT)
    for name in ("copies", "line", "delivery"):
        op.drop_column(_ATTEMPT, name)
    op.drop_index(op.f("ix_service_delivery_party"), table_name=_TABLE)
    op.drop_table(_TABLE)
