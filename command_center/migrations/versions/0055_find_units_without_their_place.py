"""Find units by the initials of what follows their place"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, pinyin
from sqlalchemy.dialects import postgresql, sqlite

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_BATCH = 1_000
_LETTERS = 6
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_PLACE = re.compile(rf"(?:[{_HAN}]{{2,8}}?(?:自治[区州县旗]|[省市区县州盟旗]))+(?=[{_HAN}]{{2}})")
_TEXT = sa.table(
    "case_text", sa.column("seq", sa.BigInteger), sa.column("filed_ms", sa.BigInteger),
    sa.column("text", sa.Text),
)  # fmt: skip
_WORD = sa.table(
    "case_word", sa.column("word", sa.String), sa.column("filed_ms", sa.BigInteger),
    sa.column("seq", sa.BigInteger),
)  # fmt: skip


def upgrade() -> None:
    bind, after = op.get_bind(), -1
    dialect = postgresql if bind.dialect.name == "postgresql" else sqlite
    query = sa.select(_TEXT).order_by(_TEXT.c.seq).limit(_BATCH)
    while batch := bind.execute(query.where(_TEXT.c.seq > after)).all():
        after = batch[-1].seq
        words = [
            {"word": word, "filed_ms": row.filed_ms, "seq": row.seq}
            for row in batch
            for word in sorted({word for line in row.text.split("\n") for word in _of(line)})
        ]
        if words:
            bind.execute(dialect.insert(_WORD).on_conflict_do_nothing(), words)


def downgrade() -> None:
    """The words stay: they lead to the same cases as the others."""


def _of(line: str) -> list[str]:
    """Return the beginnings of the initials of what follows the place in a name."""
    place = _PLACE.match(line)
    if place is None:
        return []
    rest = line[place.end() :]
    first, *others = (reading[0] for reading in pinyin(rest, style=Style.FIRST_LETTER))
    readings = pinyin(rest[0], style=Style.FIRST_LETTER, heteronym=True)[0]
    starts = {first, *(readings if len(first) == 1 else ())}
    runs = [(start + "".join(others))[:_LETTERS] for start in starts]
    return [run[:length] for run in runs for length in range(2, len(run) + 1)]
