"""Keep the whole case: changes of parties and state, representatives, links, money, property"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PROTECTED = ("party_change", "case_link", "case_state_change", "case_receipt")
_INDEXES = (
    ("case_link", "other"), ("case_receipt", "case"), ("representative", "party"),
    ("thing", "case"), ("thing", "mark_index"), ("measure", "thing"),
)  # fmt: skip
_CASE_TEXTS = (
    ("basis_body", sa.String(length=400)), ("basis_day", sa.String(length=40)),
    ("perform_by", sa.String(length=40)), ("claim", sa.Text()),
    ("close_kind", sa.String(length=40)),
)  # fmt: skip


def upgrade() -> None:
    for name, kind in _CASE_TEXTS:
        op.add_column("case", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("case", sa.Column("principal_fen", sa.BigInteger(), nullable=True))
    op.add_column("party", sa.Column("until_day", sa.String(length=40), nullable=True))
    op.add_column("measure", sa.Column("thing", sa.String(length=36), nullable=True))
    op.create_table(
        "case_link",
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("other", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("linked_by", sa.String(length=36), nullable=False),
        sa.Column("linked_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_link_case_case")),
        sa.ForeignKeyConstraint(["other"], ["case.id"], name=op.f("fk_case_link_other_case")),
        sa.PrimaryKeyConstraint("case", "other", "kind", name=op.f("pk_case_link")),
    )
    op.create_table(
        "case_receipt",
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=True),
        sa.Column("voids", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_receipt_case_case")),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_case_receipt")),
        sa.UniqueConstraint("voids", name=op.f("uq_case_receipt_voids")),
    )
    op.create_table(
        "case_state_change",
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("close_kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("approver", sa.String(length=36), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_state_change_case_case")),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_case_state_change")),
    )
    op.create_table(
        "party_change",
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=400), nullable=False),
        sa.Column("after", sa.String(length=400), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_change_party_party")),
        sa.PrimaryKeyConstraint("party", "number", name=op.f("pk_party_change")),
    )
    op.create_table(
        "representative",
        sa.Column("representative", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("authority", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=400), nullable=False),
        sa.Column("paper", sa.String(length=400), nullable=False),
        sa.Column("since_day", sa.String(length=40), nullable=False),
        sa.Column("until_day", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party"], ["party.id"], name=op.f("fk_representative_party_party")
        ),
        sa.PrimaryKeyConstraint("representative", name=op.f("pk_representative")),
    )
    op.create_table(
        "thing",
        sa.Column("thing", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("mark", sa.String(length=400), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("mark_index", sa.String(length=64), nullable=True),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("flags", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("found_day", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_thing_case_case")),
        sa.ForeignKeyConstraint(["owner"], ["party.id"], name=op.f("fk_thing_owner_party")),
        sa.PrimaryKeyConstraint("thing", name=op.f("pk_thing")),
    )
    for table, column in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table in _PROTECTED:
        for statement in protect(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    for table in _PROTECTED:
        for statement in unprotect(op.get_bind().dialect.name, table):
            op.execute(statement)
    for table, column in reversed(_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in ("thing", "representative", *_PROTECTED):
        op.drop_table(table)
    op.drop_column("measure", "thing")
    op.drop_column("party", "until_day")
    op.drop_column("case", "principal_fen")
    for name, _kind in reversed(_CASE_TEXTS):
        op.drop_column("case", name)
