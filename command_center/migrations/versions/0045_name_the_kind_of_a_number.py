"""Name the kind of document that a party's number is of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now only identity cards of persons and credit codes of units were taken."""
    op.add_column(
        "party", sa.Column("id_kind", sa.String(length=40), nullable=False, server_default="")
    )
    party = sa.table(
        "party", sa.column("id_kind", sa.String), sa.column("is_person", sa.Boolean),
        sa.column("id_number", sa.LargeBinary),
    )  # fmt: skip
    op.execute(
        party.update()
        .where(party.c.id_number.is_not(None))
        .values(id_kind=sa.case((party.c.is_person, "RESIDENT_ID"), else_="USCC"))
    )


def downgrade() -> None:
    op.drop_column("party", "id_kind")
