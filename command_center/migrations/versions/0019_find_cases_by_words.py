"""Find cases by the words of their numbers and names"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, pinyin

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BATCH = 1_000
_LETTERS, _DIGITS = 6, 12
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<digits>\d+)|(?P<letters>(?:(?![{_HAN}])[^\W\d_])+)")
_OWN_NUMBER = re.compile(r"(\d+)(?:-\d+)?号")


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
            found = [_of_number(case.number), *map(_of_name, names[case.id])]
            texts.append({"seq": seq, "case": case.id, "filed_ms": case.filed_ms,
                          "text": "\n".join(line for line, _ in found)})  # fmt: skip
            words += [{"word": one, "filed_ms": case.filed_ms, "seq": seq}
                      for one in sorted(set().union(*(leads for _, leads in found)))]  # fmt: skip
        bind.execute(text.insert(), texts)
        bind.execute(word.insert(), words)
    if seq and bind.dialect.name == "postgresql":
        bind.execute(sa.text("SELECT setval(pg_get_serial_sequence('case_text', 'seq'), :seq)"),
                     {"seq": seq})  # fmt: skip


# The words as search had them in this version: what search does later is its own migration.


def _of_number(number: str) -> tuple[str, set[str]]:
    line, own = _plain(number), _OWN_NUMBER.search(number)
    return line, {*_words(line), *_beginnings(own[1][:_DIGITS] if own else "")}


def _of_name(name: str) -> tuple[str, set[str]]:
    line = _plain(name)
    words = set(_words(line))
    for run in _RUN.finditer(line):
        if run["letters"]:
            words.update(_beginnings(run["letters"][:_LETTERS]))
    initials = _initials(line)
    for one in initials:
        words.update(_beginnings(one[:_LETTERS]))
    return "\n".join((line, *initials)), words


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _words(line: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.finditer(line):
        if run["han"]:
            found += [run["han"][at : at + 2] for at in range(len(run["han"]) - 1)]
        elif run["digits"]:
            found.append(run["digits"][:_DIGITS])
        elif len(run["letters"]) > 1:
            found.append(run["letters"][:_LETTERS])
    return found


def _beginnings(run: str) -> list[str]:
    return [run[:length] for length in range(min(2, len(run)), len(run) + 1)]


def _initials(line: str) -> list[str]:
    if not re.search(f"[{_HAN}]", line):
        return []
    first, *rest = (reading[0] for reading in pinyin(line, style=Style.FIRST_LETTER))
    others = pinyin(line[0], style=Style.FIRST_LETTER, heteronym=True)[0] if len(first) == 1 else []
    return sorted({start + "".join(rest) for start in (first, *others)})


def downgrade() -> None:
    op.drop_table("case_word")
    op.drop_table("case_text")
    op.drop_index("ix_case_state", table_name="case")
    op.drop_index("ix_case_filed", table_name="case")
