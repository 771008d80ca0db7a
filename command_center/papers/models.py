"""Tables of papers: what each is and how far, and the bytes that were stamped."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Long, Ms, Raw, Word


class PaperRow(Base):
    """One paper. subject: what it is about (measure, reason, service); party: whom it is for.

    printed: `Printed` as JSON, encrypted under `paper.printed`. sha256: of the bytes that were
    approved; approvals: how often it was (a failed stamp is approved again). wording: the court's
    own text that it is made with.
    """

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("case", "series", "serial"),)

    paper: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    subject: Mapped[Id] = mapped_column(index=True)
    party: Mapped[Id | None] = mapped_column(ForeignKey("party.id"))
    series: Mapped[Word]
    serial: Mapped[int]
    number: Mapped[Line]
    title: Mapped[Line]
    printed: Mapped[Raw]
    wording: Mapped[Id | None] = mapped_column(index=True)
    state: Mapped[Word] = mapped_column(index=True)
    made_by: Mapped[Id]
    made_ms: Mapped[Ms] = mapped_column(index=True)
    sha256: Mapped[Key | None]
    approvals: Mapped[int] = mapped_column(default=0)
    approved_by: Mapped[Id | None]
    approved_ms: Mapped[Ms | None]
    stamped_ms: Mapped[Ms | None]
    stamp: Mapped[Line] = mapped_column(default="")
    error: Mapped[Line] = mapped_column(default="")
    issued_by: Mapped[Id | None]
    issued_ms: Mapped[Ms | None]
    void_reason: Mapped[Line] = mapped_column(default="")


class WordingRow(Base):
    """The court's own text of a kind of paper: proposed, decided by another person unless its
    author recalls it, in force until it is replaced or withdrawn. Its text is never changed.
    note: why it is proposed."""

    __tablename__ = "paper_wording"
    __table_args__ = (UniqueConstraint("kind", "edition"),)

    wording: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    edition: Mapped[int]
    body: Mapped[Long]
    note: Mapped[Line]
    state: Mapped[Word]
    author: Mapped[Id]
    proposed_ms: Mapped[Ms]
    decided_by: Mapped[Id | None]
    decided_ms: Mapped[Ms | None]
    answer: Mapped[Line] = mapped_column(default="")
    ended_by: Mapped[Id | None]
    ended_ms: Mapped[Ms | None]
    end_reason: Mapped[Line] = mapped_column(default="")


class PaperFileRow(Base):
    """The stamped bytes of a paper, encrypted under `paper.file`; sha256 is of the plain bytes."""

    __tablename__ = "paper_file"
    append_only: ClassVar[bool] = True

    paper: Mapped[Id] = mapped_column(ForeignKey("paper.paper"), primary_key=True)
    sha256: Mapped[Key]
    data: Mapped[Raw]
