"""扣押 of movables: from the record to the measure, its period, log, ledger entry and notices."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.service import parties_to_tell
from command_center.deadlines.clock import day_text
from command_center.deadlines.rulepack import PropertyClass
from command_center.footage.models import RecordingRow
from command_center.measures import columns, period, rules
from command_center.measures.columns import line
from command_center.measures.kinds import MeasureKind, MeasureState
from command_center.measures.models import (
    DefectRow,
    MeasureItemRow,
    MeasureRow,
    RecordRow,
)
from command_center.measures.terms import add_term
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.records import FieldRecord, SeizedItem, SeizeMovables
from schemas.time import court_time


def find_defects(uow: UnitOfWork, record: FieldRecord, body: SeizeMovables) -> list[Defect]:
    """Return what the law wants and the record lacks, in its circumstances."""
    debtors = [party for party in parties_to_tell(uow, record.case) if party.role == "DEBTOR"]
    around = rules.Circumstances(
        debtor_is_person=any(party.is_person for party in debtors),
        recorders=_recorders(uow, record),
        reason_given=_reason_given(uow, record.operation),
    )
    return rules.seizure_defects(record, body, around)


def execute(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    body: SeizeMovables,
    receipt: RecordReceipt,
) -> None:
    """Write the executed measure and all that the law ties to it, in this transaction.

    扣押 takes effect when the court takes hold of the thing, so EXECUTED is at once IN_FORCE.
    """
    term = period.settle(
        period.read_paper(body.control_from, body.control_to),
        court_time(columns.moment(body.finished_ms, uow.now_ms)).date(),
        PropertyClass.MOVABLE,
    )
    measure = _measure(uow, record, body)
    uow.session.add(measure)
    uow.session.flush()
    add_term(uow, measure, 1, term, (body.control_from, body.control_to))
    _add_details(uow, body, receipt)
    _write_log(uow, measure, term, receipt)
    _announce(uow, principal, measure, receipt)
    queue_notices(
        uow,
        NodeEvent(
            Purpose.MEASURE_EXECUTED,
            measure.measure,
            measure.case,
            {
                "when": _minute(measure.executed_ms),
                "measure": MeasureKind.SEIZE.zh,
                "what": measure.subject,
                "until": day_text(term.end) + ("（以文书为准）" if term.suggested else ""),
            },
        ),
    )


def summary(body: SeizeMovables) -> str:
    """Return the list in a few words: 缝纫机等3项."""
    names = [item.name.strip() for item in body.items if item.name.strip()]
    if not names:
        return "动产"
    return names[0][:30] if len(body.items) == 1 else f"{names[0][:30]}等{len(body.items)}项"


def _recorders(uow: UnitOfWork, record: FieldRecord) -> int:
    """Count the devices that recorded the operation. The relay's word may be on its way still,
    so footage that the record itself points into counts too."""
    counted = uow.session.scalar(
        select(func.count(func.distinct(RecordingRow.device))).where(
            RecordingRow.operation == record.operation
        )
    )
    return max(int(counted or 0), 1 if record.footage is not None else 0)


def _reason_given(uow: UnitOfWork, operation: str) -> bool:
    query = select(RecordRow.record).where(
        RecordRow.operation == operation, RecordRow.kind == "recorder_reason"
    )
    return uow.session.scalars(query.limit(1)).first() is not None


def _measure(uow: UnitOfWork, record: FieldRecord, body: SeizeMovables) -> MeasureRow:
    values = [item.estimated_value_fen for item in body.items]
    known = [value for value in values if value is not None]
    footage, second = record.footage, record.second_officer
    return MeasureRow(
        measure=record.record,
        record=record.record,
        kind=MeasureKind.SEIZE,
        property_kind="MOVABLE",
        state=MeasureState.IN_FORCE,
        case=record.case,
        operation=record.operation,
        device=record.device,
        officer=record.officer,
        second_officer=columns.ident(second) if second else None,
        subject=summary(body),
        place=line(body.place_text),
        custodian=line(body.custodian),
        storage_place=line(body.storage_place),
        note=body.note.replace("\0", ""),
        value_fen=columns.number(sum(known)) if known else None,
        started_ms=columns.moment(body.started_ms, uow.now_ms),
        executed_ms=columns.moment(body.finished_ms, uow.now_ms),
        received_ms=uow.now_ms,
        footage_recording=columns.ident(footage.recording) if footage else None,
        footage_number=columns.number(footage.number) if footage else None,
        footage_wall_ms=columns.moment(footage.wall_ms, uow.now_ms) if footage else None,
    )


def _add_details(uow: UnitOfWork, body: SeizeMovables, receipt: RecordReceipt) -> None:
    uow.session.add_all(
        _item(receipt.record, position, item) for position, item in enumerate(body.items)
    )
    uow.session.add_all(
        DefectRow(
            measure=receipt.record,
            position=position,
            code=defect.code,
            text=line(defect.text),
            law=line(defect.law),
        )
        for position, defect in enumerate(receipt.defects)
    )


def _item(measure: str, position: int, item: SeizedItem) -> MeasureItemRow:
    return MeasureItemRow(
        measure=measure,
        position=position,
        number=columns.number(item.number),
        name=line(item.name),
        quantity=columns.number(item.quantity),
        unit=line(item.unit),
        brand_model=line(item.brand_model),
        serial=line(item.serial),
        condition=line(item.condition),
        value_fen=columns.optional_number(item.estimated_value_fen),
        photos=" ".join(filter(columns.is_digest, item.photos)),
    )


def _write_log(
    uow: UnitOfWork, measure: MeasureRow, term: period.Period, receipt: RecordReceipt
) -> None:
    officers = [_name(uow, measure.officer), _name(uow, measure.second_officer)]
    append_log(
        uow,
        LogLine(
            case=measure.case,
            at_ms=measure.executed_ms,
            act="SEIZE",
            text=(
                f"扣押{measure.subject}，保管人{measure.custodian or '未写明'}，期限"
                f"{day_text(term.start)}至{day_text(term.end)}{_to_mend(receipt)}"
            ),
            officers=line("、".join(name for name in officers if name)),
            place=measure.place,
            operation=measure.operation,
            subject=measure.measure,
            recording=measure.footage_recording,
        ),
    )


def _announce(
    uow: UnitOfWork, principal: Principal, measure: MeasureRow, receipt: RecordReceipt
) -> None:
    refs = {"case": measure.case, "record": receipt.record, "device": principal.id}
    uow.ledger(
        "case:measure:executed",
        principal.id,
        measure.measure,
        receipt.sha256,
        {**refs, "operation": measure.operation or ""},
    )
    defects = f"; {len(receipt.defects)} defects to mend" if receipt.defects else ""
    uow.emit(
        "MeasureExecuted",
        f"已扣押{measure.subject}{_to_mend(receipt)}",
        f"Seized: {measure.subject}{defects}",
        case=measure.case,
        operation=measure.operation,
        device=measure.device,
        subject=measure.measure,
        level="warn" if receipt.defects else "info",
    )


def _to_mend(receipt: RecordReceipt) -> str:
    return f"；待补正{len(receipt.defects)}项" if receipt.defects else ""


def _name(uow: UnitOfWork, staff: str | None) -> str:
    row = uow.session.get(Staff, staff) if staff else None
    return row.name if row is not None else ""


def _minute(ms: int) -> str:
    moment = court_time(ms)
    return f"{day_text(moment.date())}{moment.hour}时{moment.minute:02d}分"
