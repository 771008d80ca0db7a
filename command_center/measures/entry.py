"""The ledger entry of a field record: one for each, of whatever kind, written here alone."""

from __future__ import annotations

from command_center.measures import columns
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.ledger import TAKEN_OVER_BY
from schemas.opened import OperationOpened
from schemas.recording_notes import (
    CrewStart,
    FaultNote,
    Noticed,
    PlannedSilence,
    PrivateInterval,
    RecorderReason,
    RecordingAssigned,
)
from schemas.records import (
    FieldAct,
    FieldRecord,
    IntegrityValue,
    Marker,
    OperationStep,
    Sos,
    StoodBeside,
)
from schemas.second import ConfirmedHere

KEPT, SET_ASIDE = "record:field:kept", "record:field:set_aside"
_TAGS: dict[type, str] = {
    OperationStep: "operation:step:reported",
    OperationOpened: "operation:unplanned:opened",
    Marker: "operation:marker:set",
    CrewStart: "operation:crew:started",
    FaultNote: "operation:fault:noted",
    RecorderReason: "operation:recorders:explained",
    Noticed: "recording:doubt:noticed",
    RecordingAssigned: "recording:operation:claimed",
    IntegrityValue: "footage:integrity:signed",
}


def enter(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    receipt: RecordReceipt,
    *,
    usable: bool,
    decision: str = "",
) -> None:
    """Write the entry that holds the record's digest; packages verify the record by it.

    decision: by which two persons let it out of the quarantine.
    """
    tag = _tag(record, receipt) if usable else SET_ASIDE
    refs = {"device": principal.id}
    for name, value in (("case", record.case), ("operation", record.operation)):
        if columns.is_id(value):
            refs[name] = value
    if decision:
        refs[TAKEN_OVER_BY] = decision
    uow.ledger(tag, principal.id, record.record, receipt.sha256, refs)


def _tag(record: FieldRecord, receipt: RecordReceipt) -> str:
    match record.body:
        case FieldAct():
            return "case:measure:executed" if receipt.measure else "case:act:recorded"
        case PrivateInterval(to_ms=to_ms):
            return f"footage:private:{'begun' if to_ms is None else 'ended'}"
        case PlannedSilence() if not receipt.defects:
            return "device:silence:told"
        case Sos(closed_ms=closed_ms) if not receipt.defects:
            return f"device:sos:{'raised' if closed_ms is None else 'closed'}"
        case StoodBeside() | ConfirmedHere() if not receipt.defects:
            return "operation:officer:confirmed"
        case body:
            return _TAGS.get(type(body), KEPT)
