"""Integrity values signed at the scene, held against what arrived since: looked at, never kept.

That a device signed the chain up to the stated fragment is checked here by its own key, and that
all of it came. That the archived bytes make up that very chain, byte by byte, the verifier shows
from the evidence package.
"""

from __future__ import annotations

from dataclasses import dataclass

from command_center.devices.models import Device
from command_center.footage.models import RecordingRow, RenditionRow, StoredExhibit
from command_center.footage.signed import records_of_operation
from command_center.measures.models import RecordRow
from command_center.platform.uow import UnitOfWork
from schemas.integrity import (
    ChainAt,
    IntegrityStatement,
    OtherDevice,
    plain_code,
    read_statement,
    short_code,
    tail_of,
    value_of,
)
from schemas.media.fragment import Rendition
from schemas.media.head import NO_FRAGMENT, Head, decode_head
from schemas.problems import MzError
from schemas.ranges import Range, missing
from schemas.records import Attendee, FieldRecord, IntegrityValue
from schemas.sign import decode


@dataclass(frozen=True)
class IntegrityView:
    """A value with who signed it. `awaited`: how many of the things that it covers did not come
    yet; `differs`: what came and is another, by its id. `tail`: fragments that no signature
    covered when it was stated. `others`: (officer's name, code shown or empty, why none)."""

    record: str
    code: str
    value: str
    at_ms: int
    officer: str
    device_name: str
    chains: int
    records: int
    tail: int
    awaited: int
    differs: tuple[str, ...]
    people: tuple[Attendee, ...]
    others: tuple[OtherDevice, ...]
    readable: bool = True


def values_of(uow: UnitOfWork, operation: str) -> list[IntegrityView]:
    """Return the values of an operation, in the order in which they came."""
    found = records_of_operation(uow, operation, "integrity_value")
    codes = {
        (record.officer, plain_code(short_code(value_of(record.body.statement))))
        for _, record, _ in found
        if isinstance(record.body, IntegrityValue)
    }
    return [_view(uow, record, name, codes) for _, record, name in found]


def _view(
    uow: UnitOfWork, record: FieldRecord, officer: str, codes: set[tuple[str, str | None]]
) -> IntegrityView:
    body = record.body
    assert isinstance(body, IntegrityValue)  # noqa: S101 - the query asked for this kind
    value = value_of(body.statement)
    device = uow.session.get(Device, record.device)
    try:
        stated = read_statement(body.statement)
    except MzError:
        stated = IntegrityStatement(
            record.operation, record.device, record.recorded_wall_ms, [], [], [], []
        )
        readable = False
    else:
        readable = (stated.device, stated.operation) == (record.device, record.operation)
    awaited, differs, tail = 0, [], 0
    for chain in stated.chains:
        head = _checked(uow, chain, device)
        if head is None:
            differs.append(chain.recording)
        else:
            awaited += not _arrived(uow, chain.recording, head)
            tail += tail_of(chain, head)
    for one in stated.records:
        row = uow.session.get(RecordRow, one.record)
        if row is None:
            awaited += 1
        elif row.payload_sha256 != one.sha256:
            differs.append(one.record)
    awaited += sum(uow.session.get(StoredExhibit, page) is None for page in stated.pages)
    awaited += sum(bool(one.code) and (one.officer, one.code) not in codes for one in stated.others)
    return IntegrityView(
        record.record, short_code(value), value, stated.at_ms, officer,
        device.name if device else "", len(stated.chains), len(stated.records), tail, awaited,
        tuple(differs), tuple(body.attendees), tuple(stated.others), readable,
    )  # fmt: skip


def _checked(uow: UnitOfWork, chain: ChainAt, device: Device | None) -> Head | None:
    """Return the stated head; None where the device did not sign it, or ended on another link."""
    try:
        head = chain.check(device.public) if device else None
    except MzError:
        return None
    row = uow.session.get(RenditionRow, (chain.recording, Rendition.FULL))
    if head is not None and row is not None and row.head is not None:
        ended = decode_head(row.head)
        if ended.number == head.number and ended.link != head.link:
            return None
    return head


def _arrived(uow: UnitOfWork, recording: str, head: Head) -> bool:
    """Say whether all of a recording up to a head is with the relay."""
    if uow.session.get(RecordingRow, recording) is None:
        return False
    if head.number == NO_FRAGMENT:
        return True
    row = uow.session.get(RenditionRow, (recording, Rendition.FULL))
    held = decode(row.received.encode(), list[Range]) if row else []
    return not missing(held, 0, head.number)
