"""Talk with officers: who may speak to whom, and what was said, as the relay signed it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from command_center.access.staff import staff_names
from command_center.access.views import note_view
from command_center.devices.handovers import Holders
from command_center.devices.tickets import PLAY_MS, TALK_MS, sign_ticket
from command_center.footage.models import TalkRow
from command_center.footage.private_exhibits import (
    look_at_exhibits,
    open_exhibits,
    private_talk,
)
from command_center.footage.views import RelayPass
from command_center.operations.models import Operation
from command_center.operations.service import read_operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.feed import TALK_BURST, TalkBurst, TalkKept
from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload
from schemas.ticket import Act


class AskTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To speak to the crew of an operation, or to one device of it."""

    operation: str
    device: str | None = None


@dataclass(frozen=True)
class TalkView:
    """A burst as faces show it; the sound is the exhibit `sha256`. `closed`: it is private, and not
    open to the reader."""

    burst: str
    speaker: str
    desk: bool
    hearers: tuple[str, ...]
    began_ms: int
    duration_ms: int
    end: str
    sha256: str
    closed: bool


def talk_ticket(uow: UnitOfWork, principal: Principal, message: AskTalk) -> RelayPass:
    """Return a ticket to speak. A write verb: who may speak is written down.

    Errors: `operation.unknown`, `device.unknown` (not of this crew, or revoked).
    """
    principal.require("talk:speak")
    row = read_operation(uow, principal, message.operation).row
    crew = [member.device for member in row.crew if member.device is not None]
    if message.device is not None and message.device not in crew:
        raise MzError("device.unknown", Kind.REFUSED, message.device[:40])
    devices = crew if message.device is None else [message.device]
    note_view(uow, principal, "talk", row.id, row.case)
    return _pass(
        uow,
        *sign_ticket(uow, Act.TALK, principal.id, TALK_MS, devices=devices, operation=row.id),
    )


def sound_ticket(uow: UnitOfWork, principal: Principal, burst: str) -> RelayPass:
    """Return a ticket to the sound of a burst; the look is written down. A write verb.

    Errors: `talk.unknown`, `playback.private`.
    """
    principal.require("recording:play")
    row = uow.session.get(TalkRow, burst)
    if row is None:
        raise MzError("talk.unknown", Kind.NOT_FOUND, burst[:40])
    taken = private_talk(row)
    opened, term_ms = look_at_exhibits(uow, principal, taken, PLAY_MS)
    if len(opened) < len(taken):
        raise MzError("playback.private", Kind.REFUSED, burst)
    note_view(uow, principal, "talk", row.operation or burst)
    return _pass(
        uow,
        *sign_ticket(
            uow, Act.PLAY, principal.id, term_ms, exhibits=[row.sha256], opened_exhibits=opened
        ),
    )


def _pass(uow: UnitOfWork, ticket: str, until_ms: int) -> RelayPass:
    relay = uow.settings.relay
    return RelayPass(ticket, until_ms, relay.stream_url, relay.http_url)


def keep_talk(uow: UnitOfWork, relay: str, item: TalkKept) -> None:
    """Keep a burst with its ledger entry; the same again is fine.

    Errors: `keys.*`, `sign.*`, `message.*`; `talk.conflict` for another burst of this id.
    """
    stated = decode_payload(item.statement, TALK_BURST, TalkBurst)
    ring = KeyRing(uow.keys.root, uow.keys.certificates)
    ring.check(item.statement, Use.RELAY, stated.ended_ms)
    digest = item.statement.payload_sha256()
    known = uow.session.get(TalkRow, stated.burst)
    if known is not None:
        if known.sha256 != stated.sha256:
            raise MzError("talk.conflict", Kind.CONFLICT, stated.burst)
        return
    operation = uow.session.get(Operation, stated.operation) if stated.operation else None
    uow.session.add(
        TalkRow(
            burst=stated.burst, operation=operation.id if operation else None,
            speaker=stated.speaker, desk=stated.desk,
            devices=msgspec.json.encode(stated.devices + stated.staff).decode(),
            began_ms=stated.began_ms, duration_ms=stated.duration_ms, end=stated.end,
            sha256=stated.sha256,
            statement=msgspec.json.encode(item.statement),
        )
    )  # fmt: skip
    refs = {"sha256": stated.sha256}
    if operation is not None:
        refs |= {"operation": operation.id, "case": operation.case}
    uow.ledger("talk:burst:kept", relay, stated.burst, digest, refs)
    seconds = f"{stated.duration_ms / 1000:.1f}"
    uow.emit("TalkKept",
             f"{'指挥中心' if stated.desk else '现场'}对讲 {seconds} 秒，已存档",
             f"{'The desk' if stated.desk else 'The scene'} spoke for {seconds} s, archived",
             case=operation.case if operation else None,
             operation=operation.id if operation else None, subject=stated.burst)  # fmt: skip


def talk_of(uow: UnitOfWork, principal: Principal, operation: str) -> list[TalkView]:
    """Return what was said in an operation, oldest first, by the names of people."""
    rows = _rows(uow, operation)
    taken = {sha256: one for row in rows for sha256, one in private_talk(row).items()}
    closed = taken.keys() - open_exhibits(uow, principal, taken)
    hearers = {row.burst: msgspec.json.decode(row.devices, type=list[str]) for row in rows}
    asked = {one for named in hearers.values() for one in named} | {row.speaker for row in rows}
    holders = Holders(uow, asked)
    people = {
        (row.burst, one): holders.at(one, row.began_ms) or one
        for row in rows
        for one in (row.speaker, *hearers[row.burst])
    }
    names = staff_names(uow, set(people.values()))
    return [
        TalkView(
            row.burst, names.get(people[row.burst, row.speaker], ""), row.desk,
            tuple(names.get(people[row.burst, one], "") for one in hearers[row.burst]),
            row.began_ms,
            row.duration_ms, row.end, row.sha256, row.sha256 in closed,
        )
        for row in rows
    ]  # fmt: skip


def sounds_of(uow: UnitOfWork, operation: str) -> list[str]:
    """Return the digests of what was said in an operation."""
    return [row.sha256 for row in _rows(uow, operation)]


def statements_of(uow: UnitOfWork, operation: str) -> list[Envelope]:
    """Return the relay's statements about what was said in an operation, oldest first."""
    return [decode(row.statement, Envelope) for row in _rows(uow, operation)]


def _rows(uow: UnitOfWork, operation: str) -> list[TalkRow]:
    query = select(TalkRow).where(TalkRow.operation == operation)
    return list(uow.session.scalars(query.order_by(TalkRow.began_ms, TalkRow.burst)))
