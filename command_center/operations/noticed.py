"""The desk's event of what a device notices by itself."""

from __future__ import annotations

from command_center.operations.models import Operation
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import Noticed, NoticedKind, noticed_text
from schemas.records import FieldRecord

_INFO = (NoticedKind.BACK_AT_SITE,)


def tell_noticed(uow: UnitOfWork, record: FieldRecord, body: Noticed) -> None:
    """Tell the desk. The caller made sure that the record is authentic and new."""
    row = uow.session.get_one(Operation, record.operation)
    zh, en = noticed_text(body.what, body.value)
    uow.emit(
        "DeviceNoticed", f"{zh}：{row.title}", f"{en}: {row.title}", case=row.case,
        operation=row.id, device=record.device, subject=record.record,
        level="info" if body.what in _INFO else "warn",
    )  # fmt: skip
