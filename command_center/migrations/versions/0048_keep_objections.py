"""Keep objections and their steps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_OBJECTION, _STEP = "objection", "objection_step"


def upgrade() -> None:
    op.create_table(
        _OBJECTION,
        sa.Column("objection", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("against", sa.String(length=36), nullable=True),
        sa.Column("matter", sa.String(length=400), nullable=False),
        sa.Column("received_day", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_objection_case_case")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_objection_party_party")),
        sa.ForeignKeyConstraint(
            ["against"], ["objection.objection"], name=op.f("fk_objection_against_objection")
        ),
        sa.PrimaryKeyConstraint("objection", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_case"), _OBJECTION, ["case"])
    op.create_table(
        _STEP,
        sa.Column("objection", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("judge", sa.String(length=36), nullable=True),
        sa.Column("party", sa.String(length=36), nullable=True),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection"], ["objection.objection"],
            name=op.f("fk_objection_step_objection_objection"),
        ),
        sa.PrimaryKeyConstraint("objection", "number", name=op.f("pk_objection_step")),
    )  # fmt: skip
    for table in (_OBJECTION, _STEP):
        for statement in append_only.protect(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    for table in (_STEP, _OBJECTION):
        for statement in append_only.unprotect(op.get_bind().dialect.name, table):
            op.execute(statement)
    op.drop_table(_STEP)
    op.drop_index(op.f("ix_objection_case"), table_name=_OBJECTION)
    op.drop_table(_OBJECTION)
