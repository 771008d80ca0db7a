"""Find units by their organisation code"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index of a credit code becomes that of the organisation code in it. A migration has no
    keys: the verb `migrate` makes what is emptied here anew (`cases.indexing`)."""
    party = sa.table("party", sa.column("id_kind", sa.String), sa.column("id_index", sa.String))
    op.execute(party.update().where(party.c.id_kind == "USCC").values(id_index=None))


def downgrade() -> None:
    """An older centre finds units by numbers that are entered from then on."""
