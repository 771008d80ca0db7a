"""Name the measures and property that an objection is against"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_SUBJECT = "objection_subject"


def upgrade() -> None:
    op.create_table(
        _SUBJECT,
        sa.Column("objection", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=36), nullable=True),
        sa.Column("thing", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["objection"], ["objection.objection"],
            name=op.f("fk_objection_subject_objection_objection"),
        ),
        sa.ForeignKeyConstraint(
            ["thing"], ["thing.thing"], name=op.f("fk_objection_subject_thing_thing")
        ),
        sa.PrimaryKeyConstraint("objection", "number", name=op.f("pk_objection_subject")),
    )  # fmt: skip
    op.create_index(op.f("ix_objection_subject_measure"), _SUBJECT, ["measure"])
    for statement in append_only.protect(op.get_bind().dialect.name, _SUBJECT):
        op.execute(statement)


def downgrade() -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, _SUBJECT):
        op.execute(statement)
    op.drop_index(op.f("ix_objection_subject_measure"), table_name=_SUBJECT)
    op.drop_table(_SUBJECT)
