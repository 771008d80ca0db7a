"""Ask each miss for its reason"""

from __future__ import annotations

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TABLE = "delay_reason"
_ONE, _EACH = "uq_delay_reason_subject", "uq_delay_reason_subject_due_day"


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(op.f(_ONE), type_="unique")
        table.create_unique_constraint(op.f(_EACH), ["subject", "due_day"])


def downgrade() -> None:
    # the former table holds one reason for a subject: the last one asked
    op.execute(
        "DELETE FROM delay_reason WHERE EXISTS (SELECT 1 FROM delay_reason AS later "
        "WHERE later.subject = delay_reason.subject AND later.due_day > delay_reason.due_day)"
    )
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(op.f(_EACH), type_="unique")
        table.create_unique_constraint(op.f(_ONE), ["subject"])
