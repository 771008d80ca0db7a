"""How the second officer of an act confirmed: on his own device, or by his PIN on the first's."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from command_center.cases.log import LogLine, append_log
from command_center.devices.seconds import read_confirmation
from command_center.measures import columns, execution, law
from command_center.measures.models import RecordRow
from command_center.measures.receipts import receipt_of
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.problems import MzError
from schemas.records import FIELD_RECORD, FieldRecord, StoodBeside
from schemas.second import (
    CLOCKS_APART_MS,
    SECOND_CONFIRMATION,
    ConfirmedHere,
    SecondConfirmation,
)
from schemas.sign import Envelope, decode, decode_payload


class How(StrEnum):
    """How a second officer confirmed."""

    NOT = ""
    OWN_DEVICE = "own_device"
    PIN = "pin"


def confirmed_how(
    uow: UnitOfWork, operation: str, officer: str, span: tuple[int, int], record: str
) -> How:
    """Return how an officer confirmed that he stood beside the act of `record`, which lasted from
    `span[0]` to `span[1]`."""
    for row in _said(uow, operation, "stood_beside", officer):
        said = _body(row)
        if isinstance(said, StoodBeside) and (
            said.from_ms - CLOCKS_APART_MS <= span[0] and span[1] <= said.to_ms + CLOCKS_APART_MS
        ):
            return How.OWN_DEVICE
    act = uow.session.get(RecordRow, record)
    for row in _said(uow, operation, "confirmed_here") if act is not None else []:
        body = _body(row)
        if act is None or not isinstance(body, ConfirmedHere):
            continue
        wanted = (act.record, act.payload_sha256, act.device, officer)
        meant = decode_payload(body.confirmation, SECOND_CONFIRMATION, SecondConfirmation)
        if (meant.record, meant.sha256, meant.device, meant.officer) == wanted:
            return How.PIN
    return How.NOT


def here_defects(uow: UnitOfWork, record: FieldRecord, body: ConfirmedHere) -> list[Defect]:
    """Return why it confirms nothing: another's key, a bad signature, revoked."""
    try:
        read_confirmation(uow, record.device, body.confirmation)
    except MzError:
        text = "第二名执行人员在本机的确认无法核实，不作为在场的确认。"
        return [Defect("second.not_authentic", text, law.TWO_OFFICERS.text())]
    return []


def keep_here(uow: UnitOfWork, record: FieldRecord, body: ConfirmedHere) -> None:
    """Write that the second officer confirmed an act by his PIN on the first's device."""
    said = read_confirmation(uow, record.device, body.confirmation)
    write_confirmed(
        uow, record, said.officer, said.at_ms, "CONFIRMED_HERE",
        ("以本人口令在同事设备上确认在场", "confirmed by his own PIN being present"),
    )  # fmt: skip


def write_confirmed(
    uow: UnitOfWork, record: FieldRecord, officer: str, at_ms: int, act: str, how: tuple[str, str]
) -> None:
    """Write log and event of an officer's word that he was present; `how` in both languages."""
    name, (zh, en) = execution.officer_names(uow, officer), how
    append_log(
        uow,
        LogLine(
            case=record.case, at_ms=columns.moment(at_ms, uow.now_ms), act=act,
            text=f"{name}{zh}", officers=name, operation=record.operation, subject=record.record,
        ),
    )  # fmt: skip
    uow.emit("OfficerConfirmed", f"{name}{zh}", f"{name} {en}", case=record.case,
             operation=record.operation, device=record.device,
             subject=record.record)  # fmt: skip


def _said(uow: UnitOfWork, operation: str, kind: str, officer: str = "") -> list[RecordRow]:
    """Return the records of a kind that may be believed."""
    query = select(RecordRow).where(
        RecordRow.operation == operation,
        RecordRow.kind == kind,
    )
    if officer:
        query = query.where(RecordRow.officer == officer)
    rows = uow.session.scalars(query)
    return [row for row in rows if not receipt_of(uow, row).defects]


def _body(row: RecordRow) -> object:
    return decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord).body
