"""Serve papers: addresses by rung, services, attempts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_address",
        sa.Column("address", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party"], ["party.id"], name=op.f("fk_service_address_party_party")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_service_address")),
    )
    op.create_index(op.f("ix_service_address_party"), "service_address", ["party"], unique=False)
    op.create_table(
        "service",
        sa.Column("service", sa.String(length=36), nullable=False),
        sa.Column("paper", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("begun_by", sa.String(length=36), nullable=False),
        sa.Column("begun_ms", sa.BigInteger(), nullable=False),
        sa.Column("effective_day", sa.String(length=40), nullable=True),
        sa.Column("law", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["paper.paper"], name=op.f("fk_service_paper_paper")),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_service_case_case")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_service_party_party")),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_service")),
        sa.UniqueConstraint("paper", "party", name=op.f("uq_service_paper_party")),
    )
    for column in ("paper", "case"):
        op.create_index(op.f(f"ix_service_{column}"), "service", [column], unique=False)
    op.create_table(
        "service_attempt",
        sa.Column("attempt", sa.String(length=36), nullable=False),
        sa.Column("service", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=36), nullable=True),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("outcome_day", sa.String(length=40), nullable=True),
        sa.Column("proof", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["service"], ["service.service"], name=op.f("fk_service_attempt_service_service")
        ),
        sa.ForeignKeyConstraint(
            ["address"],
            ["service_address.address"],
            name=op.f("fk_service_attempt_address_service_address"),
        ),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_service_attempt")),
    )
    op.create_index(
        op.f("ix_service_attempt_service"), "service_attempt", ["service"], unique=False
    )


def downgrade() -> None:
    op.drop_table("service_attempt")
    op.drop_table("service")
    op.drop_table("service_address")
