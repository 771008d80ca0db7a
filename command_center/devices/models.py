"""Tables of devices, their enrolment codes, sessions and used nonces."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Ms, Raw, Word

RELAY_SIGNS = "relay"
"""The `protection` of a source that cannot sign."""


class Device(Base):
    """A device with its certified key. `revoked_ms` set: its signatures after it are not believed.

    `officer` enrolled it; `holder` has it now and is signed in on it, None: it lies in store
    (`HandoverRow` says who had it when). A source that cannot sign (an offline
    recorder, a bridged camera) has `protection` "relay" and no key of its own: what comes of it
    is signed by the relay, and `key` holds a word that is no fingerprint.
    """

    __tablename__ = "device"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[Line]
    key: Mapped[Key] = mapped_column(unique=True)
    alg: Mapped[Word]
    public: Mapped[Raw]
    protection: Mapped[Word]
    app: Mapped[Line]
    officer: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    holder: Mapped[Id | None] = mapped_column(index=True)
    certificate: Mapped[Raw]
    enrolled_ms: Mapped[Ms]
    last_contact_ms: Mapped[Ms | None]
    last_counter: Mapped[int] = mapped_column(BigInteger, default=0)
    revoked_ms: Mapped[Ms | None]
    revocation: Mapped[Raw | None]
    connected: Mapped[bool] = mapped_column(default=False)
    connected_ms: Mapped[Ms | None]

    @property
    def signs(self) -> bool:
        """Whether it has a key of its own."""
        return self.protection != RELAY_SIGNS


class HandoverRow(Base):
    """A line of the ledger of devices: `issued` to `staff`, or returned by him. `by` stood at the
    desk; `condition`: how the device was."""

    __tablename__ = "device_handover"
    __table_args__ = (Index("ix_device_handover_device_at_ms", "device", "at_ms"),)
    append_only: ClassVar[bool] = True

    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    issued: Mapped[bool]
    staff: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at_ms: Mapped[Ms]
    condition: Mapped[Line]


class EnrolmentCode(Base):
    """A one-time code for one officer: only its hash is kept; good for 15 minutes."""

    __tablename__ = "enrolment_code"

    code_hash: Mapped[Key] = mapped_column(primary_key=True)
    officer: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    made_by: Mapped[Id]
    made_ms: Mapped[Ms]
    good_until_ms: Mapped[Ms]
    used_ms: Mapped[Ms | None]
    device: Mapped[Id | None]


class SecondKeyRow(Base):
    """A second officer's key on a colleague's device; only he has the PIN that opens it there."""

    __tablename__ = "second_key"

    key: Mapped[Key] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    officer: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    public: Mapped[Raw]
    enrolled_ms: Mapped[Ms]
    revoked_ms: Mapped[Ms | None]


class DeviceSession(Base):
    """A bearer session that a contact gave: the SHA-256 of its token."""

    __tablename__ = "device_session"

    token_hash: Mapped[Key] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    until_ms: Mapped[Ms]


class ContactNonce(Base):
    """A nonce that a device has used; a second contact with it is a replay."""

    __tablename__ = "contact_nonce"
    __table_args__ = (Index("ix_contact_nonce_at_ms", "at_ms"),)

    device: Mapped[Id] = mapped_column(primary_key=True)
    nonce: Mapped[Key] = mapped_column(primary_key=True)
    at_ms: Mapped[Ms]


class RelayOrderRow(Base):
    """An order to the relays and what became of it."""

    __tablename__ = "relay_order"

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    subject: Mapped[Line]
    reason: Mapped[Line]
    envelope: Mapped[Raw]
    made_ms: Mapped[Ms]
    outcome: Mapped[Word] = mapped_column(default="")
    applied_ms: Mapped[Ms | None]


class SilenceRow(Base):
    """A silence that a device planned. `overdue_ms`: alarmed then; `over_ms`: it was heard of."""

    __tablename__ = "planned_silence"

    silence: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    operation: Mapped[Id]
    case: Mapped[Id]
    until_ms: Mapped[Ms]
    overdue_ms: Mapped[Ms | None]
    over_ms: Mapped[Ms | None]


class SosRow(Base):
    """An officer's alarm. It ends when a person of the desk confirms a call-back (`ended_ms`),
    which wants the device's word by PIN (`pin_ms`) first; not after `duress_ms`.

    `lat`…`seen_ms`: the last known place and when the device measured it.
    """

    __tablename__ = "sos"

    sos: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"))
    officer: Mapped[Id]
    operation: Mapped[Id | None]
    case: Mapped[Id | None]
    cause: Mapped[Word]
    pin_set: Mapped[bool]
    raised_ms: Mapped[Ms]
    received_ms: Mapped[Ms]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    seen_ms: Mapped[Ms | None]
    pin_ms: Mapped[Ms | None]
    duress_ms: Mapped[Ms | None]
    taken_by: Mapped[Id | None]
    taken_ms: Mapped[Ms | None]
    ended_by: Mapped[Id | None]
    ended_ms: Mapped[Ms | None] = mapped_column(index=True)
    outcome: Mapped[Line] = mapped_column(default="")
