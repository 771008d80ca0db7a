"""Operations that an officer opened at the scene (计划外行动, S-01): taken, placed, confirmed.

What he came upon may concern a case whose number he does not know yet: the operation is made when
the case is known, by the number that he wrote or by the person at the desk who confirms it.
"""

from __future__ import annotations

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.service import find_case
from command_center.operations.models import Crew, Operation, UnplannedRow
from command_center.operations.site import USUAL_RADIUS_M, in_china
from command_center.operations.views import Unplanned
from command_center.operations.words import CREW_ROLES
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.opened import CONFIRM_MS, KIND_WORDS, OpenedKind, OperationOpened, title
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord
from schemas.sign import sha256_hex

_MOST_CREW = 20
_MOST_LISTED = 100


def keep_opened(uow: UnitOfWork, record: FieldRecord, body: OperationOpened) -> None:
    """Take an operation that an officer opened. The caller made sure that record and officer are
    authentic, that its id is new, and that times can be shown."""
    where = record.place
    measured = where is not None and not where.mock and in_china(where.lat, where.lon)
    row = UnplannedRow(
        operation=record.operation, record=record.record, device=record.device,
        officer=record.officer, kind=body.kind, address=typed.line(body.place_text, 200),
        site_lat=where.lat if where and measured else None,
        site_lon=where.lon if where and measured else None,
        crew=" ".join(one.id for one in _known(uow, record.officer, body.crew)),
        companions=typed.line(body.companions, 100),
        case_number=typed.line(body.case_number, 60), case=None, opened_ms=body.opened_ms,
        received_ms=uow.now_ms, confirmed_by=None, confirmed_ms=None, late_ms=None,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    zh, en = KIND_WORDS[body.kind]
    known = uow.session.get(Case, record.case) if record.case else None
    case = known.id if known is not None else _case_of(uow, row.case_number)
    if case is not None:
        place(uow, row, case)
    wanting = "" if case else "，案件待定"
    uow.emit("UnplannedOpened", f"计划外行动待确认：{zh}，{row.address}{wanting}",
             f"An unplanned operation is to be confirmed: {en}, {row.address}", case=case,
             operation=row.operation, device=row.device, subject=row.record,
             level="warn")  # fmt: skip


def place(uow: UnitOfWork, row: UnplannedRow, case: str) -> None:
    """Make the operation under its case, he who opened it presiding, and write the log."""
    row.case = case
    kind = OpenedKind(row.kind)
    located = row.site_lat is not None
    uow.session.add(Operation(
        id=row.operation, case=case, title=title(kind), address=row.address,
        site_lat=row.site_lat, site_lon=row.site_lon,
        site_radius_m=USUAL_RADIUS_M if located else None,
        planned_start_ms=row.opened_ms, state="PLANNED", created_ms=uow.now_ms,
    ))  # fmt: skip
    uow.session.flush()
    crew = [uow.session.get_one(Staff, one) for one in (row.officer, *row.crew.split())]
    uow.session.add_all(
        Crew(id=new_id(), operation=row.operation, staff=one.id, role=one.role,
             presiding=one.id == row.officer)
        for one in crew
    )  # fmt: skip
    text = f"{crew[0].name}开立计划外行动：{KIND_WORDS[kind][0]}"
    if row.companions:
        text += f"；同行{row.companions}"
    append_log(uow, LogLine(
        case=case, at_ms=row.opened_ms, act="UNPLANNED", text=text,
        officers="、".join(one.name for one in crew), place=row.address,
        operation=row.operation, subject=row.record,
    ))  # fmt: skip


def confirm(uow: UnitOfWork, principal: Principal, operation: str, number: str) -> None:
    """Confirm an unplanned operation, and name its case where the officer did not; again is no
    change.

    Errors: `operation.unknown`, `case.number_malformed`, `case.unknown`.
    """
    principal.require("operation:plan")
    row = uow.session.get(UnplannedRow, operation, with_for_update=True)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])
    if row.confirmed_ms is not None:
        return
    if row.case is None:
        case = find_case(uow, number)
        if case is None:
            raise MzError("case.unknown", Kind.INVALID, number[:40])
        place(uow, row, case)
    row.confirmed_by, row.confirmed_ms = principal.id, uow.now_ms
    late = _is_late(row, uow.now_ms)
    text = f"{principal.name}确认计划外行动{'（迟延）' if late else ''}"
    append_log(uow, LogLine(
        case=row.case or "", at_ms=uow.now_ms, act="UNPLANNED", text=text,
        officers=principal.name, place=row.address, operation=row.operation, subject=row.record,
    ))  # fmt: skip
    uow.ledger("operation:unplanned:confirmed", principal.id, row.operation,
               sha256_hex(text.encode()), {"case": row.case or ""})  # fmt: skip
    uow.emit("UnplannedConfirmed", f"计划外行动已确认（{principal.name}）",
             f"An unplanned operation was confirmed ({principal.name})", case=row.case,
             operation=row.operation, device=row.device, subject=row.record)  # fmt: skip


def tell_late(uow: UnitOfWork) -> int:
    """Alarm the desk, once, of each that nobody confirmed in time; return how many."""
    query = select(UnplannedRow).where(
        UnplannedRow.confirmed_ms.is_(None), UnplannedRow.late_ms.is_(None),
        UnplannedRow.received_ms < uow.now_ms - CONFIRM_MS,
    )  # fmt: skip
    late = list(uow.session.scalars(query.limit(_MOST_LISTED)))
    for row in late:
        row.late_ms = uow.now_ms
        uow.emit("UnplannedUnconfirmed", f"计划外行动超过二十四小时未确认：{row.address}",
                 f"Nobody confirmed an unplanned operation within 24 hours: {row.address}",
                 case=row.case, operation=row.operation, device=row.device, subject=row.record,
                 level="alarm")  # fmt: skip
    return len(late)


def unconfirmed(uow: UnitOfWork, principal: Principal) -> list[Unplanned]:
    """Return those that wait for a person at the desk, the oldest first."""
    principal.require("operation:read")
    query = select(UnplannedRow).where(UnplannedRow.confirmed_ms.is_(None))
    rows = uow.session.scalars(query.order_by(UnplannedRow.received_ms).limit(_MOST_LISTED))
    return [_view(uow, row) for row in rows]


def find(uow: UnitOfWork, operation: str) -> Unplanned | None:
    """Return how an operation was opened at the scene; None for a planned one."""
    row = uow.session.get(UnplannedRow, operation)
    return _view(uow, row) if row is not None else None


def _view(uow: UnitOfWork, row: UnplannedRow) -> Unplanned:
    ids = [row.officer, *row.crew.split(), *filter(None, [row.confirmed_by])]
    names = dict(uow.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())
    beside = [names.get(one, "") for one in row.crew.split()]
    return Unplanned(
        row.operation, *KIND_WORDS[OpenedKind(row.kind)], names.get(row.officer, ""),
        "、".join(filter(None, [*beside, row.companions])), row.address, row.case_number, row.case,
        row.opened_ms, row.received_ms, row.confirmed_ms, names.get(row.confirmed_by or "", ""),
        _is_late(row, uow.now_ms),
    )  # fmt: skip


def _is_late(row: UnplannedRow, now_ms: int) -> bool:
    return (row.confirmed_ms or now_ms) - row.received_ms > CONFIRM_MS


def _known(uow: UnitOfWork, officer: str, wanted: list[str]) -> list[Staff]:
    """Return who of those named is staff that may go on a visit."""
    query = select(Staff).where(
        Staff.id.in_(wanted[:_MOST_CREW]), Staff.id != officer, Staff.active.is_(True),
        Staff.role.in_(CREW_ROLES),
    )  # fmt: skip
    return list(uow.session.scalars(query.order_by(Staff.number)))


def _case_of(uow: UnitOfWork, number: str) -> str | None:
    try:
        return find_case(uow, number) if number else None
    except MzError:
        return None
