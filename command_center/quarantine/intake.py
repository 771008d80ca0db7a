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
from schemas.field_api import (
    FOOTAGE_APART,
    Defect,
    FootageApart,
    Quarantined,
    RecordReceipt,
    RelayAddress,
)
from schemas.ids import id_bytes
from schemas.ledger import FOOTAGE_KEPT_APART, KEPT_APART
from schemas.media.opening import RecordingOpening, open_opening
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord
from schemas.sign import Envelope, decode_payload
from schemas.ticket import Act

MOST_RECORDS, MOST_BYTES, MOST_EXHIBITS = 500, 32 * 1024 * 1024, 2_000
"""What may wait of one device."""
MOST_BYTES_OF_ALL = 512 * 1024 * 1024
MOST_PARTS, MOST_FOOTAGE, MOST_FOOTAGE_OF_ALL = 4_000, 16 * 1024**3, 128 * 1024**3
"""What may wait of one device's footage: parts and bytes; and bytes of all devices'."""
MOST_PART_BYTES = 64 * 1024 * 1024
FOOTAGE = "footage"
"""The kind of what stands for a part at the relay."""


@dataclass(frozen=True)
class Load:
    """What waits: records, their bytes, the exhibits they name; parts of footage, their bytes."""

    records: int
    bytes: int
    exhibits: int
    parts: int = 0
    footage: int = 0

    @property
    def full(self) -> bool:
        """Whether no more of this device is taken."""
        return (
            self.records >= MOST_RECORDS or self.bytes >= MOST_BYTES
            or self.exhibits >= MOST_EXHIBITS
        )  # fmt: skip

    @property
    def full_of_footage(self) -> bool:
        """Whether no more footage of this device is taken."""
        return self.parts >= MOST_PARTS or self.footage >= MOST_FOOTAGE


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
    return _answer(uow, device, receipt, [one.sha256 for one in exhibits_of(record)])


def receive_footage(uow: UnitOfWork, envelope: Envelope) -> Quarantined:
    """Keep apart what a revoked device says of a part of its footage, and let it send that part to
    the relay; its signature is the credential. The same bytes again get the same answer.

    Errors: `message.unknown`, `message.malformed`, `id.malformed`, `record.not_authentic`,
    `record.conflict`, `opening.*`, `device.not_revoked`, `quarantine.full` (later again). Nothing
    is changed then.
    """
    uow.one_at_a_time("quarantine")
    said = decode_payload(envelope, FOOTAGE_APART, FootageApart)
    device = _signer(uow, envelope, said)
    opening = _opening_of(device, said)
    if device.revoked_ms is None:
        raise MzError("device.not_revoked", Kind.CONFLICT, device.id)
    known = uow.session.get(QuarantinedRecord, said.part)
    if known is None:
        known = _keep_footage(uow, device, said, opening, envelope)
    elif known.payload_sha256 != envelope.payload_sha256():
        raise MzError("record.conflict", Kind.CONFLICT, said.part)
    return _answer(uow, device, _receipt(known), [said.sha256])


def _answer(
    uow: UnitOfWork, device: Device, receipt: RecordReceipt, named: list[str]
) -> Quarantined:
    ticket, until_ms = sign_ticket(uow, Act.QUARANTINE, device.id, EXPORT_MS, exhibits=named)
    relay = uow.settings.relay
    address = RelayAddress(relay.id, relay.stream_url, relay.http_url)
    return Quarantined(receipt, ticket, until_ms, address)


def _signer(uow: UnitOfWork, envelope: Envelope, said: FootageApart) -> Device:
    """Return the device that signed, with the key certified for it."""
    id_bytes(said.part)
    device = uow.session.get(Device, columns.ident(said.device))
    if device is None or device.id != said.device or envelope.key != device.key:
        raise MzError("record.not_authentic", Kind.REFUSED, "another device's footage")
    try:
        envelope.check(device.public)
    except MzError as error:
        raise MzError("record.not_authentic", Kind.REFUSED, error.code) from error
    return device


def _opening_of(device: Device, said: FootageApart) -> RecordingOpening:
    """Return the opening of the recording that the part is of, if what is said can be so."""
    opening = open_opening(said.opening, device.public)
    if opening.device != device.id:
        raise MzError("opening.wrong_device", Kind.REFUSED, opening.recording)
    opening.rendition(said.rendition)
    sized = 0 < said.size <= MOST_PART_BYTES and columns.is_digest(said.sha256)
    if not sized or not 0 < said.first_wall_ms <= said.last_wall_ms:
        raise MzError("message.malformed", Kind.INVALID, "no part")
    return opening


def waiting_load(uow: UnitOfWork, device: str | None = None) -> Load:
    """Return what waits of a device, or of all."""
    query = select(
        func.count(),
        func.coalesce(func.sum(QuarantinedRecord.size), 0),
        func.coalesce(func.sum(QuarantinedRecord.exhibits), 0),
    ).where(QuarantinedRecord.settled_ms.is_(None))
    if device is not None:
        query = query.where(QuarantinedRecord.device == device)
    is_footage = QuarantinedRecord.kind == FOOTAGE
    count, size, exhibits = uow.session.execute(query.where(~is_footage)).one()
    parts, footage, _ = uow.session.execute(query.where(is_footage)).one()
    return Load(count, int(size), int(exhibits), parts, int(footage))


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


def _keep_footage(
    uow: UnitOfWork, device: Device, said: FootageApart, opening: RecordingOpening,
    envelope: Envelope,
) -> QuarantinedRecord:  # fmt: skip
    before = waiting_load(uow, device.id)
    if before.full_of_footage or waiting_load(uow).footage >= MOST_FOOTAGE_OF_ALL:
        raise MzError("quarantine.full", Kind.THROTTLED, device.id)
    digest = envelope.payload_sha256()
    row = QuarantinedRecord(
        record=said.part, device=device.id, kind=FOOTAGE, payload_sha256=digest,
        envelope=msgspec.json.encode(envelope), size=said.size, exhibits=0,
        recording=opening.recording,
        recorded_ms=columns.moment(said.first_wall_ms, uow.now_ms), received_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    uow.ledger(FOOTAGE_KEPT_APART, device.id, row.record, digest,
               {"device": device.id, "recording": opening.recording,
                "sha256": said.sha256})  # fmt: skip
    _tell(uow, device, before)
    return row


def _tell(uow: UnitOfWork, device: Device, before: Load) -> None:
    """Alarm the desk once when something waits, once when no more is taken."""
    if before.records == before.parts == 0:
        uow.emit("QuarantineEntered", f"已撤销的设备送来记录或者录像，存入隔离区：{device.name}",
                 f"A revoked device sends records or footage, kept in quarantine: {device.name}",
                 device=device.id, level="alarm")  # fmt: skip
    now, of_all = waiting_load(uow, device.id), waiting_load(uow)
    everything = of_all.bytes >= MOST_BYTES_OF_ALL or of_all.footage >= MOST_FOOTAGE_OF_ALL
    if now.full or now.full_of_footage or everything:
        uow.emit("QuarantineFull", f"隔离区已满，不再接收：{device.name}",
                 f"The quarantine is full and takes no more: {device.name}",
                 device=device.id, level="alarm")  # fmt: skip


def _receipt(row: QuarantinedRecord) -> RecordReceipt:
    text = "记录来自已撤销的设备，已存入隔离区，须两人决定是否转入。"
    defect = Defect("record.quarantined", text, "")
    return RecordReceipt(row.record, row.payload_sha256, row.received_ms, [defect])
