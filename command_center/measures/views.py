"""What other rooms and faces see of a measure: frozen views."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.measures.kinds import MeasureKind, MeasureState
from command_center.measures.models import (
    ControlPeriodRow,
    DefectRow,
    ExhibitRow,
    MeasureItemRow,
    MeasureRow,
    RecordRow,
)
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.problems import Kind, MzError


@dataclasses.dataclass(frozen=True)
class ItemView:
    """A row of the list; value in fen; `photos` are exhibits' SHA-256."""

    number: int
    name: str
    quantity: int
    unit: str
    brand_model: str
    serial: str
    condition: str
    value_fen: int | None
    photos: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class ExhibitView:
    """An exhibit of the record; `stored_ms` None: awaited."""

    sha256: str
    kind: str
    media_type: str
    stored_ms: int | None


@dataclasses.dataclass(frozen=True)
class MeasureView:
    """A measure with its period (ISO days, inclusive), items, defects and exhibits."""

    measure: str
    kind: MeasureKind
    state: MeasureState
    case: str
    operation: str | None
    device: str | None
    officer_name: str
    second_officer_name: str
    subject: str
    place: str
    custodian: str
    storage_place: str
    note: str
    value_fen: int | None
    started_ms: int
    executed_ms: int
    received_ms: int
    control_from: str
    control_to: str
    period_suggested: bool
    period_law: str
    record_sha256: str
    footage_recording: str | None
    footage_number: int | None
    footage_wall_ms: int | None
    items: tuple[ItemView, ...]
    defects: tuple[Defect, ...]
    exhibits: tuple[ExhibitView, ...]

    @property
    def exhibits_awaited(self) -> int:
        """How many exhibits no relay holds yet."""
        return sum(exhibit.stored_ms is None for exhibit in self.exhibits)


@dataclasses.dataclass(frozen=True)
class RecordFact:
    """A field record for an evidence package: the envelope's JSON, its exhibits, its measure."""

    record: str
    kind: str
    envelope: bytes
    exhibits: tuple[str, ...]
    measure: str | None


def read_measure(uow: UnitOfWork, principal: Principal, measure: str) -> MeasureView:
    """Return one measure and write who looked (`Database.run`). Errors: `measure.unknown`."""
    principal.require("measure:read")
    row = uow.session.get(MeasureRow, measure)
    if row is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    note_view(uow, principal, "measure", measure, row.case)
    return _view(uow, row)


def list_measures(uow: UnitOfWork, principal: Principal, limit: int = 200) -> list[MeasureView]:
    """Return the newest measures of the court."""
    principal.require("measure:read")
    query = select(MeasureRow).order_by(MeasureRow.received_ms.desc()).limit(limit)
    return _views(uow, uow.session.scalars(query))


def measures_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[MeasureView]:
    """Return a case's measures, newest first."""
    principal.require("measure:read")
    return case_measures(uow, case)


def measures_of_operation(
    uow: UnitOfWork, principal: Principal, operation: str
) -> list[MeasureView]:
    """Return an operation's measures, newest first."""
    principal.require("measure:read")
    query = select(MeasureRow).where(MeasureRow.operation == operation)
    return _views(uow, uow.session.scalars(query.order_by(MeasureRow.executed_ms.desc())))


def case_measures(uow: UnitOfWork, case: str) -> list[MeasureView]:
    """Return a case's measures for other rooms, newest first."""
    query = select(MeasureRow).where(MeasureRow.case == case)
    return _views(uow, uow.session.scalars(query.order_by(MeasureRow.executed_ms.desc())))


def records_of_operation(uow: UnitOfWork, operation: str) -> list[RecordFact]:
    """Return an operation's records as an evidence package needs them, oldest first."""
    rows = uow.session.scalars(
        select(RecordRow)
        .where(RecordRow.operation == operation, RecordRow.quarantined.is_(False))
        .order_by(RecordRow.received_ms, RecordRow.record)
    )
    return [
        RecordFact(
            row.record,
            row.kind,
            row.envelope,
            tuple(exhibit.sha256 for exhibit in _exhibits(uow, row.record)),
            uow.session.scalar(select(MeasureRow.measure).where(MeasureRow.record == row.record)),
        )
        for row in rows
    ]


def _views(uow: UnitOfWork, rows: Iterable[MeasureRow]) -> list[MeasureView]:
    return [_view(uow, row) for row in list(rows)]


def _view(uow: UnitOfWork, row: MeasureRow) -> MeasureView:
    term = uow.session.scalars(
        select(ControlPeriodRow)
        .where(ControlPeriodRow.measure == row.measure)
        .order_by(ControlPeriodRow.number.desc())
        .limit(1)
    ).one()
    record = uow.session.get(RecordRow, row.record) if row.record else None
    return MeasureView(
        measure=row.measure,
        kind=MeasureKind(row.kind),
        state=MeasureState(row.state),
        case=row.case,
        operation=row.operation,
        device=row.device,
        officer_name=_name(uow, row.officer),
        second_officer_name=_name(uow, row.second_officer),
        subject=row.subject,
        place=row.place,
        custodian=row.custodian,
        storage_place=row.storage_place,
        note=row.note,
        value_fen=row.value_fen,
        started_ms=row.started_ms,
        executed_ms=row.executed_ms,
        received_ms=row.received_ms,
        control_from=term.start_day,
        control_to=term.end_day,
        period_suggested=term.suggested,
        period_law=term.law,
        record_sha256=record.payload_sha256 if record else "",
        footage_recording=row.footage_recording,
        footage_number=row.footage_number,
        footage_wall_ms=row.footage_wall_ms,
        items=_items(uow, row.measure),
        defects=_defects(uow, row.measure),
        exhibits=tuple(_exhibits(uow, row.record)) if row.record else (),
    )


def _items(uow: UnitOfWork, measure: str) -> tuple[ItemView, ...]:
    rows = uow.session.scalars(
        select(MeasureItemRow)
        .where(MeasureItemRow.measure == measure)
        .order_by(MeasureItemRow.position)
    )
    return tuple(
        ItemView(
            row.number,
            row.name,
            row.quantity,
            row.unit,
            row.brand_model,
            row.serial,
            row.condition,
            row.value_fen,
            tuple(row.photos.split()),
        )
        for row in rows
    )


def _defects(uow: UnitOfWork, measure: str) -> tuple[Defect, ...]:
    rows = uow.session.scalars(
        select(DefectRow).where(DefectRow.measure == measure).order_by(DefectRow.position)
    )
    return tuple(Defect(row.code, row.text, row.law) for row in rows)


def _exhibits(uow: UnitOfWork, record: str) -> list[ExhibitView]:
    rows = uow.session.scalars(
        select(ExhibitRow).where(ExhibitRow.record == record).order_by(ExhibitRow.sha256)
    )
    return [ExhibitView(row.sha256, row.kind, row.media_type, row.stored_ms) for row in rows]


def _name(uow: UnitOfWork, staff: str | None) -> str:
    row = uow.session.get(Staff, staff) if staff else None
    return row.name if row is not None else ""
