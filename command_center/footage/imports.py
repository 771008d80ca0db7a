"""Files of offline recorders: who brings what, under whose clock, and how far it is.

The centre says the terms and signs them into a ticket; the bytes go to the relay alone.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from command_center.devices.service import device_names
from command_center.devices.sources import add_source, source_of
from command_center.devices.tickets import IMPORT_MS, sign_ticket
from command_center.footage.models import ImportRow, RecordingRow
from command_center.operations.models import Operation
from command_center.platform import typed
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import MAX_IMPORT_BYTES, MAX_NAME_CHARS, ImportStage, ImportTerms
from schemas.feed import ImportChanged
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.ticket import Act

UNSENT_MS = 72 * 3_600_000
"""Who announced a file and sent nothing of it for so long announces it anew."""
_ABANDONED = "import.abandoned"
_ROUND_S = 600.0
MAX_CLOCK_AHEAD_MS = 20 * 366 * 86_400_000
"""A recorder that lost its battery begins again in 2000 or so."""


class NewImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to bring. `recorder` names a known one; else one of `recorder_name` is registered
    for `officer`. `started_wall_ms` is by the recorder's clock, which was `clock_ahead_ms` ahead.
    """

    name: str
    size: int
    started_wall_ms: int
    clock_ahead_ms: int
    officer: str
    recorder: str = ""
    recorder_name: str = ""
    operation: str | None = None


class ImportPass(msgspec.Struct, frozen=True):
    """A ticket with which a browser brings one file to the relay. Never put in a URL."""

    recording: str
    recorder: str
    ticket: str
    until_ms: int
    http_url: str


@dataclass(frozen=True)
class ImportView:
    """An import as the desk shows it; `recording`: whether the recording is known by now."""

    id: str
    device_name: str
    officer_name: str
    operation: str | None
    name: str
    size: int
    started_wall_ms: int
    clock_ahead_ms: int
    made_ms: int
    stage: str
    sha256: str
    code: str
    recording: bool


def begin_import(uow: UnitOfWork, principal: Principal, message: NewImport) -> ImportPass:
    """Say the terms of a file and return the ticket to bring it. A write verb.

    Errors: `import.malformed`, `source.*`, `operation.unknown`.
    """
    principal.require("recording:import")
    _check(uow, message)
    if message.recorder:
        device = source_of(uow, message.recorder)
    else:
        device = add_source(uow, principal.id, message.recorder_name, message.officer)
    row = ImportRow(
        id=new_id(), device=device.id, officer=message.officer or device.officer,
        operation=message.operation, name=message.name, size=message.size,
        started_wall_ms=message.started_wall_ms, clock_ahead_ms=message.clock_ahead_ms,
        made_by=principal.id, made_ms=uow.now_ms, stage=ImportStage.ARRIVING, sha256="", code="",
        changed_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    terms = _terms(row)
    uow.ledger("recording:import:begun", principal.id, row.id,
               sha256_hex(msgspec.json.encode(terms)), {"device": device.id})  # fmt: skip
    uow.emit(
        "ImportBegun", f"开始导入记录仪文件：{shown_name(row.name)}",
        f"A recorder's file began: {shown_name(row.name)}",
        operation=row.operation, device=row.device, subject=row.id, permission="recording:import",
    )  # fmt: skip
    return _pass(uow, principal, terms)


def go_on(uow: UnitOfWork, principal: Principal, recording: str) -> ImportPass:
    """Return a new ticket for a file that is not done; `import.unknown`, `import.over`."""
    principal.require("recording:import")
    row = _row(uow, recording)
    if row.code == _ABANDONED:
        raise MzError("import.over", Kind.CONFLICT, recording)
    return _pass(uow, principal, _terms(row))


def list_imports(uow: UnitOfWork, principal: Principal, limit: int = 50) -> list[ImportView]:
    """Return the newest imports."""
    principal.require("recording:import")
    query = select(ImportRow).order_by(ImportRow.made_ms.desc()).limit(limit)
    return _views(uow, list(uow.session.scalars(query)))


def read_import(uow: UnitOfWork, principal: Principal, recording: str) -> ImportView:
    """Return one import; `import.unknown`."""
    principal.require("recording:import")
    return _views(uow, [_row(uow, recording)])[0]


def _row(uow: UnitOfWork, recording: str) -> ImportRow:
    row = uow.session.get(ImportRow, recording)
    if row is None:
        raise MzError("import.unknown", Kind.NOT_FOUND, recording[:40])
    return row


def _views(uow: UnitOfWork, rows: list[ImportRow]) -> list[ImportView]:
    names = device_names(uow, {row.device for row in rows})
    ids = [row.id for row in rows]
    known = set(uow.session.scalars(select(RecordingRow.id).where(RecordingRow.id.in_(ids))))
    return [
        ImportView(
            row.id, *names.get(row.device, ("", "")), row.operation, row.name, row.size,
            row.started_wall_ms, row.clock_ahead_ms, row.made_ms, row.stage, row.sha256, row.code,
            row.id in known,
        )
        for row in rows
    ]  # fmt: skip


def import_changed(uow: UnitOfWork, relay: str, item: ImportChanged) -> None:
    """Take what a relay tells of an import; `import.unknown`. The end goes into the ledger."""
    row = _row(uow, item.recording)
    before = row.stage, row.sha256, row.code
    row.changed_ms = item.at_ms
    if before == (item.stage, item.sha256, item.code):
        return
    row.stage, row.sha256, row.code = item.stage, item.sha256, item.code
    if item.stage in (ImportStage.DONE, ImportStage.FAILED):
        _ended(uow, relay, row)


def _ended(uow: UnitOfWork, actor: str, row: ImportRow) -> None:
    """Write down how an import ended, and tell it."""
    failed = row.stage == ImportStage.FAILED
    if not failed:
        zh, en = "已入库", "is in"
    elif row.sha256:
        zh, en = "未能入库，原件已保存", "could not be read, the original is kept"
    else:
        zh, en = "没有传完，已作废", "never came whole and was given up"
    uow.ledger(f"recording:import:{row.stage}", actor, row.id, row.sha256, {"device": row.device})
    uow.emit(
        "ImportFailed" if failed else "ImportDone", f"记录仪文件{zh}：{shown_name(row.name)}",
        f"A recorder's file {en}: {shown_name(row.name)}",
        operation=row.operation, device=row.device, subject=row.id,
        level="warn" if failed else "info",
    )  # fmt: skip


def give_up_unsent(uow: UnitOfWork) -> int:
    """End the imports that were announced and of which no relay was ever sent anything; return
    how many. A relay ends by itself what it began to take in."""
    query = select(ImportRow).where(
        ImportRow.stage == ImportStage.ARRIVING, ImportRow.changed_ms == ImportRow.made_ms,
        ImportRow.made_ms <= uow.now_ms - UNSENT_MS,
    )  # fmt: skip
    rows = list(uow.session.scalars(query))
    for row in rows:
        row.stage, row.code, row.changed_ms = ImportStage.FAILED, _ABANDONED, uow.now_ms
        _ended(uow, "centre", row)
    return len(rows)


def loop(database: Database) -> Loop:
    """Return the worker's loop that gives up what was never sent."""

    def look(_stop: threading.Event) -> bool:
        database.run(give_up_unsent)
        return False

    return Loop("imports", look, _ROUND_S)


def originals_of(uow: UnitOfWork, recordings: list[str]) -> list[str]:
    """Return the digests of the original files that recordings were made of."""
    query = select(ImportRow.sha256).where(ImportRow.id.in_(recordings), ImportRow.sha256 != "")
    return list(uow.session.scalars(query))


def shown_name(name: str) -> str:
    """Return a file's name as it is shown: one line, without what would turn it around or hide."""
    return typed.line(name, MAX_NAME_CHARS)


def _check(uow: UnitOfWork, message: NewImport) -> None:
    wrong = ""
    if not 0 < message.size <= MAX_IMPORT_BYTES:
        wrong = "size"
    elif not shown_name(message.name) or "\0" in message.name or len(message.name) > MAX_NAME_CHARS:
        wrong = "name"
    elif abs(message.clock_ahead_ms) > MAX_CLOCK_AHEAD_MS:
        wrong = "clock_ahead_ms"
    elif not 0 < message.started_wall_ms - message.clock_ahead_ms <= uow.now_ms:
        wrong = "started_wall_ms"
    if wrong:
        raise MzError("import.malformed", Kind.INVALID, wrong)
    if message.operation and uow.session.get(Operation, message.operation) is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, message.operation[:40])


def _terms(row: ImportRow) -> ImportTerms:
    return ImportTerms(
        row.id, row.device, row.officer, row.operation, row.name, row.size, row.started_wall_ms,
        row.clock_ahead_ms,
    )  # fmt: skip


def _pass(uow: UnitOfWork, principal: Principal, terms: ImportTerms) -> ImportPass:
    ticket, until_ms = sign_ticket(uow, Act.IMPORT, principal.id, IMPORT_MS, imported=terms)
    return ImportPass(terms.recording, terms.device, ticket, until_ms, uow.settings.relay.http_url)
