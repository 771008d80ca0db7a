"""Verbs of operations: report steps, read."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select

from command_center.access.models import Staff
from command_center.access.staff import get_staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, Party
from command_center.devices.contact import Crews
from command_center.devices.models import RELAY_SIGNS, Device
from command_center.notices.holds import hold_inside
from command_center.notices.lifting import release_inside
from command_center.operations import orders, unplanned
from command_center.operations.models import Crew, Operation, StepReport
from command_center.operations.site import metres_off, site_of
from command_center.operations.views import CrewView, OperationRow, OperationView, StepView
from command_center.operations.words import (
    EVENT_TYPE,
    STATES,
    STEP_STATE,
    later_state,
    off_text,
    step_text,
)
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import CrewMember, OperationBrief
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord, OperationStep, Step

_DAY_MS = 86_400_000
_OUT = ("DEPARTED", "ON_SCENE", "ACTING")
_STEP_FIELD = {
    Step.DEPARTED: "departed_ms",
    Step.ON_SCENE: "arrived_ms",
    Step.ACTING: "acting_ms",
    Step.WITHDRAWN: "withdrawn_ms",
}


def report_step(uow: UnitOfWork, record: FieldRecord, digest: str) -> None:
    """Take a reported step: the operation moves forward or stays, the log tells it.

    The caller made sure that the record is authentic and new. A done act is never refused: a
    step out of order is kept as reported. digest: hex SHA-256 of the record's payload.
    Errors: `operation.unknown`, `record.wrong_kind`.
    """
    if not isinstance(record.body, OperationStep):
        raise MzError("record.wrong_kind", Kind.INVALID, record.record)
    row = _row(uow, record.operation)
    step, at_ms = record.body.step, record.body.at_ms
    officer = get_staff(uow, record.officer)
    off_m = metres_off(site_of(row), record.place)
    uow.session.add(
        StepReport(
            operation=row.id, step=step, at_ms=at_ms, received_ms=uow.now_ms,
            device=record.device, officer=record.officer, record=record.record, digest=digest,
            by_position=record.body.by_position, distance_m=off_m,
        )
    )  # fmt: skip
    if getattr(row, _STEP_FIELD[step]) is None:
        setattr(row, _STEP_FIELD[step], at_ms)
        _hold_while_inside(uow, row, step)
    row.state = later_state(row.state, STEP_STATE[step])
    zh, en = step_text(step, by_position=record.body.by_position)
    append_log(
        uow,
        LogLine(
            case=row.case, at_ms=at_ms, act=f"STEP_{step.upper()}", text=zh,
            officers=officer.name, place=row.address, operation=row.id, subject=record.record,
            recording=record.footage.recording if record.footage else None,
        ),
    )  # fmt: skip
    zh_off, en_off = off_text(off_m)
    uow.emit(EVENT_TYPE[step], f"{zh}：{row.title}{zh_off}", f"{en}: {row.title}{en_off}",
             case=row.case, operation=row.id, device=record.device,
             subject=record.record)  # fmt: skip


def _hold_while_inside(uow: UnitOfWork, row: Operation, step: Step) -> None:
    """Telling the parties waits from an arrival to the withdrawal of all who are inside."""
    if step is Step.ON_SCENE and row.withdrawn_ms is None:
        hold_inside(uow, row.case)
    if step is Step.WITHDRAWN:
        uow.session.flush()
        nobody_inside(uow, row.case)


def nobody_inside(uow: UnitOfWork, case: str) -> None:
    """Let the parties of a case be told again if no officers are inside for it."""
    inside = select(Operation.id).where(
        Operation.case == case, Operation.arrived_ms.is_not(None),
        Operation.withdrawn_ms.is_(None), Operation.closed_ms.is_(None),
    )  # fmt: skip
    if uow.session.scalars(inside.limit(1)).first() is None:
        release_inside(uow, case)


def list_operations(uow: UnitOfWork, principal: Principal) -> list[OperationRow]:
    """Return the operations from two days ago to two days ahead, and any not yet withdrawn."""
    principal.require("operation:read")
    near = Operation.planned_start_ms.between(uow.now_ms - 2 * _DAY_MS, uow.now_ms + 2 * _DAY_MS)
    open_ = Operation.state.in_(("DEPARTED", "ON_SCENE", "ACTING"))
    query = select(Operation).where(near | open_).order_by(Operation.planned_start_ms).limit(200)
    return operation_rows(uow, uow.session.scalars(query))


def operations_near(uow: UnitOfWork, principal: Principal, at_ms: int) -> list[OperationRow]:
    """Return the operations of the week before and the week after a moment, the nearest first."""
    principal.require("operation:read")
    near = Operation.planned_start_ms.between(at_ms - 7 * _DAY_MS, at_ms + 7 * _DAY_MS)
    apart = func.abs(Operation.planned_start_ms - at_ms)
    query = select(Operation).where(near).order_by(apart, Operation.id).limit(50)
    return operation_rows(uow, uow.session.scalars(query))


def operations_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[OperationRow]:
    """Return a case's operations, oldest first."""
    principal.require("operation:read")
    query = select(Operation).where(Operation.case == case).order_by(Operation.planned_start_ms)
    return operation_rows(uow, uow.session.scalars(query))


def operation_rows(uow: UnitOfWork, found: Iterable[Operation]) -> list[OperationRow]:
    """Return what faces see of these rows, in their order."""
    return [_operation_row(uow, row) for row in found]


def read_operation(uow: UnitOfWork, principal: Principal, operation: str) -> OperationView:
    """Return an operation page; `operation.unknown`."""
    principal.require("operation:read")
    row = _row(uow, operation)
    steps = uow.session.execute(
        select(StepReport, Staff.name)
        .outerjoin(Staff, Staff.id == StepReport.officer)
        .where(StepReport.operation == operation)
        .order_by(StepReport.at_ms, StepReport.seq)
    )
    return OperationView(
        _operation_row(uow, row),
        row.departed_ms, row.arrived_ms, row.acting_ms, row.withdrawn_ms, row.closed_ms,
        tuple(_step_view(step, name or "") for step, name in steps),
        tuple(orders.orders_of_operation(uow, operation)),
    )  # fmt: skip


def _step_view(step: StepReport, officer: str) -> StepView:
    words = step_text(Step(step.step), by_position=step.by_position)
    zh, en = (f"{one}{off}" for one, off in zip(words, off_text(step.distance_m), strict=True))
    return StepView(step.step, zh, en, step.at_ms, step.received_ms, officer,
                    step.record, step.by_position)  # fmt: skip


def operation_times(uow: UnitOfWork, operation: str) -> tuple[str, int | None, int | None]:
    """Return the case and the times of arrival and withdrawal, ms; `operation.unknown`."""
    row = _row(uow, operation)
    return row.case, row.arrived_ms, row.withdrawn_ms


def briefs_for(uow: UnitOfWork, officer: str) -> list[OperationBrief]:
    """Return what an officer's device shows: his operations of now, a day back and a day ahead."""
    query = (
        select(Operation)
        .join(Crew, Crew.operation == Operation.id)
        .where(Crew.staff == officer, _of_the_day(uow))
        .order_by(Operation.planned_start_ms)
    )
    return [_brief(uow, row) for row in uow.session.scalars(query)]


def crews_of(uow: UnitOfWork, officer: str) -> Crews:
    """Return the devices of the crew of each operation that an officer may be at: those of his day
    and those that he is out for. Of these the one that was planned last counts as long as his
    device does not say for which it records."""
    query = (
        select(Operation)
        .join(Crew, Crew.operation == Operation.id)
        .where(Crew.staff == officer, or_(Operation.state.in_(_OUT), _of_the_day(uow)))
        .order_by(Operation.planned_start_ms.desc())
    )
    rows = list(uow.session.scalars(query))
    return Crews(
        next((row.id for row in rows if row.state in _OUT), None),
        {
            row.id: [one.device for one in _operation_row(uow, row).crew if one.device is not None]
            for row in rows
        },
    )


def _of_the_day(uow: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        Operation.planned_start_ms.between(uow.now_ms - _DAY_MS, uow.now_ms + _DAY_MS),
        Operation.state.not_in(("CLOSED", "CALLED_OFF")),
    )


def _row(uow: UnitOfWork, operation: str) -> Operation:
    row = uow.session.get(Operation, operation)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])
    return row


def _crew(uow: UnitOfWork, operation: str) -> list[tuple[Crew, Staff]]:
    query = (
        select(Crew, Staff)
        .join(Staff, Staff.id == Crew.staff)
        .where(Crew.operation == operation)
        .order_by(Crew.presiding.desc(), Staff.number)
    )
    return [(crew, staff) for crew, staff in uow.session.execute(query)]


def _operation_row(uow: UnitOfWork, row: Operation) -> OperationRow:
    case = uow.session.get_one(Case, row.case)
    crew = _crew(uow, row.id)
    query = select(Device).where(
        Device.holder.in_([staff.id for _, staff in crew]), Device.revoked_ms.is_(None),
        Device.protection != RELAY_SIGNS,
    )  # fmt: skip
    devices = {
        device.holder: device for device in uow.session.scalars(query.order_by(Device.enrolled_ms))
    }
    return OperationRow(
        row.id, row.case, case.number, row.title, row.address, row.planned_start_ms, row.state,
        *STATES[row.state], case.major,
        tuple(_crew_view(member, staff, devices.get(staff.id)) for member, staff in crew),
        site_of(row), unplanned.find(uow, row.id),
    )  # fmt: skip


def _crew_view(member: Crew, staff: Staff, device: Device | None) -> CrewView:
    return CrewView(
        staff.id, staff.name, staff.number, member.role, member.presiding,
        device.id if device else None, bool(device and device.connected),
    )  # fmt: skip


def _brief(uow: UnitOfWork, row: Operation) -> OperationBrief:
    case = uow.session.get_one(Case, row.case)
    parties = uow.session.scalars(
        select(Party)
        .where(Party.case == row.case, Party.until_day.is_(None))
        .order_by(Party.position)
    )
    return OperationBrief(
        row.id, row.case, case.number, row.title, row.address, row.planned_start_ms, row.state,
        [(party.role, party.name) for party in parties],
        [
            CrewMember(staff.id, staff.name, crew.role, crew.presiding)
            for crew, staff in _crew(uow, row.id)
        ],
        case.major, site=site_of(row),
    )  # fmt: skip
