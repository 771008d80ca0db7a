"""What other rooms and faces see of a measure: frozen views."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.footage.models import RecordingRow
from command_center.measures.act_rules import TYPED, UNCONFIRMED, typed_only
from command_center.measures.against import DEBTOR_NAMED, OF_DEBTOR
from command_center.measures.models import (
    ControlPeriodRow,
    DefectRow,
    ExhibitRow,
    MeasureChangeRow,
    MeasureItemRow,
    MeasureRow,
    RecordRow,
)
from command_center.measures.rules import UNRECORDED
from command_center.measures.second import How, confirmed_how
from command_center.measures.states import MeasureState
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.kinds import MeasureKind


@dataclasses.dataclass(frozen=True)
class ItemView:
    """A row of the list; value in fen; `photos` are exhibits' SHA-256; `lot`: the record that it
    came by, None: the act's own; `footage_*`: the moment that shows it."""

    number: int
    name: str
    quantity: int
    unit: str
    brand_model: str
    serial: str
    condition: str
    value_fen: int | None
    photos: tuple[str, ...]
    lot: str | None = None
    footage_recording: str | None = None
    footage_wall_ms: int | None = None


@dataclasses.dataclass(frozen=True)
class ExhibitView:
    """An exhibit of the record; `stored_ms` None: awaited."""

    sha256: str
    kind: str
    media_type: str
    stored_ms: int | None


@dataclasses.dataclass(frozen=True)
class MeasureView:
    """A measure with the days it stands, items, defects and exhibits.

    `control_*`: ISO days, inclusive, from the first of its first period to the last of its newest
    renewal, empty where it has none; `period_*`: of the newest."""

    measure: str
    kind: MeasureKind
    property_kind: str
    state: MeasureState
    case: str
    operation: str | None
    device: str | None
    officer_name: str
    second_officer_name: str
    second_confirmed: How
    subject: str
    place: str
    custodian: str
    storage_place: str
    note: str
    value_fen: int | None
    thing: str | None
    target: str | None
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
    return measure_views(uow, uow.session.scalars(query.order_by(MeasureRow.executed_ms.desc())))


def case_measures(uow: UnitOfWork, case: str) -> list[MeasureView]:
    """Return a case's measures for other rooms, newest first."""
    query = select(MeasureRow).where(MeasureRow.case == case)
    return measure_views(uow, uow.session.scalars(query.order_by(MeasureRow.executed_ms.desc())))


def measure_views(uow: UnitOfWork, found: Iterable[MeasureRow]) -> list[MeasureView]:
    """Return the views of rows: one query for each table, not for each measure."""
    rows = list(found)
    ids = [row.measure for row in rows]
    records = [row.record for row in rows if row.record]
    terms: dict[str, list[ControlPeriodRow]] = defaultdict(list)
    for term in uow.session.scalars(
        select(ControlPeriodRow)
        .where(ControlPeriodRow.measure.in_(ids))
        .order_by(ControlPeriodRow.number)
    ):
        terms[term.measure].append(term)
    parts = _Parts(
        digests=_digests(uow, records),
        items=_items(uow, ids),
        defects=_defects(uow, rows),
        exhibits=_exhibits(uow, records),
    )
    return [_view(uow, row, terms[row.measure], parts) for row in rows]


@dataclasses.dataclass(frozen=True)
class _Parts:
    digests: dict[str, str]
    items: dict[str, list[ItemView]]
    defects: dict[str, list[Defect]]
    exhibits: dict[str, list[ExhibitView]]


def _view(
    uow: UnitOfWork, row: MeasureRow, terms: list[ControlPeriodRow], parts: _Parts
) -> MeasureView:
    """terms: its control periods in their order; a renewal leaves no day between two."""
    record = row.record or ""
    newest = terms[-1] if terms else None
    return MeasureView(
        measure=row.measure,
        kind=MeasureKind(row.kind),
        property_kind=row.property_kind,
        state=MeasureState(row.state),
        case=row.case,
        operation=row.operation,
        device=row.device,
        officer_name=_name(uow, row.officer),
        second_officer_name=_name(uow, row.second_officer),
        second_confirmed=_confirmed_how(uow, row),
        subject=row.subject,
        place=row.place,
        custodian=row.custodian,
        storage_place=row.storage_place,
        note=row.note,
        value_fen=row.value_fen,
        thing=row.thing,
        target=row.target,
        started_ms=row.started_ms,
        executed_ms=row.executed_ms,
        received_ms=row.received_ms,
        control_from=terms[0].start_day if terms else "",
        control_to=newest.end_day if newest else "",
        period_suggested=newest.suggested if newest else False,
        period_law=newest.law if newest else "",
        record_sha256=parts.digests.get(record, ""),
        footage_recording=row.footage_recording,
        footage_number=row.footage_number,
        footage_wall_ms=row.footage_wall_ms,
        items=tuple(parts.items[row.measure]),
        defects=tuple(parts.defects[row.measure]),
        exhibits=tuple(parts.exhibits[record]),
    )


def _digests(uow: UnitOfWork, records: list[str]) -> dict[str, str]:
    query = select(RecordRow.record, RecordRow.payload_sha256).where(RecordRow.record.in_(records))
    return dict(uow.session.execute(query).all())


def _items(uow: UnitOfWork, measures: list[str]) -> dict[str, list[ItemView]]:
    found: dict[str, list[ItemView]] = defaultdict(list)
    rows = uow.session.scalars(
        select(MeasureItemRow)
        .where(MeasureItemRow.measure.in_(measures))
        .order_by(MeasureItemRow.number, MeasureItemRow.position)
    )
    for row in rows:
        found[row.measure].append(
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
                row.lot,
                row.footage_recording,
                row.footage_wall_ms,
            )
        )
    return found


def _defects(uow: UnitOfWork, measures: list[MeasureRow]) -> dict[str, list[Defect]]:
    """A second officer may confirm, and footage come, after the record: what is mended is told no
    more. A typed name that was let pass once is told now."""
    by_id = {row.measure: row for row in measures}
    found: dict[str, list[Defect]] = defaultdict(list)
    rows = uow.session.scalars(
        select(DefectRow).where(DefectRow.measure.in_(by_id)).order_by(DefectRow.position)
    )
    unconfirmed = {one.measure for one in measures if _lacks_second(uow, one)}
    named = set(uow.session.scalars(select(MeasureChangeRow.measure).where(
        MeasureChangeRow.measure.in_(by_id), MeasureChangeRow.act == DEBTOR_NAMED
    )))  # fmt: skip
    for row in rows:
        if row.code in (UNCONFIRMED, TYPED):
            if row.measure not in unconfirmed:
                continue
            unconfirmed.discard(row.measure)
        if row.code == UNRECORDED and _is_recorded(uow, by_id[row.measure]):
            continue
        if row.code in OF_DEBTOR and row.measure in named:
            continue
        found[row.measure].append(Defect(row.code, row.text, row.law))
    for measure in sorted(unconfirmed):
        found[measure].append(typed_only())
    return found


def _lacks_second(uow: UnitOfWork, row: MeasureRow) -> bool:
    """Return whether an act at the scene names a second officer who never confirmed it."""
    if row.record is None or row.second_officer in (None, row.officer):
        return False
    return not _confirmed_how(uow, row)


def _is_recorded(uow: UnitOfWork, row: MeasureRow) -> bool:
    """Footage of the visit may come after the record."""
    found = select(RecordingRow.id).where(RecordingRow.operation == row.operation)
    return uow.session.scalar(found.limit(1)) is not None


def _confirmed_how(uow: UnitOfWork, row: MeasureRow) -> How:
    span = (row.started_ms, row.executed_ms)
    if not row.second_officer:
        return How.NOT
    return confirmed_how(uow, row.operation or "", row.second_officer, span, row.record or "")


def _exhibits(uow: UnitOfWork, records: list[str]) -> dict[str, list[ExhibitView]]:
    found: dict[str, list[ExhibitView]] = defaultdict(list)
    rows = uow.session.scalars(
        select(ExhibitRow).where(ExhibitRow.record.in_(records)).order_by(ExhibitRow.sha256)
    )
    for row in rows:
        found[row.record].append(ExhibitView(row.sha256, row.kind, row.media_type, row.stored_ms))
    return found


def exhibits_of_record(uow: UnitOfWork, record: str) -> tuple[ExhibitView, ...]:
    """Return the exhibits that a record names, for this room."""
    return tuple(_exhibits(uow, [record])[record])


def _name(uow: UnitOfWork, staff: str | None) -> str:
    row = uow.session.get(Staff, staff) if staff else None
    return row.name if row is not None else ""
