"""Tables of the tree over ledger entries: leaves, whole nodes, signed heads."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Ms, Raw


class LeafRow(Base):
    """The index that the sequencer gave an entry, from 0."""

    __tablename__ = "ledger_leaf"
    append_only: ClassVar[bool] = True

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry: Mapped[Id] = mapped_column(unique=True)


class NodeRow(Base):
    """A whole subtree: level 0 are leaf hashes, `position` counts subtrees from the left."""

    __tablename__ = "ledger_node"
    append_only: ClassVar[bool] = True

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[Raw]


class HeadRow(Base):
    """A signed tree head (envelope `tree_head/1`, JSON bytes) at a size."""

    __tablename__ = "ledger_head"
    append_only: ClassVar[bool] = True

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at_ms: Mapped[Ms]
    envelope: Mapped[Raw]
