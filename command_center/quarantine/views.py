"""What waits in the quarantine, for the desk: whose it was, what came, and whether it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.cases.models import Case
from command_center.devices.handovers import held_by
from command_center.devices.models import Device
from command_center.devices.service import RevocationView, revoked_by
from command_center.footage.models import StoredExhibit
from command_center.measures import columns
from command_center.measures.service import exhibits_of
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.decisions import TAKEN, QuarantineAct
from command_center.quarantine.films import QuarantinedFilm, quarantined_films
from command_center.quarantine.intake import FOOTAGE, Load, waiting_load
from command_center.quarantine.models import QuarantineDecision, QuarantinedRecord
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldAct, FieldRecord
from schemas.sign import Envelope, decode, decode_payload

CLOCK_MOVED_MS = 60_000
_DECISIONS_SHOWN = 50


@dataclass(frozen=True)
class QuarantinedDevice:
    """A revoked device and what waits of it: how many records of each kind, their times by the
    device's clock, when they came. `holder`: who had it when it was revoked."""

    device: str
    name: str
    holder: str
    revoked_ms: int
    revocation: RevocationView | None
    load: Load
    kinds: dict[str, int]
    first_recorded_ms: int
    last_recorded_ms: int
    first_received_ms: int
    last_received_ms: int
    asked: int


@dataclass(frozen=True)
class QuarantinedView:
    """A record that waits. `late`: its clock says that it was made after the revocation;
    `moved`: its clock was set while the device ran; `stored` of its `exhibits` have come;
    `failed`: the code why it could not be taken over last time, or nothing."""

    record: str
    kind: str
    form: str
    officer: str
    case_number: str
    recorded_ms: int
    received_ms: int
    size: int
    exhibits: int
    stored: int
    late: bool
    moved: bool
    decision: str | None
    failed: str


@dataclass(frozen=True)
class DecisionView:
    """What was asked and answered; `case_number`: of the records that name none; `left` of an
    agreed one is not carried out yet, `failed` could not be and wait for another decision."""

    id: str
    act: QuarantineAct
    count: int
    case_number: str
    reason: str
    asked_by: str
    asked_by_name: str
    asked_ms: int
    agreed: bool | None
    answer: str
    answered_by_name: str
    answered_ms: int | None
    left: int
    failed: int


@dataclass(frozen=True)
class Origin:
    """By which decision a record came out of the quarantine, and who made it."""

    device_name: str
    decision: DecisionView


def quarantined_devices(uow: UnitOfWork, principal: Principal) -> list[QuarantinedDevice]:
    """Return the devices of which something waits, the latest first."""
    principal.require("quarantine:read")
    query = (
        select(QuarantinedRecord.device)
        .where(QuarantinedRecord.settled_ms.is_(None))
        .group_by(QuarantinedRecord.device)
        .order_by(func.max(QuarantinedRecord.received_ms).desc())
    )
    return [_device(uow, principal, device) for device in uow.session.scalars(query)]


def read_quarantine(
    uow: UnitOfWork, principal: Principal, device: str
) -> tuple[QuarantinedDevice, list[QuarantinedView], list[QuarantinedFilm], list[DecisionView]]:
    """Return what waits of a device, records and footage, and what was decided. The look is written
    down.

    Errors: `quarantine.unknown` for a device of which nothing ever came.
    """
    principal.require("quarantine:read")
    shown = _device(uow, principal, columns.ident(device))
    note_view(uow, principal, "quarantine", shown.device, None)
    query = (
        select(QuarantineDecision)
        .where(QuarantineDecision.device == shown.device)
        .order_by(QuarantineDecision.asked_ms.desc())
        .limit(_DECISIONS_SHOWN)
    )
    decisions = [_decision(uow, row) for row in uow.session.scalars(query)]
    films = quarantined_films(uow, principal, shown.device, shown.revoked_ms)
    return shown, _records(uow, shown), films, decisions


def count_quarantined(uow: UnitOfWork) -> int:
    """Return of how many devices something waits."""
    query = select(func.count(func.distinct(QuarantinedRecord.device)))
    return uow.session.scalar(query.where(QuarantinedRecord.settled_ms.is_(None))) or 0


def has_quarantined(uow: UnitOfWork, device: str) -> bool:
    """Return whether anything of this device ever came into the quarantine."""
    query = select(QuarantinedRecord.record).where(QuarantinedRecord.device == device)
    return uow.session.scalars(query.limit(1)).first() is not None


def origin_of(uow: UnitOfWork, record: str) -> Origin | None:
    """Return how a record came out of the quarantine; None for one that never was there."""
    row = uow.session.get(QuarantinedRecord, record)
    if row is None or row.decision is None:
        return None
    decision = uow.session.get_one(QuarantineDecision, row.decision)
    return Origin(uow.session.get_one(Device, row.device).name, _decision(uow, decision))


def origins_of_footage(uow: UnitOfWork, recording: str) -> list[Origin]:
    """Return by which decisions footage of a recording came out of the quarantine, the first
    first."""
    query = (
        select(QuarantineDecision)
        .where(QuarantineDecision.id.in_(
            select(QuarantinedRecord.decision).where(
                QuarantinedRecord.recording == recording, QuarantinedRecord.outcome == TAKEN
            )
        ))
        .order_by(QuarantineDecision.answered_ms)
    )  # fmt: skip
    return [
        Origin(uow.session.get_one(Device, row.device).name, _decision(uow, row))
        for row in uow.session.scalars(query)
    ]


def _device(uow: UnitOfWork, principal: Principal, device: str) -> QuarantinedDevice:
    row = uow.session.get(Device, device)
    of_it = QuarantinedRecord.device == device
    came = uow.session.scalar(select(func.count()).where(of_it)) or 0
    if row is None or row.revoked_ms is None or not came:
        raise MzError("quarantine.unknown", Kind.NOT_FOUND, device[:40])
    waits = [of_it, QuarantinedRecord.settled_ms.is_(None)]
    kinds = select(QuarantinedRecord.kind, func.count()).where(*waits)
    times = select(
        func.min(QuarantinedRecord.recorded_ms), func.max(QuarantinedRecord.recorded_ms),
        func.min(QuarantinedRecord.received_ms), func.max(QuarantinedRecord.received_ms),
    ).where(*waits)  # fmt: skip
    first, last, came_first, came_last = uow.session.execute(times).one()
    asked = select(func.count()).where(
        QuarantineDecision.device == device, QuarantineDecision.answered_ms.is_(None)
    )
    holder = uow.session.get(Staff, held_by(uow, device, row.revoked_ms) or "")
    return QuarantinedDevice(
        device, row.name, holder.name if holder else "", row.revoked_ms,
        revoked_by(uow, principal, [device]).get(device),
        waiting_load(uow, device),
        dict(uow.session.execute(kinds.group_by(QuarantinedRecord.kind)).all()),
        first or 0, last or 0, came_first or 0, came_last or 0, uow.session.scalar(asked) or 0,
    )  # fmt: skip


def _records(uow: UnitOfWork, device: QuarantinedDevice) -> list[QuarantinedView]:
    query = (
        select(QuarantinedRecord)
        .where(
            QuarantinedRecord.device == device.device,
            QuarantinedRecord.settled_ms.is_(None),
            QuarantinedRecord.kind != FOOTAGE,
        )
        .order_by(QuarantinedRecord.recorded_ms, QuarantinedRecord.record)
    )
    rows = list(uow.session.scalars(query))
    said = [_said(row) for row in rows]
    moved = _boots_with_a_moved_clock(said)
    return [
        _view(uow, row, record, device.revoked_ms, moved=record.boot in moved)
        for row, record in zip(rows, said, strict=True)
    ]


def _said(row: QuarantinedRecord) -> FieldRecord:
    return decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord)


def _boots_with_a_moved_clock(records: Sequence[FieldRecord]) -> set[str]:
    """Return the runs of the device in which its wall clock left the one that cannot be set."""
    apart: dict[str, list[int]] = {}
    for record in records:
        apart.setdefault(record.boot, []).append(record.recorded_wall_ms - record.recorded_mono_ms)
    return {boot for boot, all_ in apart.items() if max(all_) - min(all_) > CLOCK_MOVED_MS}


def _view(
    uow: UnitOfWork, row: QuarantinedRecord, record: FieldRecord, revoked_ms: int, *, moved: bool
) -> QuarantinedView:
    staff = uow.session.get(Staff, columns.ident(record.officer))
    case = uow.session.get(Case, columns.ident(record.case))
    named = [one.sha256 for one in exhibits_of(record)]
    stored = select(func.count()).where(StoredExhibit.sha256.in_(named))
    return QuarantinedView(
        row.record, row.kind, record.body.form if isinstance(record.body, FieldAct) else "",
        staff.name if staff else "", case.number if case else "", row.recorded_ms,
        row.received_ms, row.size, len(named), (uow.session.scalar(stored) or 0) if named else 0,
        row.recorded_ms >= revoked_ms, moved, row.decision, row.outcome,
    )  # fmt: skip


def _decision(uow: UnitOfWork, row: QuarantineDecision) -> DecisionView:
    left = select(func.count()).where(
        QuarantinedRecord.decision == row.id, QuarantinedRecord.settled_ms.is_(None)
    )
    case = uow.session.get(Case, row.case) if row.case else None
    return DecisionView(
        row.id, QuarantineAct(row.act), row.count, case.number if case else "", row.reason,
        row.asked_by,
        _name(uow, row.asked_by), row.asked_ms, row.agreed, row.answer,
        _name(uow, row.answered_by), row.answered_ms,
        (uow.session.scalar(left) or 0) if row.agreed else 0, row.failed,
    )  # fmt: skip


def _name(uow: UnitOfWork, staff: str | None) -> str:
    known = uow.session.get(Staff, staff) if staff else None
    return known.name if known else ""
