"""Tables of a case's file: changes of parties and state, representatives, links, money, things.

Days are ISO texts, amounts integer fen. What is append-only is mended by a new row.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Long, Ms, Raw, Word


class PartyChange(Base):
    """What changed of a party on a day: NAME, ROLE, BIRTH, JOINED or LEFT; from what, to what.

    Of a BIRTH both are masked, `paper` is its source, `secret` the encrypted day before.
    """

    __tablename__ = "party_change"
    append_only: ClassVar[bool] = True

    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Word]
    day: Mapped[Word]
    before: Mapped[Line]
    after: Mapped[Line]
    paper: Mapped[Line]
    secret: Mapped[Raw | None]
    changed_by: Mapped[Id]
    changed_ms: Mapped[Ms]


class Representative(Base):
    """Who acts for a party, from a day until another: head of a unit, statutory agent, lawyer."""

    __tablename__ = "representative"

    representative: Mapped[Id] = mapped_column(primary_key=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[Word]
    name: Mapped[Line]
    authority: Mapped[Word]
    unit: Mapped[Line]
    paper: Mapped[Line]
    since_day: Mapped[Word]
    until_day: Mapped[Word | None]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]


class CaseLink(Base):
    """Two cases that belong together; the kind is read from `case` to `other`."""

    __tablename__ = "case_link"
    append_only: ClassVar[bool] = True

    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), primary_key=True)
    other: Mapped[Id] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    linked_by: Mapped[Id]
    linked_ms: Mapped[Ms]


class StateChange(Base):
    """A change of a case's state (S-18): ground and reason, the paper, who approved it."""

    __tablename__ = "case_state_change"
    append_only: ClassVar[bool] = True

    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[Word]
    after: Mapped[Word]
    close_kind: Mapped[Word]
    day: Mapped[Word]
    ground: Mapped[Word]
    reason: Mapped[Line]
    paper: Mapped[Line]
    approver: Mapped[Id]
    changed_by: Mapped[Id]
    changed_ms: Mapped[Ms]


class Receipt(Base):
    """Money that came in towards the claim (执行到位). `voids`: the one that it takes back."""

    __tablename__ = "case_receipt"
    append_only: ClassVar[bool] = True

    receipt: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    day: Mapped[Word]
    amount_fen: Mapped[Ms]
    how: Mapped[Word]
    paper: Mapped[Line]
    subject: Mapped[Id | None]
    voids: Mapped[Id | None] = mapped_column(unique=True)
    reason: Mapped[Line]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]


class Thing(Base):
    """A property of a debtor (财产登记). `mark`: its number; an account's is masked there and kept
    in full, encrypted, as `secret`.

    flags: words of `things.FLAGS`, parted by spaces. state: of `things.STATES`.
    """

    __tablename__ = "thing"

    thing: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    owner: Mapped[Id] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[Word]
    name: Mapped[Line]
    mark: Mapped[Line]
    secret: Mapped[Raw | None]
    mark_index: Mapped[Key | None] = mapped_column(index=True)
    value_fen: Mapped[Ms | None]
    flags: Mapped[Line]
    source: Mapped[Word]
    found_day: Mapped[Word]
    state: Mapped[Word]
    note: Mapped[Long]
    recorded_by: Mapped[Id]
    recorded_ms: Mapped[Ms]
