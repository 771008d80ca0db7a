"""Find cases by the words of their numbers and names"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.cases.number import parse_number
from command_center.cases.search_words import of_name, of_number

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BATCH = 1_000


def upgrade() -> None:
    op.create_index("ix_case_filed", "case", ["filed_ms"], unique=False)
    op.create_index("ix_case_state", "case", ["state", "filed_ms"], unique=False)
    counting = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    text = op.create_table(
        "case_text",
        sa.Column("seq", counting, autoincrement=True, nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("filed_ms", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_text_case_case")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_case_text")),
        sa.UniqueConstraint("case", name=op.f("uq_case_text_case")),
    )
    word = op.create_table(
        "case_word",
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("filed_ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", counting, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "filed_ms", "seq", name=op.f("pk_case_word")),
        sqlite_with_rowid=False,
    )
    _fill(text, word)


def _fill(text: sa.Table, word: sa.Table) -> None:
    """Write the words of the cases that are there already."""
    cases, parties = (
        sa.table("case", sa.column("id"), sa.column("number"), sa.column("filed_ms")),
        sa.table("party", sa.column("case"), sa.column("name")),
    )
    bind, seq, after = op.get_bind(), 0, ""
    while True:
        batch = bind.execute(
            sa.select(cases).where(cases.c.id > after).order_by(cases.c.id).limit(_BATCH)
        ).all()
        if not batch:
            break
        after = batch[-1].id
        names: dict[str, list[str]] = {case.id: [] for case in batch}
        for case, name in bind.execute(sa.select(parties).where(parties.c.case.in_(names))):
            names[case].append(name)
        texts, words = [], []
        for case in batch:
            seq += 1
            found = [of_number(parse_number(case.number)), *map(of_name, names[case.id])]
            texts.append({"seq": seq, "case": case.id, "filed_ms": case.filed_ms,
                          "text": "\n".join(one.line for one in found)})  # fmt: skip
            words += [{"word": one, "filed_ms": case.filed_ms, "seq": seq}
                      for one in sorted(frozenset().union(*(f.words for f in found)))]  # fmt: skip
        bind.execute(text.insert(), texts)
        bind.execute(word.insert(), words)
    if seq and bind.dialect.name == "postgresql":
        bind.execute(sa.text("SELECT setval(pg_get_serial_sequence('case_text', 'seq'), :seq)"),
                     {"seq": seq})  # fmt: skip


def downgrade() -> None:
    op.drop_table("case_word")
    op.drop_table("case_text")
    op.drop_index("ix_case_state", table_name="case")
    op.drop_index("ix_case_filed", table_name="case")
