"""The integrity value that people signed at the scene, as the centre takes it.

庭审录音录像规定(2017) 9: where a recording stands for the record, the parties sign its integrity
check value. What the value covers is compared in `footage/integrity.py`, whenever it is looked at.
"""

from __future__ import annotations

from command_center.measures import columns, law
from command_center.measures.footage_notes import Note, write_note
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.integrity import read_statement, short_code, value_of
from schemas.problems import MzError
from schemas.records import SIGNED_SOMEHOW, FieldRecord, IntegrityValue, SignedHow


def value_defects(record: FieldRecord, body: IntegrityValue) -> list[Defect]:
    """Return why a value cannot be compared, or that nobody signed it."""
    ref = law.FOOTAGE_RULES_9.text()
    try:
        stated = read_statement(body.statement)
    except MzError:
        return [Defect("integrity.malformed", "完整性校验值的内容无法读取，不能核对。", ref)]
    if (stated.device, stated.operation) != (record.device, record.operation):
        return [Defect("integrity.foreign", "完整性校验值不是本设备就本次行动出具的。", ref)]
    if not any(one.signed in SIGNED_SOMEHOW for one in body.attendees):
        return [Defect("integrity.unsigned", "完整性校验值没有在场人员签名。", ref)]
    return []


def keep_value(
    uow: UnitOfWork,
    record: FieldRecord,
    body: IntegrityValue,
    receipt: RecordReceipt,
) -> None:
    """Write that the value was signed: log, event."""
    code = short_code(value_of(body.statement))
    signed = sum(one.signed in SIGNED_SOMEHOW for one in body.attendees)
    refused = sum(one.signed is SignedHow.REFUSED for one in body.attendees)
    text = f"当场出具录音录像完整性校验值 {code}，{signed}人签名，{refused}人拒签。"
    at_ms = columns.moment(record.recorded_wall_ms, uow.now_ms)
    note = Note("INTEGRITY_SIGNED", at_ms, text)
    write_note(uow, record, note)
    uow.emit("IntegritySigned", f"完整性校验值 {code} 已当场确认",
             f"The integrity value {code} was confirmed at the scene",
             case=record.case, operation=record.operation, device=record.device,
             subject=record.record, level="warn" if receipt.defects else "info")  # fmt: skip
