"""Verbs of operations: plan, report steps, close, read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.staff import get_staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, Party
from command_center.devices.models import RELAY_SIGNS, Device
from command_center.operations import orders
from command_center.operations.models import Crew, Operation, StepReport
from command_center.operations.views import CrewView, OperationRow, OperationView, StepView
from command_center.operations.words import EVENT_TYPE, STATES, STEP_STATE, STEP_TEXT, later_state
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import CrewMember, OperationBrief
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord, OperationStep, Step
from schemas.sign import sha256_hex

_DAY_MS = 86_400_000
_STEP_FIELD = {
    Step.DEPARTED: "departed_ms",
    Step.ON_SCENE: "arrived_ms",
    Step.ACTING: "acting_ms",
    Step.WITHDRAWN: "withdrawn_ms",
}


@dataclass(frozen=True)
class NewOperation:
    """Message: a visit to plan; `crew` is (staff id, role, presiding)."""

    case: str
    title: str
    address: str
    planned_start_ms: int
    crew: tuple[tuple[str, str, bool], ...]


def plan_operation(uow: UnitOfWork, principal: Principal, message: NewOperation) -> str:
    """Plan a visit and return its id. Errors: `case.unknown`, `operation.no_crew`."""
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if not message.crew:
        raise MzError("operation.no_crew", Kind.INVALID)
    row = Operation(
        id=new_id(),
        case=message.case,
        title=message.title,
        address=message.address,
        planned_start_ms=message.planned_start_ms,
        state="PLANNED",
        created_ms=uow.now_ms,
    )
    uow.session.add(row)
    uow.session.flush()
    for staff, role, presiding in message.crew:
        uow.session.add(
            Crew(id=new_id(), operation=row.id, staff=staff, role=role, presiding=presiding)
        )
    uow.ledger("operation:plan:made", principal.id, row.id, sha256_hex(row.id.encode()),
               {"case": message.case})  # fmt: skip
    uow.emit("OperationPlanned", f"已安排执行行动：{message.title}",
             f"An operation was planned: {message.title}",
             case=message.case, operation=row.id)  # fmt: skip
    return row.id


def report_step(uow: UnitOfWork, principal: Principal, record: FieldRecord, digest: str) -> None:
    """Take a reported step: the operation moves forward or stays, the log and the ledger tell it.

    The caller made sure that the record is authentic and new. A done act is never refused: a
    step out of order is kept as reported. digest: hex SHA-256 of the record's payload.
    Errors: `operation.unknown`, `record.wrong_kind`.
    """
    if not isinstance(record.body, OperationStep):
        raise MzError("record.wrong_kind", Kind.INVALID, record.record)
    row = _row(uow, record.operation)
    step, at_ms = record.body.step, record.body.at_ms
    officer = get_staff(uow, record.officer)
    uow.session.add(
        StepReport(
            operation=row.id, step=step, at_ms=at_ms, received_ms=uow.now_ms,
            device=record.device, officer=record.officer, record=record.record, digest=digest,
        )
    )  # fmt: skip
    if getattr(row, _STEP_FIELD[step]) is None:
        setattr(row, _STEP_FIELD[step], at_ms)
    row.state = later_state(row.state, STEP_STATE[step])
    zh, en = STEP_TEXT[step]
    append_log(
        uow,
        LogLine(
            case=row.case, at_ms=at_ms, act=f"STEP_{step.upper()}", text=zh,
            officers=officer.name, place=row.address, operation=row.id, subject=record.record,
            recording=record.footage.recording if record.footage else None,
        ),
    )  # fmt: skip
    uow.ledger("operation:step:reported", principal.id, record.record, digest,
               {"operation": row.id, "case": row.case, "step": step})  # fmt: skip
    uow.emit(EVENT_TYPE[step], f"{zh}：{row.title}", f"{en}: {row.title}", case=row.case,
             operation=row.id, device=record.device, subject=record.record)  # fmt: skip


def list_operations(uow: UnitOfWork, principal: Principal) -> list[OperationRow]:
    """Return the operations from two days ago to two days ahead, and any not yet withdrawn."""
    principal.require("operation:read")
    near = Operation.planned_start_ms.between(uow.now_ms - 2 * _DAY_MS, uow.now_ms + 2 * _DAY_MS)
    open_ = Operation.state.in_(("DEPARTED", "ON_SCENE", "ACTING"))
    query = select(Operation).where(near | open_).order_by(Operation.planned_start_ms).limit(200)
    return [_operation_row(uow, row) for row in uow.session.scalars(query)]


def operations_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[OperationRow]:
    """Return a case's operations, oldest first."""
    principal.require("operation:read")
    query = select(Operation).where(Operation.case == case).order_by(Operation.planned_start_ms)
    return [_operation_row(uow, row) for row in uow.session.scalars(query)]


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
        tuple(
            StepView(
                step.step, *STEP_TEXT[Step(step.step)], step.at_ms, step.received_ms, name or ""
            )
            for step, name in steps
        ),
        tuple(orders.orders_of_operation(uow, operation)),
    )  # fmt: skip


def operation_times(uow: UnitOfWork, operation: str) -> tuple[str, int | None, int | None]:
    """Return the case and the times of arrival and withdrawal, ms; `operation.unknown`."""
    row = _row(uow, operation)
    return row.case, row.arrived_ms, row.withdrawn_ms


def briefs_for(uow: UnitOfWork, officer: str) -> list[OperationBrief]:
    """Return what an officer's device shows: his operations of now, a day back and a day ahead."""
    query = (
        select(Operation)
        .join(Crew, Crew.operation == Operation.id)
        .where(
            Crew.staff == officer,
            Operation.planned_start_ms.between(uow.now_ms - _DAY_MS, uow.now_ms + _DAY_MS),
            Operation.state != "CLOSED",
        )
        .order_by(Operation.planned_start_ms)
    )
    return [_brief(uow, row) for row in uow.session.scalars(query)]


def crew_of(uow: UnitOfWork, officer: str) -> tuple[str | None, list[str]]:
    """Return the operation that an officer is out for, if he is, and the devices of its crew."""
    query = (
        select(Operation)
        .join(Crew, Crew.operation == Operation.id)
        .where(Crew.staff == officer, Operation.state.in_(("DEPARTED", "ON_SCENE", "ACTING")))
        .order_by(Operation.planned_start_ms.desc())
    )
    row = uow.session.scalars(query).first()
    if row is None:
        return None, []
    crew = _operation_row(uow, row).crew
    return row.id, [member.device for member in crew if member.device is not None]


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
        Device.officer.in_([staff.id for _, staff in crew]), Device.revoked_ms.is_(None),
        Device.protection != RELAY_SIGNS,
    )  # fmt: skip
    devices = {
        device.officer: device for device in uow.session.scalars(query.order_by(Device.enrolled_ms))
    }
    return OperationRow(
        row.id, row.case, case.number, row.title, row.address, row.planned_start_ms, row.state,
        *STATES[row.state], case.major,
        tuple(_crew_view(member, staff, devices.get(staff.id)) for member, staff in crew),
    )  # fmt: skip


def _crew_view(member: Crew, staff: Staff, device: Device | None) -> CrewView:
    return CrewView(
        staff.id, staff.name, staff.number, member.role, member.presiding,
        device.id if device else None, bool(device and device.connected),
    )  # fmt: skip


def _brief(uow: UnitOfWork, row: Operation) -> OperationBrief:
    case = uow.session.get_one(Case, row.case)
    parties = uow.session.scalars(
        select(Party).where(Party.case == row.case).order_by(Party.position)
    )
    return OperationBrief(
        row.id, row.case, case.number, row.title, row.address, row.planned_start_ms, row.state,
        [(party.role, party.name) for party in parties],
        [
            CrewMember(staff.id, staff.name, crew.role, crew.presiding)
            for crew, staff in _crew(uow, row.id)
        ],
        case.major,
    )  # fmt: skip
