"""Planning a visit before anybody departs: made, changed, called off; each change in the log.

What an officer does is never refused: a visit that was called off and is driven to all the same
moves on with the first step that his device reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.operations.models import Crew, Operation
from command_center.operations.site import USUAL_RADIUS_M, read_site, site_of, site_text
from command_center.operations.words import CREW_ROLES, STATES
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes, new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import clock_text

LEAST_CREW = 2
"""At least two carry out a field act (DOMAIN R-11)."""
_FURTHEST_MS = 366 * 86_400_000
_LATE_MS = 86_400_000
_LONGEST_TITLE, _LONGEST_ADDRESS, _LONGEST_REASON = 60, 200, 200


@dataclass(frozen=True)
class NewOperation:
    """Message: a visit to plan. crew: staff ids; presiding: one of them. operation: the id that
    its maker chose, so that the same form sent twice plans one visit; empty: a new one.
    site: the address's coordinates as typed, nothing for none."""

    case: str
    title: str
    address: str
    planned_start_ms: int
    crew: tuple[str, ...]
    presiding: str
    operation: str = ""
    site: str = ""
    site_radius_m: int = USUAL_RADIUS_M


def plan_operation(uow: UnitOfWork, principal: Principal, message: NewOperation) -> str:
    """Plan a visit and return its id.

    Errors: `case.unknown`, `operation.no_title`, `operation.no_address`, `operation.bad_time`,
    `operation.bad_site`, `operation.crew_too_small`, `operation.crew_unknown`,
    `operation.nobody_presides`, `operation.repeated`.
    """
    principal.require("operation:plan")
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    operation = message.operation or new_id()
    id_bytes(operation)
    known = uow.session.get(Operation, operation)
    if known is not None:
        if known.case != message.case:
            raise MzError("operation.repeated", Kind.CONFLICT, operation)
        return operation
    row = Operation(
        id=operation, case=message.case, title="", address="", planned_start_ms=0,
        state="PLANNED", created_ms=uow.now_ms,
    )  # fmt: skip
    names = _write(uow, row, message)
    _tell(uow, principal, row, "made", f"安排行动：{_line(row)}；{names}")
    uow.emit("OperationPlanned", f"已安排执行行动：{row.title}",
             f"An operation was planned: {row.title}",
             case=row.case, operation=row.id)  # fmt: skip
    return row.id


def change_plan(
    uow: UnitOfWork, principal: Principal, operation: str, message: NewOperation
) -> None:
    """Replace place, time and crew of a visit that nobody departed for.

    Errors: those of `plan_operation`, `operation.unknown`, `operation.departed`.
    """
    row = _planned(uow, principal, operation)
    names = _write(uow, row, message)
    _tell(uow, principal, row, "changed", f"变更行动安排：{_line(row)}；{names}")
    uow.emit("OperationPlanChanged", f"执行行动安排已变更：{row.title}",
             f"The plan of an operation changed: {row.title}",
             case=row.case, operation=row.id)  # fmt: skip


def call_off(uow: UnitOfWork, principal: Principal, operation: str, reason: str) -> None:
    """Call off a visit that nobody departed for.

    Errors: `operation.unknown`, `operation.departed`, `operation.no_reason`.
    """
    row = _planned(uow, principal, operation)
    why = typed.line(reason, _LONGEST_REASON)
    if not why:
        raise MzError("operation.no_reason", Kind.INVALID)
    row.state = "CALLED_OFF"
    _tell(uow, principal, row, "called_off", f"取消行动：{_line(row)}。{why}")
    uow.emit("OperationCalledOff", f"执行行动已取消：{row.title}",
             f"An operation was called off: {row.title}",
             case=row.case, operation=row.id)  # fmt: skip


def possible_crew(uow: UnitOfWork, principal: Principal) -> list[tuple[str, str, str]]:
    """Return id, name and role of everybody who may go on a visit."""
    principal.require("operation:plan")
    query = select(Staff.id, Staff.name, Staff.role).where(
        Staff.active.is_(True), Staff.role.in_(CREW_ROLES)
    )
    return [(staff, name, role) for staff, name, role in
            uow.session.execute(query.order_by(Staff.number))]  # fmt: skip


def _planned(uow: UnitOfWork, principal: Principal, operation: str) -> Operation:
    principal.require("operation:plan")
    row = uow.session.get(Operation, operation, with_for_update=True)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])
    if row.state != "PLANNED":
        raise MzError("operation.departed", Kind.REFUSED, STATES[row.state][1])
    return row


def _write(uow: UnitOfWork, row: Operation, message: NewOperation) -> str:
    """Write what the message says into the row and its crew; return the crew's names."""
    row.title = typed.line(message.title, _LONGEST_TITLE)
    row.address = typed.line(message.address, _LONGEST_ADDRESS)
    row.planned_start_ms = message.planned_start_ms
    if not row.title:
        raise MzError("operation.no_title", Kind.INVALID)
    if not row.address:
        raise MzError("operation.no_address", Kind.INVALID)
    if not -_LATE_MS < message.planned_start_ms - uow.now_ms < _FURTHEST_MS:
        raise MzError("operation.bad_time", Kind.INVALID)
    site = read_site(message.site, message.site_radius_m)
    row.site_lat, row.site_lon = (site.lat, site.lon) if site else (None, None)
    row.site_radius_m = site.radius_m if site else None
    members = _members(uow, message)
    uow.session.add(row)
    uow.session.flush()
    uow.session.execute(delete(Crew).where(Crew.operation == row.id))
    uow.session.add_all(
        Crew(id=new_id(), operation=row.id, staff=one.id, role=one.role,
             presiding=one.id == message.presiding)
        for one in members
    )  # fmt: skip
    return "、".join(one.name for one in members)


def _members(uow: UnitOfWork, message: NewOperation) -> list[Staff]:
    """Return the crew, who presides first."""
    wanted = set(message.crew)
    if len(wanted) < LEAST_CREW:
        raise MzError("operation.crew_too_small", Kind.INVALID, str(LEAST_CREW))
    query = select(Staff).where(
        Staff.id.in_(wanted), Staff.active.is_(True), Staff.role.in_(CREW_ROLES)
    )
    found = list(uow.session.scalars(query.order_by(Staff.number)))
    if len(found) != len(wanted):
        raise MzError("operation.crew_unknown", Kind.INVALID)
    if message.presiding not in wanted:
        raise MzError("operation.nobody_presides", Kind.INVALID)
    return sorted(found, key=lambda one: one.id != message.presiding)


def _line(row: Operation) -> str:
    site = site_of(row)
    at = f"（{site_text(site)}，{site.radius_m}米内）" if site else ""
    return f"{row.title}，{row.address}{at}，{clock_text(row.planned_start_ms)[:-3]}"


def _tell(uow: UnitOfWork, principal: Principal, row: Operation, act: str, text: str) -> None:
    append_log(
        uow,
        LogLine(case=row.case, at_ms=uow.now_ms, act="PLAN", text=text, officers=principal.name,
                place=row.address, operation=row.id, subject=row.id),
    )  # fmt: skip
    uow.ledger(f"operation:plan:{act}", principal.id, row.id, sha256_hex(text.encode()),
               {"case": row.case})  # fmt: skip
