"""Two persons decide about what is in the quarantine: one asks, another answers, each says why.

What they let in goes the ordinary road, record by record and each in a transaction of its own; what
they discard is kept under its decision and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.service import find_case
from command_center.devices.models import Device, RelayOrderRow
from command_center.devices.service import order_relay
from command_center.footage.models import RecordingRow, StoredExhibit
from command_center.measures import columns
from command_center.measures.service import accept_from_quarantine
from command_center.operations.models import Operation
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.platform.worded import Worded
from command_center.quarantine import packed
from command_center.quarantine.intake import FOOTAGE, MOST_PARTS, MOST_RECORDS
from command_center.quarantine.models import QuarantineDecision, QuarantinedRecord
from schemas import crash
from schemas.feed import OrderKind, TakenFootage
from schemas.ids import new_id
from schemas.ledger import FOOTAGE_TAKEN, TAKEN_OVER_BY
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.sign import Envelope, decode, decode_payload, sha256_hex
from schemas.ticket import Publisher

TAKE_JOB = "quarantine.take"
"""The outbox kind that carries a decision to take records over out."""
SHORTEST, LONGEST = 4, 200
TAKEN, DISCARDED = "taken", "discarded"
_DONE = "done"
NO_ANSWER = "relay.no_answer"
ANSWER_MS = 15 * 60_000
"""So long a relay's word on an order is awaited; then its footage waits for two persons again."""
LOG_ACT = "QUARANTINE"


class QuarantineAct(Worded):
    """What two persons do with a record."""

    TAKE = "TAKE", "转入", "take over"
    DISCARD = "DISCARD", "不予采用", "discard"


@dataclass(frozen=True)
class AskDecision:
    """Message: what is to be done with these records of a device, and why. `case_number`: the case
    of those that are taken over and name none."""

    device: str
    act: str
    records: Sequence[str]
    reason: str
    case_number: str = ""


def ask_decision(uow: UnitOfWork, principal: Principal, message: AskDecision) -> str:
    """Ask for a decision; return its id.

    Errors: `quarantine.unknown_act`, `quarantine.no_reason`, `quarantine.nothing_chosen`,
    `quarantine.not_waiting` (not of this device, or in another decision), and for what is to be
    taken over `quarantine.after_revocation`, `quarantine.still_coming` (its part did not reach a
    relay yet), `case.number_malformed`, `case.unknown`.
    """
    principal.require("quarantine:ask")
    if message.act not in set(QuarantineAct):
        raise MzError("quarantine.unknown_act", Kind.INVALID, message.act[:40])
    act, reason = QuarantineAct(message.act), _reason(message.reason)
    chosen = sorted(set(message.records))
    if not chosen:
        raise MzError("quarantine.nothing_chosen", Kind.INVALID)
    device = uow.session.get(Device, columns.ident(message.device))
    fits = len(chosen) <= MOST_RECORDS + MOST_PARTS and all(columns.is_id(one) for one in chosen)
    rows = _waiting(uow, device.id, chosen) if device and fits else []
    if device is None or len(rows) != len(chosen):
        raise MzError("quarantine.not_waiting", Kind.CONFLICT, message.device[:40])
    revoked_ms = device.revoked_ms or 0
    if act is QuarantineAct.TAKE and any(row.recorded_ms >= revoked_ms for row in rows):
        raise MzError("quarantine.after_revocation", Kind.REFUSED, device.id)
    if act is QuarantineAct.TAKE and not _arrived(uow, rows):
        raise MzError("quarantine.still_coming", Kind.CONFLICT, device.id)
    case = _named_case(uow, message.case_number) if act is QuarantineAct.TAKE else None
    digest = sha256_hex("\n".join(row.payload_sha256 for row in rows).encode())
    decision = QuarantineDecision(
        id=new_id(), device=device.id, act=act, count=len(rows), digest=digest, case=case,
        reason=reason,
        asked_by=principal.id, asked_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(decision)
    uow.session.flush()
    for row in rows:
        row.decision = decision.id
    uow.ledger("quarantine:decision:asked", principal.id, decision.id, digest, _refs(decision))
    uow.emit("QuarantineAsked", f"{principal.name} 提请{act.zh}隔离区内容 {len(rows)} 项，"
             f"待另一人核准：{device.name}",
             f"{principal.name} asks to {act.en} {len(rows)} items in quarantine; another"
             f" person answers: {device.name}",
             device=device.id, subject=decision.id, level="warn")  # fmt: skip
    return decision.id


def answer_decision(
    uow: UnitOfWork, principal: Principal, decision: str, answer: str, *, agreed: bool
) -> None:
    """Agree to what another person asked for, or refuse it; what is refused waits again.

    Errors: `quarantine.unknown`, `quarantine.answered`, `quarantine.own_request`,
    `quarantine.no_reason`.
    """
    principal.require("quarantine:agree")
    row = uow.session.get(QuarantineDecision, columns.ident(decision), with_for_update=True)
    if row is None:
        raise MzError("quarantine.unknown", Kind.NOT_FOUND, decision[:40])
    if row.answered_ms is not None:
        raise MzError("quarantine.answered", Kind.CONFLICT, row.id)
    if row.asked_by == principal.id:
        raise MzError("quarantine.own_request", Kind.REFUSED, row.id)
    row.answer = _reason(answer)
    row.agreed, row.answered_by, row.answered_ms = agreed, principal.id, uow.now_ms
    records = records_of(uow, row.id)
    act = QuarantineAct(row.act)
    if not agreed:
        for record in records:
            record.decision = None
    elif act is QuarantineAct.DISCARD:
        for record in records:
            record.settled_ms, record.outcome = uow.now_ms, DISCARDED
    else:
        for record in records:
            record.ordered = None
        uow.enqueue(TAKE_JOB, row.id, {"decision": row.id})
    done = "agreed" if agreed else "refused"
    uow.ledger(f"quarantine:decision:{done}", principal.id, row.id, row.digest, _refs(row))
    if agreed:
        _log(uow, principal, row, records)
    _tell(uow, principal, row)


def next_to_take(uow: UnitOfWork, decision: str) -> str | None:
    """Return the oldest record of an agreed decision that is neither settled nor ordered."""
    query = (
        select(QuarantinedRecord.record)
        .where(
            QuarantinedRecord.decision == decision,
            QuarantinedRecord.settled_ms.is_(None),
            QuarantinedRecord.ordered.is_(None),
        )
        .order_by(QuarantinedRecord.recorded_ms, QuarantinedRecord.record)
    )
    return uow.session.scalars(query.limit(1)).first()


def take_over(uow: UnitOfWork, decision: str, record: str) -> None:
    """Take a record over into the ordinary road; again is no change. Footage is the relay's: it is
    ordered to take it in, and what becomes of that comes with its feed (`footage_applied`).

    Errors: those of `accept_from_quarantine`.
    """
    row = uow.session.get(QuarantinedRecord, record, with_for_update=True)
    if row is None or row.decision != decision or row.settled_ms is not None or row.ordered:
        return
    if row.kind == FOOTAGE:
        row.ordered = _order_footage(uow, row)
    else:
        case = uow.session.get_one(QuarantineDecision, decision).case
        accept_from_quarantine(uow, decode(row.envelope, Envelope), decision, case)
        row.settled_ms, row.outcome = uow.now_ms, TAKEN
    crash.point("worker.in_quarantine_taking")


def _order_footage(uow: UnitOfWork, row: QuarantinedRecord) -> str:
    device = uow.session.get_one(Device, row.device)
    publisher = Publisher(device.id, device.key, device.alg, device.public)
    taken = TakenFootage(row.recording or "", publisher, device.revoked_ms or 0)
    sha256 = packed.said(row).sha256
    return order_relay(uow, OrderKind.TAKE_FOOTAGE, sha256, row.decision or "", footage=taken)


def footage_applied(uow: UnitOfWork, order: str, outcome: str) -> None:
    """Take what a relay made of the order to take a part in; again is no change. A recording that
    the archive knew already is marked; a part that was refused waits for another decision. A word
    that comes after nobody waited for it any more counts for the decision that it answers."""
    query = select(QuarantinedRecord).where(QuarantinedRecord.ordered == order)
    row = uow.session.scalars(query.with_for_update()).first()
    if row is None or row.settled_ms is not None:
        return
    by = uow.session.get_one(RelayOrderRow, order).reason
    if outcome != _DONE:
        if row.decision == by:
            _failed(uow, row, outcome)
        else:
            row.ordered, row.outcome = None, outcome[:40]
        return
    if row.decision != by:
        _came_late(uow, row, by)
    row.settled_ms, row.outcome = uow.now_ms, TAKEN
    recording = row.recording or ""
    uow.ledger(FOOTAGE_TAKEN, row.device, recording, row.payload_sha256,
               {TAKEN_OVER_BY: row.decision or "", "part": row.record,
                "sha256": packed.said(row).sha256})  # fmt: skip
    known = uow.session.get(RecordingRow, recording, with_for_update=True)
    if known is not None:
        known.quarantined = True


def _came_late(uow: UnitOfWork, row: QuarantinedRecord, by: str) -> None:
    """A relay took a part in that waited again already: it belongs to the decision of before."""
    decision = uow.session.get_one(QuarantineDecision, by, with_for_update=True)
    decision.failed -= 1
    row.decision = decision.id
    uow.emit("QuarantineTaken", "中继迟到的答复：隔离区的一段录像已经转入",
             "The relay answers late: footage in quarantine was taken over",
             device=row.device, subject=row.record)  # fmt: skip


def give_up_waiting(uow: UnitOfWork) -> None:
    """Let footage wait for two persons again whose order no relay answered in time."""
    query = (
        select(QuarantinedRecord)
        .join(RelayOrderRow, RelayOrderRow.id == QuarantinedRecord.ordered)
        .where(
            QuarantinedRecord.settled_ms.is_(None),
            QuarantinedRecord.decision == RelayOrderRow.reason,
            RelayOrderRow.applied_ms.is_(None),
            RelayOrderRow.made_ms <= uow.now_ms - ANSWER_MS,
        )
    )
    locked = query.with_for_update(of=QuarantinedRecord, skip_locked=True)
    for row in uow.session.scalars(locked).all():
        order = row.ordered
        _failed(uow, row, NO_ANSWER)
        row.ordered = order


def cannot_take(uow: UnitOfWork, record: str, code: str) -> None:
    """Note why a record could not be taken over."""
    _failed(uow, uow.session.get_one(QuarantinedRecord, record, with_for_update=True), code)


def _failed(uow: UnitOfWork, row: QuarantinedRecord, code: str) -> None:
    """Let what could not be taken over wait again, with the reason, and alarm the desk: two persons
    try again, or discard it."""
    decision = uow.session.get_one(QuarantineDecision, row.decision, with_for_update=True)
    decision.failed += 1
    uow.ledger("quarantine:record:failed", row.device, row.record, row.payload_sha256,
               {"decision": decision.id, "code": code[:40]})  # fmt: skip
    row.decision, row.ordered, row.outcome = None, None, code[:40]
    zh, en = ("一段录像", "Footage") if row.kind == FOOTAGE else ("一条记录", "A record")
    uow.emit("QuarantineFailed", f"隔离区的{zh}无法转入（{row.outcome}），可以再次提请",
             f"{en} in quarantine could not be taken over ({row.outcome}); it may be asked for"
             " again",
             device=row.device, subject=row.record, level="alarm")  # fmt: skip


def records_of(uow: UnitOfWork, decision: str) -> list[QuarantinedRecord]:
    """Return the records that a decision names, the oldest first."""
    query = (
        select(QuarantinedRecord)
        .where(QuarantinedRecord.decision == decision)
        .order_by(QuarantinedRecord.recorded_ms, QuarantinedRecord.record)
    )
    return list(uow.session.scalars(query))


def _waiting(uow: UnitOfWork, device: str, chosen: list[str]) -> list[QuarantinedRecord]:
    query = (
        select(QuarantinedRecord)
        .where(
            QuarantinedRecord.device == device,
            QuarantinedRecord.decision.is_(None),
            QuarantinedRecord.record.in_(chosen),
        )
        .order_by(QuarantinedRecord.recorded_ms, QuarantinedRecord.record)
        .with_for_update()
    )
    return list(uow.session.scalars(query))


def _named_case(uow: UnitOfWork, number: str) -> str | None:
    if not number.strip():
        return None
    case = find_case(uow, number)
    if case is None:
        raise MzError("case.unknown", Kind.INVALID, number[:40])
    return case


def _arrived(uow: UnitOfWork, rows: list[QuarantinedRecord]) -> bool:
    """Return whether a relay holds the parts among these."""
    parts = {packed.said(row).sha256 for row in rows if row.kind == FOOTAGE}
    held = select(StoredExhibit.sha256).where(StoredExhibit.sha256.in_(parts))
    return not parts or parts == set(uow.session.scalars(held))


def _refs(row: QuarantineDecision) -> dict[str, str]:
    refs = {"device": row.device, "act": row.act}
    return refs | {"case": row.case} if row.case else refs


def _reason(text: str) -> str:
    said = typed.line(text, LONGEST)
    if len(said) < SHORTEST:
        raise MzError("quarantine.no_reason", Kind.INVALID)
    return said


def _log(
    uow: UnitOfWork, principal: Principal, row: QuarantineDecision,
    records: list[QuarantinedRecord],
) -> None:  # fmt: skip
    """Write one line into the log of each case that the records name."""
    act, asked_by = QuarantineAct(row.act), uow.session.get_one(Staff, row.asked_by).name
    device = uow.session.get_one(Device, row.device).name
    named: dict[str, int] = {}
    for record in records:
        case = _case_of(uow, record) or row.case or ""
        named[case] = named.get(case, 0) + 1
    for case, count in sorted(named.items()):
        if not columns.is_id(case) or uow.session.get(Case, case) is None:
            continue
        text = (
            f"已撤销设备{device}的隔离区内容{count}项，经两人决定{act.zh}。"
            f"{asked_by}提请：{row.reason}；{principal.name}核准：{row.answer}"
        )
        append_log(uow, LogLine(
            case=case, at_ms=uow.now_ms, act=LOG_ACT, text=text,
            officers=f"{asked_by}、{principal.name}", subject=row.id,
        ))  # fmt: skip


def _case_of(uow: UnitOfWork, row: QuarantinedRecord) -> str:
    """Return the case that a record names, or the one of the operation that footage is of."""
    if row.kind != FOOTAGE:
        return decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord).case
    operation = uow.session.get(Operation, columns.ident(packed.opening(row).operation or ""))
    return operation.case if operation is not None else ""


def _tell(uow: UnitOfWork, principal: Principal, row: QuarantineDecision) -> None:
    act, device = QuarantineAct(row.act), uow.session.get_one(Device, row.device).name
    zh, en = ("核准", "agreed") if row.agreed else ("不同意", "refused")
    uow.emit("QuarantineAnswered",
             f"{principal.name} {zh}{act.zh}隔离区内容 {row.count} 项：{device}",
             f"{principal.name} {en} to {act.en} {row.count} items in quarantine: {device}",
             device=row.device, subject=row.id)  # fmt: skip
