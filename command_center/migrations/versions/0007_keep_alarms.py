"""Keep alarms, reasons owed and renewal drafts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IN_FORCE = """
UPDATE measure SET control_to = (
    SELECT control_period.end_day FROM control_period
    WHERE control_period.measure = measure.measure
    ORDER BY control_period.number DESC LIMIT 1
) WHERE state IN ('EXECUTED', 'IN_FORCE', 'RENEWED')
"""


def upgrade() -> None:
    op.add_column("measure", sa.Column("control_to", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_measure_control_to"), "measure", ["control_to"], unique=False)
    op.execute(_IN_FORCE)
    op.create_table(
        "alarm",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("due_day", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("raised_ms", sa.BigInteger(), nullable=False),
        sa.Column("acted_ms", sa.BigInteger(), nullable=True),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject", "due_day", "stage", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_case"), "alarm", ["case"], unique=False)
    op.create_index("ix_alarm_acted_ms", "alarm", ["acted_ms"], unique=False)
    op.create_index("ix_alarm_settled_ms_due_day", "alarm", ["settled_ms", "due_day"], unique=False)
    op.create_table(
        "delay_reason",
        sa.Column("reason", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=400), nullable=False),
        sa.Column("due_day", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("answer_by_ms", sa.BigInteger(), nullable=False),
        sa.Column("escalated_ms", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=36), nullable=True),
        sa.Column("given_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_delay_reason_case_case")),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_delay_reason")),
        sa.UniqueConstraint("subject", name=op.f("uq_delay_reason_subject")),
    )
    op.create_index(op.f("ix_delay_reason_case"), "delay_reason", ["case"], unique=False)
    op.create_index(op.f("ix_delay_reason_state"), "delay_reason", ["state"], unique=False)
    op.create_table(
        "renewal_draft",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("end_day", sa.String(length=40), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("drafted_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_renewal_draft_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "end_day", name=op.f("pk_renewal_draft")),
    )


def downgrade() -> None:
    op.drop_table("renewal_draft")
    op.drop_table("delay_reason")
    op.drop_table("alarm")
    op.drop_index(op.f("ix_measure_control_to"), table_name="measure")
    op.drop_column("measure", "control_to")
