"""Keep what relays signed of derived copies"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "derived_copy",
        sa.Column("derivation", sa.String(length=36), nullable=False),
        sa.Column("film_sha256", sa.String(length=64), nullable=False),
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("derivation", "film_sha256", name=op.f("pk_derived_copy")),
    )
    op.create_index(op.f("ix_derived_copy_recording"), "derived_copy", ["recording"], unique=False)
    for statement in protect(op.get_bind().dialect.name, "derived_copy"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unprotect(op.get_bind().dialect.name, "derived_copy"):
        op.execute(statement)
    op.drop_index(op.f("ix_derived_copy_recording"), table_name="derived_copy")
    op.drop_table("derived_copy")
