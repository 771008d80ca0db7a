"""Ledger entries as the unit of work writes them: the exact bytes, in the change's transaction.

The room `ledger/` gives them their indices and keeps the tree; `PendingEntry` is its work list.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from sqlalchemy.orm import Mapped, Session, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Ms, Raw
from schemas.ids import new_id
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


def append_entry(
    session: Session,
    at_ms: int,
    tag: str,
    actor: str,
    subject: str,
    digest: str,
    refs: dict[str, str],
) -> str:
    """Write one entry and return its id; `refs` are ids, never names."""
    entry = LedgerEntry(new_id(), at_ms, tag, actor, subject, digest, refs)
    session.add(
        EntryRow(
            entry=entry.entry,
            at_ms=at_ms,
            tag=tag,
            actor=actor,
            subject=subject,
            digest=digest,
            raw=msgspec.json.encode(entry),
        )
    )
    session.add(PendingEntry(entry=entry.entry))
    return entry.entry
