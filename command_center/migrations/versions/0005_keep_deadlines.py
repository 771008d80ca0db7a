"""Keep deadlines, intervals and the court's calendar"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AUTO = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deadline",
        sa.Column("deadline", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("start_day", sa.String(length=40), nullable=False),
        sa.Column("due_day", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("calendar", _AUTO, nullable=False),
        sa.Column("started_by", sa.String(length=36), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_day", sa.String(length=40), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_deadline_case_case")),
        sa.PrimaryKeyConstraint("deadline", name=op.f("pk_deadline")),
        sa.UniqueConstraint(
            "case",
            "rule",
            "subject",
            "start_day",
            name=op.f("uq_deadline_case_rule_subject_start_day"),
        ),
    )
    op.create_index(op.f("ix_deadline_rule"), "deadline", ["rule"], unique=False)
    op.create_index("ix_deadline_state_due_day", "deadline", ["state", "due_day"], unique=False)
    op.create_table(
        "case_interval",
        sa.Column("interval", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.String(length=40), nullable=False),
        sa.Column("last_day", sa.String(length=40), nullable=True),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_interval_case_case")),
        sa.PrimaryKeyConstraint("interval", name=op.f("pk_case_interval")),
    )
    op.create_index(op.f("ix_case_interval_case"), "case_interval", ["case"], unique=False)
    op.create_table(
        "deadline_extension",
        sa.Column("deadline", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("approver", sa.String(length=400), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline"],
            ["deadline.deadline"],
            name=op.f("fk_deadline_extension_deadline_deadline"),
        ),
        sa.PrimaryKeyConstraint("deadline", "number", name=op.f("pk_deadline_extension")),
    )
    op.create_table(
        "calendar_change",
        sa.Column("seq", _AUTO, autoincrement=True, nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_calendar_change")),
    )
    for table in ("deadline_extension", "calendar_change"):
        for statement in protect(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    for table in ("calendar_change", "deadline_extension"):
        for statement in unprotect(op.get_bind().dialect.name, table):
            op.execute(statement)
        op.drop_table(table)
    op.drop_table("case_interval")
    op.drop_table("deadline")
