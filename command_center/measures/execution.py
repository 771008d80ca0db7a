"""From an executed act to the measure: row, list, facts, period, log and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.service import parties_to_tell
from command_center.deadlines.clock import day_text
from command_center.footage.models import RecordingRow
from command_center.measures import columns, period, rules
from command_center.measures.against import is_unnamed
from command_center.measures.columns import line
from command_center.measures.models import (
    DefectRow,
    MeasureFactRow,
    MeasureItemRow,
    MeasureRow,
    RecordRow,
)
from command_center.measures.states import MeasureState
from command_center.measures.terms import add_term
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform.masking import mask_long_numbers
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PropertyKind
from schemas.records import FieldAct, FieldRecord, SeizedItem
from schemas.time import court_time

SECRET = "measure.fact"  # noqa: S105  (a purpose, not a secret)


@dataclass(frozen=True)
class Act:
    """An act as it becomes a measure. `effect_ms`: when it took effect; `facts`: fields that the
    tables keep; `secrets`: whole numbers of masked fields; term: None where no period runs;
    target: the debtor whom it is against, None where nobody said."""

    kind: MeasureKind
    over: PropertyKind
    state: MeasureState
    subject: str
    value_fen: int | None
    effect_ms: int
    term: period.Period | None
    facts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None


def carry_out(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    body: FieldAct,
    act: Act,
    receipt: RecordReceipt,
) -> None:
    """Write the measure and all that the law ties to it, in this transaction."""
    measure = _measure(uow, record, body, act)
    uow.session.add(measure)
    uow.session.flush()
    if act.term is not None:
        add_term(uow, measure, 1, act.term, (body.control_from, body.control_to))
    _add_details(uow, body, act, receipt)
    _write_log(uow, measure, act, receipt)
    _announce(uow, measure, receipt)
    facts = {"when": minute(measure.executed_ms), "measure": act.kind.zh, "what": measure.subject,
             **period.told(act.kind, act.term)}  # fmt: skip
    against = None if is_unnamed(uow, measure.case, act.target) else act.target or ""
    queue_notices(uow, NodeEvent(
        Purpose.MEASURE_EXECUTED, measure.measure, measure.case, facts, against=against
    ))  # fmt: skip


def summary(names: Sequence[str], otherwise: str = "动产") -> str:
    """Return a list in a few words by the names of all its rows: 缝纫机等3项."""
    first = next((name.strip() for name in names if name.strip()), "")
    if not first:
        return otherwise
    return first[:30] if len(names) == 1 else f"{first[:30]}等{len(names)}项"


def total_fen(items: list[SeizedItem]) -> int | None:
    """Return the estimated value of a list, None where nothing is estimated."""
    known = [item.estimated_value_fen for item in items if item.estimated_value_fen is not None]
    return columns.number(sum(known)) if known else None


def circumstances(uow: UnitOfWork, record: FieldRecord) -> rules.Circumstances:
    """Return what the record itself does not say."""
    debtors = [party for party in parties_to_tell(uow, record.case) if party.role == "DEBTOR"]
    return rules.Circumstances(
        debtor_is_person=any(party.is_person for party in debtors),
        recorders=_recorders(uow, record),
        reason_given=_reason_given(uow, record.operation),
        major=uow.session.get_one(Case, record.case).major,
    )


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


def _measure(uow: UnitOfWork, record: FieldRecord, body: FieldAct, act: Act) -> MeasureRow:
    footage, second = record.footage, record.second_officer
    return MeasureRow(
        measure=record.record,
        record=record.record,
        kind=act.kind,
        property_kind=act.over,
        state=act.state,
        case=record.case,
        target=act.target,
        operation=record.operation,
        device=record.device,
        officer=record.officer,
        second_officer=columns.ident(second) if second else None,
        subject=line(act.subject),
        place=line(body.place_text),
        custodian=line(body.custodian),
        storage_place=line(body.storage_place),
        note=body.note.replace("\0", ""),
        value_fen=act.value_fen,
        started_ms=columns.moment(body.started_ms, uow.now_ms),
        executed_ms=act.effect_ms,
        received_ms=uow.now_ms,
        footage_recording=columns.ident(footage.recording) if footage else None,
        footage_number=columns.number(footage.number) if footage else None,
        footage_wall_ms=columns.moment(footage.wall_ms, uow.now_ms) if footage else None,
    )


def _add_details(uow: UnitOfWork, body: FieldAct, act: Act, receipt: RecordReceipt) -> None:
    uow.session.add_all(
        item_row(uow, receipt.record, position, item) for position, item in enumerate(body.items)
    )
    uow.session.add_all(
        fact_row(
            uow,
            receipt.record,
            name,
            mask_long_numbers(value.replace("\0", "")),
            act.secrets.get(name),
        )
        for name, value in act.facts.items()
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


def fact_row(
    uow: UnitOfWork, measure: str, name: str, value: str, secret: str | None
) -> MeasureFactRow:
    """Return a field of a measure; of a secret one the whole number is encrypted beside it."""
    cipher = uow.keys.cipher
    return MeasureFactRow(
        measure=measure, name=name, value=value,
        secret=cipher.encrypt(secret, SECRET) if secret else None,
        value_index=cipher.blind_index(secret, SECRET) if secret else None,
    )  # fmt: skip


def item_row(
    uow: UnitOfWork, measure: str, position: int, item: SeizedItem, lot: str | None = None
) -> MeasureItemRow:
    """Return a row of a measure's list; lot: the record of the lot that it came by."""
    footage = item.footage
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
        lot=lot,
        footage_recording=columns.ident(footage.recording) if footage else None,
        footage_wall_ms=columns.moment(footage.wall_ms, uow.now_ms) if footage else None,
    )


def _write_log(uow: UnitOfWork, measure: MeasureRow, act: Act, receipt: RecordReceipt) -> None:
    text = f"{act.kind.zh}{measure.subject}"
    if measure.custodian or act.term is not None:
        text += f"，保管人{measure.custodian or '未写明'}"
    if act.term is not None:
        text += f"，期限{day_text(act.term.start)}至{day_text(act.term.end)}"
    append_log(
        uow,
        LogLine(
            case=measure.case,
            at_ms=measure.executed_ms,
            act=act.kind,
            text=text + to_mend(receipt),
            officers=officer_names(uow, measure.officer, measure.second_officer),
            place=measure.place,
            operation=measure.operation,
            subject=measure.measure,
            recording=measure.footage_recording,
        ),
    )


def _announce(uow: UnitOfWork, measure: MeasureRow, receipt: RecordReceipt) -> None:
    kind = MeasureKind(measure.kind)
    defects = f"; {len(receipt.defects)} defects to mend" if receipt.defects else ""
    uow.emit(
        "MeasureExecuted",
        f"已{kind.zh}{measure.subject}{to_mend(receipt)}",
        f"{kind.en.capitalize()}: {measure.subject}{defects}",
        case=measure.case,
        operation=measure.operation,
        device=measure.device,
        subject=measure.measure,
        level="warn" if receipt.defects else "info",
    )


def to_mend(receipt: RecordReceipt) -> str:
    """Return how many defects are to be mended, in words; nothing where none is."""
    return f"；待补正{len(receipt.defects)}项" if receipt.defects else ""


def officer_names(uow: UnitOfWork, *officers: str | None) -> str:
    """Return the names of officers by id, those that are known."""
    rows = [uow.session.get(Staff, one) for one in officers if one and columns.is_id(one)]
    return line("、".join(row.name for row in rows if row is not None))


def minute(ms: int) -> str:
    """Return a moment as papers write it: 2026年3月12日14时36分."""
    moment = court_time(ms)
    return f"{day_text(moment.date())}{moment.hour}时{moment.minute:02d}分"
