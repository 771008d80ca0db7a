"""Derived recordings: copies for a named viewer, marked, regions blurred and sound silenced; and
what relays signed of those that were made."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select

from command_center.access.views import note_view
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.footage.models import DerivedRow, RecordingRow
from command_center.footage.views import ExportPass
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.derived import (
    DERIVATION,
    DERIVED,
    MAX_REGIONS,
    MAX_SILENCES,
    Derivation,
    Derived,
    Region,
    Silence,
    WallMs,
)
from schemas.exports import ExportOrder, Film
from schemas.feed import CopyMade
from schemas.ids import new_id
from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload, sha256_hex, sign_envelope
from schemas.ticket import Act
from schemas.time import court_time

Words = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,40}\Z")]


class AskDerived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A copy of a rendition between two wall clocks of its device, ms: for whom, what for, and what
    it hides."""

    recording: str
    viewer: Words
    purpose: Words
    rendition: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1
    from_wall_ms: WallMs | None = None
    to_wall_ms: WallMs | None = None
    regions: Annotated[list[Region], msgspec.Meta(max_length=MAX_REGIONS)] = []
    silences: Annotated[list[Silence], msgspec.Meta(max_length=MAX_SILENCES)] = []

    def __post_init__(self) -> None:
        begin, end = self.from_wall_ms, self.to_wall_ms
        if begin is not None and end is not None and begin >= end:
            raise ValueError("a copy ends after it begins")


def request_derived(uow: UnitOfWork, principal: Principal, asked: AskDerived) -> ExportPass:
    """Return an export ticket and the order to post to the relay. A write verb: it is logged.

    Private footage stays closed in every copy. Errors: `recording.unknown`.
    """
    principal.require("recording:export")
    row = uow.session.get(RecordingRow, asked.recording)
    if row is None:
        raise MzError("recording.unknown", Kind.NOT_FOUND, asked.recording[:40])
    operation = uow.session.get(Operation, row.operation) if row.operation else None
    moment = court_time(uow.now_ms).strftime("%Y-%m-%d %H:%M")
    mark = f"供 {asked.viewer.strip()} 查阅 · {moment} · 派生副本"
    wish = Derivation(
        new_id(), asked.recording, asked.rendition, asked.from_wall_ms, asked.to_wall_ms,
        asked.viewer, asked.purpose, mark, asked.regions, asked.silences, principal.id, uow.now_ms,
    )  # fmt: skip
    signed = sign_envelope(uow.keys.centre, DERIVATION, wish)
    film = Film(
        "derived.mp4", asked.recording, asked.rendition, asked.from_wall_ms, asked.to_wall_ms,
        signed,
    )  # fmt: skip
    order = ExportOrder(wish.derivation, [film])
    ticket, until_ms = sign_ticket(
        uow, Act.EXPORT, principal.id, EXPORT_MS, recordings=[asked.recording]
    )
    case = operation.case if operation else None
    note_view(uow, principal, "derived", asked.recording, case)
    refs = {"recording": asked.recording}
    if operation is not None:
        refs |= {"operation": operation.id, "case": operation.case}
    uow.ledger("recording:copy:requested", principal.id, wish.derivation,
               sha256_hex(signed.payload), refs)  # fmt: skip
    return ExportPass(
        ticket, until_ms, uow.settings.relay.http_url, msgspec.Raw(msgspec.json.encode(order))
    )


def keep_copy(uow: UnitOfWork, relay: str, item: CopyMade) -> None:
    """Keep what a relay signed of a copy, with its ledger entry; the same again is fine.

    Errors: `keys.*`, `sign.*`, `message.*`.
    """
    made = decode_payload(item.statement, DERIVED, Derived)
    wish = decode_payload(made.derivation, DERIVATION, Derivation)
    ring = KeyRing(uow.keys.root, uow.keys.certificates)
    ring.check(item.statement, Use.RELAY, made.made_ms)
    ring.check(made.derivation, Use.CENTRE, wish.asked_ms)
    if uow.session.get(DerivedRow, (wish.derivation, made.film_sha256)) is not None:
        return
    uow.session.add(
        DerivedRow(
            derivation=wish.derivation, film_sha256=made.film_sha256, recording=wish.recording,
            made_ms=made.made_ms, statement=msgspec.json.encode(item.statement),
        )
    )  # fmt: skip
    row = uow.session.get(RecordingRow, wish.recording)
    operation = uow.session.get(Operation, row.operation) if row and row.operation else None
    refs = {"recording": wish.recording, "sha256": made.film_sha256}
    if operation is not None:
        refs |= {"operation": operation.id, "case": operation.case}
    digest = item.statement.payload_sha256()
    uow.ledger("recording:copy:made", relay, wish.derivation, digest, refs)
    short = made.film_sha256[:12]
    uow.emit("CopyMade", f"派生副本 {short} 已制作", f"Derived copy {short} was made",
             case=operation.case if operation else None,
             operation=operation.id if operation else None, subject=wish.recording)  # fmt: skip


def copies_of(uow: UnitOfWork, recordings: list[str]) -> list[tuple[str, Envelope]]:
    """Return the copies that were made of recordings, oldest first: the derivation's id, and what
    the relay signed."""
    query = select(DerivedRow).where(DerivedRow.recording.in_(recordings))
    ordered = query.order_by(DerivedRow.made_ms, DerivedRow.film_sha256)
    return [
        (row.derivation, decode(row.statement, Envelope)) for row in uow.session.scalars(ordered)
    ]
