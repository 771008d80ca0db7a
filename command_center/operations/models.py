"""Tables of operations: plan and state, crew, steps, markers, orders and their recipients."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Long, Ms, Word


class Operation(Base):
    """One visit (执行行动) with its state; a step sets its time once, the first report wins.

    `site_…`: where its address lies (`schemas.field_api.Site`), if the plan says so."""

    __tablename__ = "operation"

    id: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    title: Mapped[Line]
    address: Mapped[Line]
    site_lat: Mapped[float | None]
    site_lon: Mapped[float | None]
    site_radius_m: Mapped[int | None]
    planned_start_ms: Mapped[Ms] = mapped_column(index=True)
    state: Mapped[Word]
    departed_ms: Mapped[Ms | None]
    arrived_ms: Mapped[Ms | None]
    acting_ms: Mapped[Ms | None]
    withdrawn_ms: Mapped[Ms | None]
    closed_ms: Mapped[Ms | None]
    created_ms: Mapped[Ms]


class UnplannedRow(Base):
    """An operation that an officer opened at the scene (计划外行动), under the id that his device
    made. `case`: None until it is known; the `Operation` is made with it. `case_number`: as he
    wrote it. crew: ids of officers, separated by blanks. late_ms: when the desk was told that
    nobody confirmed it in time."""

    __tablename__ = "unplanned_operation"

    operation: Mapped[Id] = mapped_column(primary_key=True)
    record: Mapped[Id] = mapped_column(unique=True)
    device: Mapped[Id]
    officer: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[Word]
    address: Mapped[Line]
    site_lat: Mapped[float | None]
    site_lon: Mapped[float | None]
    crew: Mapped[Long]
    companions: Mapped[Line]
    case_number: Mapped[Line]
    case: Mapped[Id | None] = mapped_column(ForeignKey("case.id"))
    opened_ms: Mapped[Ms]
    received_ms: Mapped[Ms]
    confirmed_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_ms: Mapped[Ms | None] = mapped_column(index=True)
    late_ms: Mapped[Ms | None]


class CaseCorrectionRow(Base):
    """That an unplanned operation was opened under the wrong case, and which is the right one."""

    __tablename__ = "case_correction"
    append_only: ClassVar[bool] = True

    id: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    from_case: Mapped[Id] = mapped_column(ForeignKey("case.id"))
    to_case: Mapped[Id] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[Line]
    made_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at_ms: Mapped[Ms]


class Crew(Base):
    """An officer of the crew; one presides."""

    __tablename__ = "crew"
    __table_args__ = (UniqueConstraint("operation", "staff"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    staff: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[Word]
    presiding: Mapped[bool]


class StepReport(Base):
    """A step as an officer reported it, with the record that says so: append-only.

    `by_position`: no officer said so, his device was measured there. `distance_m`: from the
    operation's site, where both are known."""

    __tablename__ = "operation_step"
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    step: Mapped[Word]
    at_ms: Mapped[Ms]
    received_ms: Mapped[Ms]
    device: Mapped[Id]
    officer: Mapped[Id]
    record: Mapped[Id]
    digest: Mapped[Key]
    by_position: Mapped[bool] = mapped_column(default=False, server_default=false())
    distance_m: Mapped[int | None]


class MarkerRow(Base):
    """A marker (标记): a moment of the footage to find again. Its id is the record's id where an
    officer's device set it; then `device` names it. recording: the one it points into, if known."""

    __tablename__ = "marker"
    append_only: ClassVar[bool] = True

    id: Mapped[Id] = mapped_column(primary_key=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    at_ms: Mapped[Ms]
    kind: Mapped[Word]
    text: Mapped[Line]
    staff: Mapped[Id]
    device: Mapped[Id | None]
    recording: Mapped[Id | None]
    made_ms: Mapped[Ms]


class Order(Base):
    """An order (指令) to the crew; `seq` is what devices ask `since`. again_ms: it was sent once
    more then; unanswered_ms: some device had not fetched it in time, and the desk was told."""

    __tablename__ = "order"

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    id: Mapped[Id] = mapped_column(unique=True)
    operation: Mapped[Id] = mapped_column(ForeignKey("operation.id"), index=True)
    text: Mapped[Long]
    sender: Mapped[Id]
    sender_name: Mapped[Line]
    sent_ms: Mapped[Ms]
    act: Mapped[Word] = mapped_column(default="none")
    again_ms: Mapped[Ms | None]
    unanswered_ms: Mapped[Ms | None]


class OrderRecipient(Base):
    """How far an order got with one officer; the state never goes back."""

    __tablename__ = "order_recipient"

    order: Mapped[Id] = mapped_column(ForeignKey("order.id"), primary_key=True)
    officer: Mapped[Id] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    state: Mapped[Word]
    received_ms: Mapped[Ms | None]
    read_ms: Mapped[Ms | None]
    done_ms: Mapped[Ms | None]
