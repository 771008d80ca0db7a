"""Tables of the quarantine: what came, and what two persons decided about it."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Ms, Raw, Word


class QuarantinedRecord(Base):
    """A record that came from a revoked device: authentic, and evidence of nothing yet. One of kind
    `footage` says what a part at the relay holds of a `recording`; its `size` is the part's, its
    clock the one at which that begins.

    decision: the one that names it, None where none does; ordered: the relay's order to take a part
    in; settled_ms: when it was carried out; outcome: `taken`, `discarded`, or, while it waits
    again, the code of the error that kept it from being taken last.
    """

    __tablename__ = "quarantined_record"

    record: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    kind: Mapped[Word]
    payload_sha256: Mapped[Key]
    envelope: Mapped[Raw]
    size: Mapped[int]
    exhibits: Mapped[int]
    recording: Mapped[Id | None] = mapped_column(index=True)
    recorded_ms: Mapped[Ms]
    received_ms: Mapped[Ms]
    decision: Mapped[Id | None] = mapped_column(ForeignKey("quarantine_decision.id"), index=True)
    ordered: Mapped[Id | None] = mapped_column(index=True)
    settled_ms: Mapped[Ms | None] = mapped_column(index=True)
    outcome: Mapped[Word] = mapped_column(default="")


class QuarantineDecision(Base):
    """What one person asked to be done with records of a device, and what another answered.

    digest: SHA-256 over the digests of the records it names; case: that of the records among them
    that name none; failed: how many could not be taken, and wait for another decision.
    """

    __tablename__ = "quarantine_decision"

    id: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    act: Mapped[Word]
    count: Mapped[int]
    digest: Mapped[Key]
    case: Mapped[Id | None]
    reason: Mapped[Line]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    asked_ms: Mapped[Ms]
    agreed: Mapped[bool | None]
    answer: Mapped[Line] = mapped_column(default="")
    answered_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    answered_ms: Mapped[Ms | None]
    failed: Mapped[int] = mapped_column(default=0)
