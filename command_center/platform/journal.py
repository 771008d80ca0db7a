"""Ledger entries as the unit of work writes them: the exact bytes, in the change's transaction.

The room `ledger/` gives them their indices and keeps the tree; `PendingEntry` is its work list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Ms, Raw
from schemas.ledger import LedgerEntry


class EntryRow(Base):
    """One entry; `raw` is the leaf, never encoded again."""

    __tablename__ = "ledger_entry"
    append_only: ClassVar[bool] = True

    entry: Mapped[Id] = mapped_column(primary_key=True)
    at_ms: Mapped[Ms]
    tag: Mapped[Line] = mapped_column(index=True)
    actor: Mapped[Line]
    subject: Mapped[Line] = mapped_column(index=True)
    digest: Mapped[Key]
    raw: Mapped[Raw]


class PendingEntry(Base):
    """An entry that the sequencer has not yet given its index."""

    __tablename__ = "ledger_pending"

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    entry: Mapped[Id] = mapped_column(unique=True)


def append_entries(session: Session, entries: Sequence[LedgerEntry]) -> None:
    """Write entries in two statements, however many they are; `refs` are ids, never names."""
    if not entries:
        return
    session.connection().execute(insert(EntryRow), [
        {
            "entry": one.entry, "at_ms": one.at_ms, "tag": one.tag, "actor": one.actor,
            "subject": one.subject, "digest": one.digest, "raw": msgspec.json.encode(one),
        }
        for one in entries
    ])  # fmt: skip
    session.connection().execute(insert(PendingEntry), [{"entry": one.entry} for one in entries])
