"""Tables of the recordings' index, as the relays' feeds tell it; every row is safe to repeat."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Long, Ms, Raw, Word


class RelayCursor(Base):
    """How far a relay's feed was applied, saved in the transaction that applied it."""

    __tablename__ = "relay_cursor"

    relay: Mapped[Word] = mapped_column(primary_key=True)
    epoch: Mapped[Word]
    seq: Mapped[int] = mapped_column(BigInteger)
    read_ms: Mapped[Ms]


class RecordingRow(Base):
    """A recording by its signed opening (envelope JSON bytes, never encoded again)."""

    __tablename__ = "recording"

    id: Mapped[Id] = mapped_column(primary_key=True)
    relay: Mapped[Word]
    device: Mapped[Id] = mapped_column(index=True)
    officer: Mapped[Id] = mapped_column(index=True)
    operation: Mapped[Id | None] = mapped_column(index=True)
    counter: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[Word]
    opened_wall_ms: Mapped[Ms] = mapped_column(index=True)
    learnt_ms: Mapped[Ms]
    opening: Mapped[Raw]
    opening_sha256: Mapped[Key]
    quarantined: Mapped[bool]


class RenditionRow(Base):
    """One rendition: ranges as JSON lists of [first, last]; `last` once its final head came."""

    __tablename__ = "recording_rendition"

    recording: Mapped[Id] = mapped_column(primary_key=True)
    rendition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[Long] = mapped_column(default="[]")
    archived: Mapped[Long] = mapped_column(default="[]")
    unsigned: Mapped[Long] = mapped_column(default="[]")
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    first_wall_ms: Mapped[Ms | None]
    last_wall_ms: Mapped[Ms | None]
    ended: Mapped[bool] = mapped_column(default=False)
    last: Mapped[int | None] = mapped_column(BigInteger)
    head: Mapped[Raw | None]


class SpanRow(Base):
    """A run of archived fragments with the device's wall clocks of its start and end."""

    __tablename__ = "recording_span"
    __table_args__ = (UniqueConstraint("recording", "rendition", "first", "last"),)

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    recording: Mapped[Id]
    rendition: Mapped[int]
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    start_wall_ms: Mapped[Ms]
    end_wall_ms: Mapped[Ms]


class ArchivedPart(Base):
    """The relay's signed word that a part was read back and hashed (envelope JSON bytes)."""

    __tablename__ = "archived_part"
    append_only: ClassVar[bool] = True

    part: Mapped[Id] = mapped_column(primary_key=True)
    recording: Mapped[Id] = mapped_column(index=True)
    part_sha256: Mapped[Key]
    statement: Mapped[Raw]
    statement_sha256: Mapped[Key]
    at_ms: Mapped[Ms]


class FootageFinding(Base):
    """A broken chain or a Conflict of bytes that a relay reported; never deleted."""

    __tablename__ = "footage_finding"
    __table_args__ = (
        UniqueConstraint("recording", "rendition", "number", "code", "other_sha256"),
        Index("ix_footage_finding_recording", "recording"),
    )
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    recording: Mapped[Id]
    rendition: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[Word]
    held_sha256: Mapped[Key] = mapped_column(default="")
    other_sha256: Mapped[Key] = mapped_column(default="")
    at_ms: Mapped[Ms]


class StoredExhibit(Base):
    """An exhibit that a relay holds durably."""

    __tablename__ = "stored_exhibit"

    sha256: Mapped[Key] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    device: Mapped[Id]
    stored_ms: Mapped[Ms]


class TalkRow(Base):
    """A burst of talk: what the relay signed about it, and a line of it. `devices` is JSON:
    the devices, and the staff at a desk, whom it reached."""

    __tablename__ = "talk_burst"
    append_only: ClassVar[bool] = True

    burst: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id | None] = mapped_column(index=True)
    speaker: Mapped[Id]
    desk: Mapped[bool]
    devices: Mapped[Long]
    began_ms: Mapped[Ms]
    duration_ms: Mapped[int]
    end: Mapped[Word]
    sha256: Mapped[Key]
    statement: Mapped[Raw]


class DerivedRow(Base):
    """A derived copy that was made: what the relay signed of it."""

    __tablename__ = "derived_copy"
    append_only: ClassVar[bool] = True

    derivation: Mapped[Id] = mapped_column(primary_key=True)
    film_sha256: Mapped[Key] = mapped_column(primary_key=True)
    recording: Mapped[Id] = mapped_column(index=True)
    made_ms: Mapped[Ms]
    statement: Mapped[Raw]


class OpeningRow(Base):
    """A private interval asked for: by whom, for whom, why; and another's answer. `from_ms` and
    `to_ms` are the device's wall clocks that it opens, until `until_ms` of the centre's; its end,
    or that nobody answered, was told at `over_ms`."""

    __tablename__ = "private_opening"

    id: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    interval: Mapped[Id]
    device: Mapped[Id]
    viewer: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    reason: Mapped[Line]
    minutes: Mapped[int]
    asked_by: Mapped[Id]
    asked_ms: Mapped[Ms]
    agreed: Mapped[bool | None]
    answered_by: Mapped[Id | None]
    answered_ms: Mapped[Ms | None]
    from_ms: Mapped[Ms | None]
    to_ms: Mapped[Ms | None]
    until_ms: Mapped[Ms | None]
    over_ms: Mapped[Ms | None]


class ImportRow(Base):
    """The file of an offline recorder that is brought: it becomes the recording of that id.

    `started_wall_ms` is its beginning by the recorder's own clock, `clock_ahead_ms` how far that
    was ahead, as stated; stage, digest and code are what the relay's feed told last.
    """

    __tablename__ = "import_file"

    id: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(ForeignKey("device.id"), index=True)
    officer: Mapped[Id]
    operation: Mapped[Id | None] = mapped_column(ForeignKey("operation.id"), index=True)
    name: Mapped[Line]
    size: Mapped[int] = mapped_column(BigInteger)
    started_wall_ms: Mapped[Ms]
    clock_ahead_ms: Mapped[Ms]
    made_by: Mapped[Id]
    made_ms: Mapped[Ms]
    stage: Mapped[Word]
    sha256: Mapped[Key] = mapped_column(default="")
    code: Mapped[Word] = mapped_column(default="")
    changed_ms: Mapped[Ms]


class PlacedRow(Base):
    """Who gave a recording its operation by hand, and why."""

    __tablename__ = "recording_placed"
    append_only: ClassVar[bool] = True

    recording: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"))
    reason: Mapped[Line]
    made_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at_ms: Mapped[Ms]


class LiveSourceRow(Base):
    """A camera over a bridge. `secret` opens with the court's ingest key alone, which the relay
    has; state and code are what the relay's feed told last."""

    __tablename__ = "live_source"

    id: Mapped[Id] = mapped_column(ForeignKey("device.id"), primary_key=True)
    road: Mapped[Word]
    enabled: Mapped[bool]
    operation: Mapped[Id | None] = mapped_column(ForeignKey("operation.id"))
    address: Mapped[Line]
    port: Mapped[int]
    peer: Mapped[Word]
    wrapped_key: Mapped[Raw]
    secret: Mapped[Raw]
    state: Mapped[Word]
    code: Mapped[Word] = mapped_column(default="")
    code_ms: Mapped[Ms | None]
    changed_ms: Mapped[Ms]
