"""What a revoked device still sends: checked, bounded, kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select

from command_center.devices.models import Device
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.measures import columns
from command_center.measures.service import exhibits_of, known_receipt, read_authentic
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.models import QuarantinedRecord
from schemas.field_api import Defect, Quarantined, RecordReceipt, RelayAddress
from schemas.ledger import KEPT_APART
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord
from schemas.sign import Envelope
from schemas.ticket import Act

MOST_RECORDS, MOST_BYTES, MOST_EXHIBITS = 500, 32 * 1024 * 1024, 2_000
"""What may wait of one device."""
MOST_BYTES_OF_ALL = 512 * 1024 * 1024


@dataclass(frozen=True)
class Load:
    """What waits: records, their bytes, the exhibits they name."""

    records: int
    bytes: int
    exhibits: int

    @property
    def full(self) -> bool:
        """Whether no more of this device is taken."""
        return (
            self.records >= MOST_RECORDS or self.bytes >= MOST_BYTES
            or self.exhibits >= MOST_EXHIBITS
        )  # fmt: skip


def receive(uow: UnitOfWork, envelope: Envelope) -> Quarantined:
    """Keep a record of a revoked device apart; its own signature is the credential.

    The same bytes again get the same answer, also where the centre took the record before the
    device was revoked. Errors: `message.unknown`, `message.malformed`, `id.malformed`,
    `record.not_authentic`, `record.conflict`, `device.not_revoked`, `quarantine.full` (later
    again). Nothing is changed then.
    """
    uow.one_at_a_time("quarantine")
    device, record = read_authentic(uow, envelope)
    if device.revoked_ms is None:
        raise MzError("device.not_revoked", Kind.CONFLICT, device.id)
    digest = envelope.payload_sha256()
    receipt = known_receipt(uow, record.record, digest)
    if receipt is None:
        receipt = _keep(uow, device, record, envelope, digest)
    named = [one.sha256 for one in exhibits_of(record)]
    ticket, until_ms = sign_ticket(uow, Act.QUARANTINE, device.id, EXPORT_MS, exhibits=named)
    relay = uow.settings.relay
    address = RelayAddress(relay.id, relay.stream_url, relay.http_url)
    return Quarantined(receipt, ticket, until_ms, address)


def waiting_load(uow: UnitOfWork, device: str | None = None) -> Load:
    """Return what waits of a device, or of all."""
    query = select(
        func.count(),
        func.coalesce(func.sum(QuarantinedRecord.size), 0),
        func.coalesce(func.sum(QuarantinedRecord.exhibits), 0),
    ).where(QuarantinedRecord.settled_ms.is_(None))
    if device is not None:
        query = query.where(QuarantinedRecord.device == device)
    count, size, exhibits = uow.session.execute(query).one()
    return Load(count, int(size), int(exhibits))


def _keep(
    uow: UnitOfWork, device: Device, record: FieldRecord, envelope: Envelope, digest: str
) -> RecordReceipt:
    known = uow.session.get(QuarantinedRecord, record.record)
    if known is not None:
        if known.payload_sha256 != digest:
            raise MzError("record.conflict", Kind.CONFLICT, record.record)
        return _receipt(known)
    before = waiting_load(uow, device.id)
    if before.full or waiting_load(uow).bytes >= MOST_BYTES_OF_ALL:
        raise MzError("quarantine.full", Kind.THROTTLED, device.id)
    raw = msgspec.json.encode(envelope)
    row = QuarantinedRecord(
        record=record.record, device=device.id, kind=type(record.body).__struct_config__.tag,
        payload_sha256=digest, envelope=raw, size=len(raw), exhibits=len(exhibits_of(record)),
        recorded_ms=columns.moment(record.recorded_wall_ms, uow.now_ms), received_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    uow.ledger(KEPT_APART, device.id, row.record, digest, {"device": device.id})
    _tell(uow, device, before)
    return _receipt(row)


def _tell(uow: UnitOfWork, device: Device, before: Load) -> None:
    """Alarm the desk once when something waits, once when no more is taken."""
    if before.records == 0:
        uow.emit("QuarantineEntered", f"已撤销的设备送来记录，存入隔离区：{device.name}",
                 f"A revoked device sends records, kept in quarantine: {device.name}",
                 device=device.id, level="alarm")  # fmt: skip
    everything = waiting_load(uow).bytes >= MOST_BYTES_OF_ALL
    if waiting_load(uow, device.id).full or everything:
        uow.emit("QuarantineFull", f"隔离区已满，不再接收：{device.name}",
                 f"The quarantine is full and takes no more: {device.name}",
                 device=device.id, level="alarm")  # fmt: skip


def _receipt(row: QuarantinedRecord) -> RecordReceipt:
    text = "记录来自已撤销的设备，已存入隔离区，须两人决定是否转入。"
    defect = Defect("record.quarantined", text, "")
    return RecordReceipt(row.record, row.payload_sha256, row.received_ms, [defect])
