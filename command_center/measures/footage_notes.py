"""What officers sign about the footage itself: fault notes, and why one recorder had to do.

庭审录音录像规定(2017) 4 wants a technical failure explained in writing, checked and signed by the
presiding officer; art. 18 applies it to enforcement. Every authentic note is kept; one that lacks
a thing gets a defect, and only a note without such defects explains anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.devices.handovers import held_by
from command_center.devices.models import Device
from command_center.measures import columns, law
from command_center.operations.models import Crew
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.recording_notes import (
    LATE_NOTE_MS,
    FaultCause,
    FaultNote,
    PrivateInterval,
    PrivateReason,
    RecorderReason,
    RecordingAssigned,
)
from schemas.records import FieldRecord

ONLY_FLAGGED = frozenset({"fault.late", "recording.assigned_late"})
"""Defects with which a note still explains."""
CAUSE_WORDS = {
    FaultCause.BATTERY: ("更换电池或者电量耗尽", "battery changed or empty"),
    FaultCause.STORAGE: ("存储已满或者损坏", "storage full or damaged"),
    FaultCause.CAMERA: ("摄像头或者麦克风故障", "camera or microphone failed"),
    FaultCause.RESTART: ("设备重启或者程序异常", "device restarted or program failed"),
    FaultCause.DAMAGE: ("设备损坏或者遗失", "device damaged or lost"),
    FaultCause.OTHER: ("其他技术故障", "another technical failure"),
}


PRIVATE_WORDS = {
    PrivateReason.SEARCH: ("人身搜查", "search of a person"),
    PrivateReason.CHILD: ("未成年人在场", "a minor is present"),
    PrivateReason.UNDRESSED: ("更衣、如厕", "undressed"),
    PrivateReason.MEDICAL: ("医疗救治", "medical care"),
    PrivateReason.COUNTER: ("柜台其他客户信息", "other customers' data at the counter"),
    PrivateReason.OTHER: ("其他", "other"),
}


def fault_defects(uow: UnitOfWork, record: FieldRecord, body: FaultNote) -> list[Defect]:
    """Return why a fault note explains nothing, or that it came late."""
    ref = law.FOOTAGE_RULES_4.text()
    return [Defect(code, text, ref) for code, text in _fault_lacks(uow, record, body)]


def _fault_lacks(
    uow: UnitOfWork, record: FieldRecord, body: FaultNote
) -> Iterator[tuple[str, str]]:
    carried = held_by(uow, record.device, record.recorded_wall_ms) == record.officer
    if not carried or not _presides(uow, record):
        yield "fault.not_presiding", "故障说明不是主办人在本人设备上签署的，不作为已说明。"
    if not 0 < body.from_ms < body.to_ms:
        yield "fault.no_interval", "故障说明没有写明起止时间。"
    elif body.to_ms > record.recorded_wall_ms:
        yield "fault.not_over", "故障说明所写的结束时间晚于签署时间。"
    elif record.recorded_wall_ms - body.from_ms > LATE_NOTE_MS:
        yield "fault.late", "故障说明在故障发生二十四小时以后签署，属于迟延说明。"
    known = columns.is_id(body.device) and uow.session.get(Device, body.device) is not None
    if not known:
        yield "fault.device_unknown", "故障说明所指的设备不存在。"
    if not body.text.strip():
        yield "fault.no_reason", "故障说明没有写明情况。"


def _presides(uow: UnitOfWork, record: FieldRecord) -> bool:
    query = select(Crew.id).where(
        Crew.operation == record.operation,
        Crew.staff == record.officer,
        Crew.presiding.is_(True),
    )
    return uow.session.scalar(query) is not None


def keep_fault(
    uow: UnitOfWork,
    record: FieldRecord,
    body: FaultNote,
    receipt: RecordReceipt,
) -> None:
    """Write what a fault note brings with it: log, event."""
    zh, en = CAUSE_WORDS[body.cause]
    accepted = all(defect.code in ONLY_FLAGGED for defect in receipt.defects)
    tail = "" if accepted else "（未采信，待补正）"
    text = columns.line(f"录音录像中断说明：{zh}。{body.text.strip()}{tail}")
    at_ms = columns.moment(body.from_ms, uow.now_ms)
    note = Note("FOOTAGE_FAULT", at_ms, text)
    write_note(uow, record, note)
    level = "warn" if receipt.defects else "info"
    refused = "" if accepted else " (not accepted)"
    uow.emit("FaultNoted", f"中断已说明：{zh}" if accepted else f"中断说明待补正：{zh}",
             f"A gap was explained: {en}{refused}", case=record.case, operation=record.operation,
             device=record.device, subject=record.record, level=level)  # fmt: skip


def keep_reason(
    uow: UnitOfWork,
    record: FieldRecord,
    body: RecorderReason,
) -> None:
    """Write why fewer than two recorders ran: log, event."""
    text = columns.line(f"少于两台记录仪同时摄录的原因：{body.text.strip()}")
    at_ms = columns.moment(record.recorded_wall_ms, uow.now_ms)
    note = Note("RECORDER_REASON", at_ms, text)
    write_note(uow, record, note)
    uow.emit("RecorderReasonGiven", "已说明记录仪不足两台的原因",
             "Why fewer than two recorders ran was told", case=record.case,
             operation=record.operation, device=record.device, subject=record.record)  # fmt: skip


def assigned_defects(record: FieldRecord, body: RecordingAssigned) -> list[Defect]:
    """Return why it assigns nothing, or that it came late."""
    if not columns.is_id(body.recording):
        return [Defect("recording.no_id", "归案记录没有写明录制编号。", "")]
    if record.recorded_wall_ms - body.opened_ms > LATE_NOTE_MS:
        late = "先行录制超过二十四小时才归入行动，属于迟延归案。"
        return [Defect("recording.assigned_late", late, "")]
    return []


def keep_assigned(
    uow: UnitOfWork,
    record: FieldRecord,
    body: RecordingAssigned,
    receipt: RecordReceipt,
) -> None:
    """Write that a recording was assigned; `footage/assignment.py` places it once it is known."""
    late = "（迟延）" if any(one.code in ONLY_FLAGGED for one in receipt.defects) else ""
    text = f"先行录制 {columns.ident(body.recording)} 归入本次行动{late}。"
    at_ms = columns.moment(record.recorded_wall_ms, uow.now_ms)
    note = Note("RECORDING_ASSIGNED", at_ms, text)
    write_note(uow, record, note)


def private_defects(body: PrivateInterval) -> list[Defect]:
    """Return what makes it no interval; its fragments are private all the same."""
    ends = body.from_ms if body.to_ms is None else body.to_ms
    if columns.is_interval(body.interval, body.from_ms, ends):
        return []
    return [Defect("private.no_interval", "隐私时段没有写明编号或者起止时间。", "")]


def keep_private(
    uow: UnitOfWork,
    record: FieldRecord,
    body: PrivateInterval,
) -> None:
    """Write that a private interval began or ended: log, event."""
    zh, en = PRIVATE_WORDS[body.reason]
    act, at_ms = "PRIVATE_BEGAN", body.from_ms
    told_zh, told_en, rest = "隐私时段开始", "A private interval began", "，录制不停，关闭查看"
    if body.to_ms is not None:
        act, at_ms = "PRIVATE_ENDED", body.to_ms
        told_zh, told_en, rest = "隐私时段结束", "A private interval ended", "，恢复查看"
    note = Note(act, columns.moment(at_ms, uow.now_ms), f"{told_zh}（{zh}）{rest}。")
    write_note(uow, record, note)
    kind = "FootagePrivateBegan" if body.to_ms is None else "FootagePrivateEnded"
    uow.emit(kind, f"{told_zh}：{zh}", f"{told_en}: {en}", case=record.case,
             operation=record.operation, device=record.device,
             subject=columns.ident(body.interval))  # fmt: skip


class Note(NamedTuple):
    """What a record about the footage leaves: act of the log, when, text."""

    act: str
    at_ms: int
    text: str


def write_note(uow: UnitOfWork, record: FieldRecord, note: Note) -> None:
    """Write a line of the log for a record."""
    staff = uow.session.get(Staff, record.officer)
    append_log(
        uow,
        LogLine(
            case=record.case, at_ms=note.at_ms, act=note.act, text=note.text,
            operation=record.operation,
            officers=staff.name if staff else "", subject=record.record,
            recording=columns.ident(record.footage.recording) if record.footage else None,
        ),
    )  # fmt: skip
