"""Markers (标记): set by an officer at the scene or by the desk; never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.operations.models import MarkerRow, Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord, Marker, MarkerKind
from schemas.sign import sha256_hex

MAX_TEXT = 200
WORDS = {
    MarkerKind.IMPORTANT: ("重点", "important"),
    MarkerKind.OBSTRUCTION: ("阻碍执行", "obstruction"),
    MarkerKind.STATEMENT: ("当事人陈述", "statement of a party"),
    MarkerKind.PROPERTY: ("财产", "property"),
    MarkerKind.OTHER: ("其他", "other"),
}


@dataclass(frozen=True)
class NewMarker:
    """Message: a moment to find again, Unix ms by the footage's clock; None means now."""

    operation: str
    kind: str
    text: str = ""
    at_ms: int | None = None
    recording: str | None = None


@dataclass(frozen=True)
class MarkerView:
    """A marker; `by_device` tells whether an officer's device signed it."""

    id: str
    at_ms: int
    kind_zh: str
    kind_en: str
    text: str
    name: str
    by_device: bool
    recording: str | None


def set_marker(
    uow: UnitOfWork, principal: Principal, message: NewMarker, *, latest_ms: int | None = None
) -> str:
    """Set a marker from the desk; return its id. latest_ms: the end of the footage that it points
    into, by the footage's clock, instead of now.

    Errors: `operation.unknown`, `marker.malformed` (kind, text longer than 200, or a time that
    has not come).
    """
    principal.require("marker:set")
    row = uow.session.get(Operation, message.operation)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, message.operation[:40])
    at_ms = uow.now_ms if message.at_ms is None else message.at_ms
    text = message.text.replace("\0", "").strip()
    known = message.kind in set(MarkerKind)
    latest_ms = uow.now_ms if latest_ms is None else latest_ms
    if not known or len(text) > MAX_TEXT or not 0 < at_ms <= latest_ms:
        raise MzError("marker.malformed", Kind.INVALID, message.kind[:40])
    kind = MarkerKind(message.kind)
    found = MarkerRow(
        id=new_id(), operation=row.id, at_ms=at_ms, kind=kind, text=text, staff=principal.id,
        recording=message.recording, made_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(found)
    digest = sha256_hex(f"{row.id} {at_ms} {kind} {text}".encode())
    uow.ledger("operation:marker:set", principal.id, found.id, digest,
               {"operation": row.id, "case": row.case})  # fmt: skip
    _tell(uow, row, found)
    return found.id


def keep_marker(uow: UnitOfWork, record: FieldRecord, body: Marker) -> None:
    """Keep an officer's marker. The caller made sure that the record is authentic and new.

    Errors: `operation.unknown`.
    """
    row = uow.session.get(Operation, record.operation)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, record.operation[:40])
    found = MarkerRow(
        id=record.record, operation=row.id, at_ms=body.at_ms, kind=body.kind,
        text=body.text.replace("\0", "")[:MAX_TEXT], staff=record.officer, device=record.device,
        recording=record.footage.recording[:36] if record.footage else None, made_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(found)
    _tell(uow, row, found)


def markers_of(uow: UnitOfWork, operation: str) -> list[MarkerView]:
    """Return an operation's markers in the order of the footage."""
    query = (
        select(MarkerRow, Staff.name)
        .outerjoin(Staff, Staff.id == MarkerRow.staff)
        .where(MarkerRow.operation == operation)
        .order_by(MarkerRow.at_ms, MarkerRow.id)
    )
    return [
        MarkerView(
            row.id, row.at_ms, *WORDS[MarkerKind(row.kind)], row.text, name or "",
            row.device is not None, row.recording,
        )
        for row, name in uow.session.execute(query)
    ]  # fmt: skip


def _tell(uow: UnitOfWork, row: Operation, found: MarkerRow) -> None:
    zh, en = WORDS[MarkerKind(found.kind)]
    text = f"：{found.text}" if found.text else ""
    uow.emit("MarkerSet", f"标记（{zh}）{text}", f"Marker ({en}){text.replace('：', ': ')}",
             case=row.case, operation=row.id, device=found.device, subject=found.id)  # fmt: skip
