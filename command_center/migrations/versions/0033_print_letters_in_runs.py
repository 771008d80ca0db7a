"""Print letters in runs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_run",
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("begun_by", sa.String(length=36), nullable=False),
        sa.Column("begun_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["begun_by"], ["staff.id"], name="fk_print_run_begun_by_staff"),
        sa.PrimaryKeyConstraint("run", name="pk_print_run"),
    )
    op.create_index("ix_print_run_state", "print_run", ["state"])
    op.create_index("ix_print_run_begun_ms", "print_run", ["begun_ms"])
    op.create_table(
        "print_sheet",
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["print_run.run"], name="fk_print_sheet_run_print_run"),
        sa.PrimaryKeyConstraint("run", "sheet", name="pk_print_sheet"),
    )
    op.create_table(
        "print_item",
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["notice"], ["notice.notice"], name="fk_print_item_notice_notice"),
        sa.ForeignKeyConstraint(
            ["run", "sheet"],
            ["print_sheet.run", "print_sheet.sheet"],
            name="fk_print_item_run_print_sheet",
        ),
        sa.ForeignKeyConstraint(["run"], ["print_run.run"], name="fk_print_item_run_print_run"),
        sa.PrimaryKeyConstraint("run", "number", name="pk_print_item"),
    )


def downgrade() -> None:
    op.drop_table("print_item")
    op.drop_table("print_sheet")
    op.drop_index("ix_print_run_begun_ms", table_name="print_run")
    op.drop_index("ix_print_run_state", table_name="print_run")
    op.drop_table("print_run")
