"""Tables of acts: the record's exact bytes, the measure, its period, items and exhibits."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Long, Ms, Raw, Word


class RecordRow(Base):
    """A field record as it came: the whole envelope and the digest of what was signed.

    receipt: the JSON of the `RecordReceipt` given for it, so that the same bytes again get the
    same answer. quarantined: its device was revoked when the record arrived; two persons let it in
    by that decision.
    """

    __tablename__ = "field_record"
    append_only: ClassVar[bool] = True

    record: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[Id] = mapped_column(index=True)
    officer: Mapped[Id]
    operation: Mapped[Id] = mapped_column(index=True)
    case: Mapped[Id] = mapped_column(index=True)
    kind: Mapped[Word]
    payload_sha256: Mapped[Key]
    envelope: Mapped[Raw]
    receipt: Mapped[Raw]
    quarantined: Mapped[bool]
    decision: Mapped[Id | None]
    recorded_ms: Mapped[Ms]
    received_ms: Mapped[Ms]


class PlacedRow(Base):
    """A record of an operation whose case was named only afterwards: what followed from it then.
    The record's own row keeps the receipt that its device got."""

    __tablename__ = "placed_record"
    append_only: ClassVar[bool] = True

    record: Mapped[Id] = mapped_column(ForeignKey("field_record.record"), primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    receipt: Mapped[Raw]
    placed_ms: Mapped[Ms]


class MeasureRow(Base):
    """A measure. Its id is the record's id for acts recorded in the field.

    control_to: the last day (ISO) of the control period in force; None where none is.
    target: the party it is against; waits_for, queue_position: 轮候 behind which measure;
    thing: the property of the register that it takes hold of.
    """

    __tablename__ = "measure"
    # What ends next, and how much there is of what, are read from an index alone.
    __table_args__ = (
        Index("ix_measure_control_to", "control_to", "measure", "kind"),
        Index("ix_measure_kind_state_value", "kind", "state", "value_fen"),
    )

    measure: Mapped[Id] = mapped_column(primary_key=True)
    record: Mapped[Id | None] = mapped_column(ForeignKey("field_record.record"))
    kind: Mapped[Word]
    property_kind: Mapped[Word]
    state: Mapped[Word] = mapped_column(index=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    operation: Mapped[Id | None] = mapped_column(ForeignKey("operation.id"), index=True)
    device: Mapped[Id | None]
    officer: Mapped[Id] = mapped_column(index=True)
    second_officer: Mapped[Id | None]
    subject: Mapped[Line]
    place: Mapped[Line]
    custodian: Mapped[Line]
    storage_place: Mapped[Line]
    note: Mapped[Long]
    value_fen: Mapped[Ms | None]
    control_to: Mapped[Word | None]
    target: Mapped[Id | None]
    thing: Mapped[Id | None] = mapped_column(index=True)
    waits_for: Mapped[Id | None] = mapped_column(index=True)
    queue_position: Mapped[int | None]
    closed_ms: Mapped[Ms | None]
    started_ms: Mapped[Ms]
    executed_ms: Mapped[Ms]
    received_ms: Mapped[Ms]
    footage_recording: Mapped[Id | None]
    footage_number: Mapped[Ms | None]
    footage_wall_ms: Mapped[Ms | None]


class ControlPeriodRow(Base):
    """A control period (起止日期), ISO days, both inclusive. `paper_*`: as written, unread;
    suggested: the paper named no usable dates, so the centre proposed them."""

    __tablename__ = "control_period"

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    start_day: Mapped[Word]
    end_day: Mapped[Word] = mapped_column(index=True)
    suggested: Mapped[bool]
    paper_from: Mapped[Line]
    paper_to: Mapped[Line]
    law: Mapped[Line]


class MeasureItemRow(Base):
    """One row of the list (清单). `lot`: the record of the lot that it came by, None: the act's
    own; `footage_*`: the moment that shows it."""

    __tablename__ = "measure_item"

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[Ms]
    name: Mapped[Line]
    quantity: Mapped[Ms]
    unit: Mapped[Line]
    brand_model: Mapped[Line]
    serial: Mapped[Line]
    condition: Mapped[Line]
    value_fen: Mapped[Ms | None]
    photos: Mapped[Long]
    lot: Mapped[Id | None] = mapped_column(index=True)
    footage_recording: Mapped[Id | None]
    footage_wall_ms: Mapped[Ms | None]


class DefectRow(Base):
    """What the law wants and the record lacks; mended by a new entry, never removed."""

    __tablename__ = "measure_defect"

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[Word]
    text: Mapped[Line]
    law: Mapped[Line]


class ExhibitRow(Base):
    """An exhibit that a record names: awaited until a relay says it holds the bytes."""

    __tablename__ = "measure_exhibit"

    record: Mapped[Id] = mapped_column(ForeignKey("field_record.record"), primary_key=True)
    sha256: Mapped[Key] = mapped_column(primary_key=True, index=True)
    size: Mapped[Ms]
    media_type: Mapped[Line]
    kind: Mapped[Word]
    stored_ms: Mapped[Ms | None]
    alarmed_ms: Mapped[Ms | None]


class MeasureFactRow(Base):
    """A field of a measure (`fields.py`). Of a secret one `value` is masked, the number itself is
    encrypted under `measure.fact`, and `value_index` finds it by exact search."""

    __tablename__ = "measure_fact"
    append_only: ClassVar[bool] = True

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    name: Mapped[Word] = mapped_column(primary_key=True)
    value: Mapped[Long]
    secret: Mapped[Raw | None]
    value_index: Mapped[Key | None] = mapped_column(index=True)


class MeasureChangeRow(Base):
    """What became of a measure: renewed, released, its turn came, closed; by which paper, why."""

    __tablename__ = "measure_change"
    append_only: ClassVar[bool] = True

    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[Word]
    day: Mapped[Word]
    ground: Mapped[Line]
    paper: Mapped[Line]
    changed_by: Mapped[Id]
    changed_ms: Mapped[Ms]


class SealTagRow(Base):
    """A seal tag (封条) and the measure that it was first told with."""

    __tablename__ = "seal_tag"
    append_only: ClassVar[bool] = True

    number: Mapped[Word] = mapped_column(primary_key=True)
    check_code: Mapped[Word]
    measure: Mapped[Id] = mapped_column(ForeignKey("measure.measure"), index=True)
    registered_ms: Mapped[Ms]
