"""Register seal tags"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_tag",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("check_code", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("registered_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_seal_tag_measure_measure")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal_tag")),
    )
    op.create_index(op.f("ix_seal_tag_measure"), "seal_tag", ["measure"])
    for statement in protect(op.get_bind().dialect.name, "seal_tag"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unprotect(op.get_bind().dialect.name, "seal_tag"):
        op.execute(statement)
    op.drop_index(op.f("ix_seal_tag_measure"), table_name="seal_tag")
    op.drop_table("seal_tag")
