"""Applying a relay's feed: every item may come again, and the cursor moves with what it tells."""

from __future__ import annotations

import json

import msgspec
import structlog
from sqlalchemy import select

from command_center.devices import service as devices
from command_center.devices.models import Device
from command_center.devices.sources import source_of
from command_center.footage.copies import tell_copies
from command_center.footage.derive import keep_copy
from command_center.footage.imports import import_changed
from command_center.footage.live_sources import source_changed
from command_center.footage.models import (
    ArchivedPart,
    FootageFinding,
    RecordingRow,
    RelayCursor,
    RenditionRow,
    SpanRow,
    StoredExhibit,
)
from command_center.footage.talk import keep_talk
from command_center.operations.models import Operation
from command_center.platform.uow import UnitOfWork
from schemas import crash, feed, ranges
from schemas.keys import KeyRing, Use
from schemas.media.opening import RecordingOpening, open_opening
from schemas.problems import Kind, MzError
from schemas.sign import decode_payload
from schemas.stream import ARCHIVED, ArchivedStatement

log = structlog.get_logger()
_BROKEN = ("ChainBroken", "链或签名不符，已标记", "its link or signature does not fit; marked")
_FOUND = {
    "fragment.conflict": ("ConflictFound", "同号异文，已另存",
                          "other bytes under its number, kept aside"),
    "device.revoked": ("FootageAfterRevocation", "起的内容形成于设备撤销以后，已标记",
                       "made after its device was revoked, from here on; marked"),
}  # fmt: skip


def cursor_of(uow: UnitOfWork, relay: str) -> tuple[str, int]:
    """Return epoch and seq up to which a relay's feed was applied; ("", 0) at first."""
    row = uow.session.get(RelayCursor, relay)
    return (row.epoch, row.seq) if row else ("", 0)


def apply_page(uow: UnitOfWork, page: feed.FeedPage) -> int:
    """Apply a page and save the cursor in the same transaction; return how many items were new.

    An item that cannot be right (bad signature, unknown device) is alarmed and passed over: it
    must not stop what comes after it.
    """
    row = uow.session.get(RelayCursor, page.relay, with_for_update=True)
    if row is None:
        row = RelayCursor(relay=page.relay, epoch=page.epoch, seq=0, read_ms=uow.now_ms)
        uow.session.add(row)
    if row.epoch != page.epoch:
        row.epoch, row.seq = page.epoch, 0
    fresh = [item for item in page.items if item.seq > row.seq]
    for item in fresh:
        try:
            with uow.part():
                _apply(uow, page.relay, item)
        except MzError as error:
            _refused(uow, page.relay, item, error)
    row.seq, row.read_ms = max(row.seq, page.next_after), uow.now_ms
    uow.session.flush()
    crash.point("worker.after_feed_apply_before_commit")
    return len(fresh)


def _apply(uow: UnitOfWork, relay: str, item: feed.FeedItem) -> None:
    match item:
        case feed.RecordingOpened():
            _opened(uow, relay, item)
        case feed.FragmentsReceived():
            _received(uow, item)
        case feed.PartArchived():
            _archived(uow, relay, item)
        case feed.RecordingEnded():
            _ended(uow, item)
        case feed.ChainBroken() | feed.ConflictFound():
            _found(uow, item)
        case feed.ExhibitStored():
            _stored(uow, item)
        case feed.DeviceConnected() | feed.OrderApplied():
            _of_devices(uow, item)
        case feed.HeadsVerified():
            _verified(uow, item)
        case (
            feed.PartDamaged() | feed.ExhibitDamaged() | feed.DomainChanged() | feed.SpaceChanged()
        ):
            tell_copies(uow, relay, item)
        case feed.TalkKept() | feed.CopyMade():
            _kept(uow, relay, item)
        case feed.ImportChanged() | feed.SourceChanged():
            _of_bridges(uow, relay, item)


def _of_devices(uow: UnitOfWork, item: feed.DeviceConnected | feed.OrderApplied) -> None:
    if isinstance(item, feed.DeviceConnected):
        devices.device_connected(uow, item.device, item.connected, item.at_ms)
    else:
        devices.order_applied(uow, item.order, item.outcome, item.at_ms)


def _kept(uow: UnitOfWork, relay: str, item: feed.TalkKept | feed.CopyMade) -> None:
    if isinstance(item, feed.TalkKept):
        keep_talk(uow, relay, item)
    else:
        keep_copy(uow, relay, item)


def _of_bridges(uow: UnitOfWork, relay: str, item: feed.ImportChanged | feed.SourceChanged) -> None:
    if isinstance(item, feed.ImportChanged):
        import_changed(uow, relay, item)
    else:
        source_changed(uow, item)


def _stored(uow: UnitOfWork, item: feed.ExhibitStored) -> None:
    if uow.session.get(StoredExhibit, item.sha256) is None:
        uow.session.add(
            StoredExhibit(sha256=item.sha256, size=item.size, device=item.device,
                          stored_ms=item.at_ms)
        )  # fmt: skip


def _opened(uow: UnitOfWork, relay: str, item: feed.RecordingOpened) -> None:
    opening, device = _verified_opening(uow, item)
    if uow.session.get(RecordingRow, opening.recording) is not None:
        return
    uow.session.add(
        RecordingRow(
            id=opening.recording,
            relay=relay,
            device=device.id,
            officer=opening.officer,
            operation=opening.operation,
            counter=opening.counter,
            source=opening.source,
            opened_wall_ms=opening.opened_wall_ms,
            learnt_ms=uow.now_ms,
            opening=msgspec.json.encode(item.opening),
            opening_sha256=item.opening.payload_sha256(),
            quarantined=item.quarantined,
        )
    )
    for info in opening.renditions:
        _rendition(uow, opening.recording, info.rendition)
    device.last_counter = max(device.last_counter, opening.counter)
    operation = uow.session.get(Operation, opening.operation) if opening.operation else None
    refs = {"device": device.id}
    if operation is not None:
        refs |= {"operation": operation.id, "case": operation.case}
    uow.ledger("recording:opening:received", relay, opening.recording,
               item.opening.payload_sha256(), refs)  # fmt: skip
    begun = (
        (
            f"{device.name} 的录像自隔离区转入",
            f"A recording of {device.name} comes out of quarantine",
        )
        if item.quarantined
        else (f"{device.name} 开始录像", f"{device.name} began a recording")
        if opening.bridged is None
        else (f"{device.name} 的录像经桥接入库", f"A recording of {device.name} comes by a bridge")
    )
    uow.emit("RecordingOpened", *begun,
             case=operation.case if operation else None,
             operation=operation.id if operation else None,
             device=device.id, subject=opening.recording,
             level="warn" if item.quarantined else "info")  # fmt: skip


def _verified_opening(
    uow: UnitOfWork, item: feed.RecordingOpened
) -> tuple[RecordingOpening, Device]:
    """Return an opening and its device: signed by the device's key, or by the relay's for a
    source that has none."""
    device = uow.session.scalars(select(Device).where(Device.key == item.opening.key)).first()
    if device is not None:
        opening = open_opening(item.opening, device.public)
        if opening.bridged is None:
            return opening, device
        raise MzError("opening.source_refused", Kind.REFUSED, opening.recording)
    ring = KeyRing(uow.keys.root, uow.keys.certificates)
    opening = open_opening(item.opening, ring.public(item.opening.key, Use.RELAY, item.at_ms))
    if opening.bridged is None:
        raise MzError("opening.source_refused", Kind.REFUSED, opening.recording)
    return opening, source_of(uow, opening.device)


def _received(uow: UnitOfWork, item: feed.FragmentsReceived) -> None:
    row = _rendition(uow, item.recording, item.rendition)
    before = load_ranges(row.received)
    after = ranges.union(before, item.ranges)
    if after == before:
        return
    row.received = json.dumps(after)
    row.bytes += item.bytes
    _walls(row, item.first_wall_ms, item.last_wall_ms)
    _after_revocation(uow, item)


def _after_revocation(uow: UnitOfWork, item: feed.FragmentsReceived) -> None:
    """Mark, once a rendition, what was made after its device was revoked and reached a relay that
    had not heard of that yet: it stays, and is not believed."""
    recording = uow.session.get(RecordingRow, item.recording)
    device = uow.session.get(Device, recording.device) if recording is not None else None
    if device is None or device.revoked_ms is None or item.last_wall_ms < device.revoked_ms:
        return
    marked = select(FootageFinding.seq).where(
        FootageFinding.recording == item.recording, FootageFinding.code == "device.revoked",
        FootageFinding.rendition == item.rendition,
    )  # fmt: skip
    if uow.session.scalars(marked.limit(1)).first() is None:
        _finding(uow, item.recording, item.rendition, item.ranges[0][0], "device.revoked",
                 at_ms=item.at_ms)  # fmt: skip


def _archived(uow: UnitOfWork, relay: str, item: feed.PartArchived) -> None:
    ring = KeyRing(uow.keys.root, uow.keys.certificates)
    statement = decode_payload(item.statement, ARCHIVED, ArchivedStatement)
    ring.check(item.statement, Use.RELAY, statement.at_ms)
    if uow.session.get(ArchivedPart, statement.part) is not None:
        return
    digest = item.statement.payload_sha256()
    uow.session.add(
        ArchivedPart(
            part=statement.part,
            recording=statement.recording,
            part_sha256=statement.part_sha256,
            statement=msgspec.json.encode(item.statement),
            statement_sha256=digest,
            at_ms=statement.at_ms,
        )
    )
    for held in statement.fragments:
        row = _rendition(uow, statement.recording, held.rendition)
        row.archived = json.dumps(ranges.union(load_ranges(row.archived), held.ranges))
        row.received = json.dumps(ranges.union(load_ranges(row.received), held.ranges))
    for unsigned in item.unsigned:
        row = _rendition(uow, statement.recording, unsigned.rendition)
        row.unsigned = json.dumps(ranges.union(load_ranges(row.unsigned), unsigned.ranges))
    for rendition, spans in item.spans:
        for span in spans:
            _span(uow, statement.recording, rendition, span)
    uow.ledger("recording:part:archived", relay, statement.recording, digest,
               {"part": statement.part, "sha256": statement.part_sha256})  # fmt: skip


def _verified(uow: UnitOfWork, item: feed.HeadsVerified) -> None:
    """A late head covers what a part called unsigned."""
    row = _rendition(uow, item.recording, item.rendition)
    row.unsigned = json.dumps(ranges.without(load_ranges(row.unsigned), item.ranges))


def _span(uow: UnitOfWork, recording: str, rendition: int, span: feed.SpanHeld) -> None:
    known = select(SpanRow.seq).where(
        SpanRow.recording == recording, SpanRow.rendition == rendition,
        SpanRow.first == span.first, SpanRow.last == span.last,
    )  # fmt: skip
    if uow.session.scalar(known) is None:
        uow.session.add(
            SpanRow(recording=recording, rendition=rendition, first=span.first, last=span.last,
                    start_wall_ms=span.start_wall_ms, end_wall_ms=span.end_wall_ms)
        )  # fmt: skip
        _walls(_rendition(uow, recording, rendition), span.start_wall_ms, span.end_wall_ms)


def _ended(uow: UnitOfWork, item: feed.RecordingEnded) -> None:
    row = _rendition(uow, item.recording, item.rendition)
    if row.ended:
        return
    row.ended, row.last, row.head = True, item.last, item.head
    recording = uow.session.get(RecordingRow, item.recording)
    query = select(RenditionRow).where(RenditionRow.recording == item.recording)
    if recording is not None and all(other.ended for other in uow.session.scalars(query)):
        operation = uow.session.get(Operation, recording.operation) if recording.operation else None
        uow.emit("RecordingEnded", "录像已结束", "A recording ended",
                 case=operation.case if operation else None, operation=recording.operation,
                 device=recording.device, subject=recording.id)  # fmt: skip


def _found(uow: UnitOfWork, item: feed.ChainBroken | feed.ConflictFound) -> None:
    if isinstance(item, feed.ChainBroken):
        _finding(uow, item.recording, item.rendition, item.number, item.code, at_ms=item.at_ms)
    else:
        _finding(uow, item.recording, item.rendition, item.number, "fragment.conflict",
                 item.held_sha256, item.other_sha256, at_ms=item.at_ms)  # fmt: skip


def _finding(
    uow: UnitOfWork,
    recording: str,
    rendition: int,
    number: int,
    code: str,
    held: str = "",
    other: str = "",
    *,
    at_ms: int,
) -> None:
    known = select(FootageFinding.seq).where(
        FootageFinding.recording == recording, FootageFinding.rendition == rendition,
        FootageFinding.number == number, FootageFinding.code == code[:40],
        FootageFinding.other_sha256 == other,
    )  # fmt: skip
    if uow.session.scalar(known) is not None:
        return
    uow.session.add(
        FootageFinding(recording=recording, rendition=rendition, number=number, code=code[:40],
                       held_sha256=held, other_sha256=other, at_ms=at_ms)
    )  # fmt: skip
    row = uow.session.get(RecordingRow, recording)
    kind, zh, en = _FOUND.get(code, _BROKEN)
    uow.emit(
        kind, f"录像片段 {number} {zh}", f"Fragment {number}: {en}",
        operation=row.operation if row else None,
        device=row.device if row else None,
        subject=recording,
        level="alarm",
    )  # fmt: skip


def _refused(uow: UnitOfWork, relay: str, item: feed.FeedItem, error: MzError) -> None:
    name = type(item).__name__
    log.error("feed.item_refused", relay=relay, seq=item.seq, item=name, code=error.code)
    uow.emit("FeedItemRefused", f"中继上报内容未通过校验（{name} #{item.seq}：{error.code}）",
             f"A relay's report failed its check ({name} #{item.seq}: {error.code})",
             subject=relay, level="alarm", permission="system:read")  # fmt: skip


def _rendition(uow: UnitOfWork, recording: str, rendition: int) -> RenditionRow:
    row = uow.session.get(RenditionRow, (recording, rendition))
    if row is None:
        row = RenditionRow(
            recording=recording, rendition=rendition, received="[]", archived="[]", unsigned="[]",
            bytes=0, ended=False,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
    return row


def _walls(row: RenditionRow, first_ms: int, last_ms: int) -> None:
    row.first_wall_ms = min(first_ms, row.first_wall_ms or first_ms)
    row.last_wall_ms = max(last_ms, row.last_wall_ms or last_ms)


def load_ranges(text: str) -> list[ranges.Range]:
    """Return the ranges of a stored JSON text."""
    return [(first, last) for first, last in json.loads(text)]
