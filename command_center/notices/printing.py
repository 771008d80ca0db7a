"""Print runs (打印批次): every letter that waits for the post, with its 送达回证, sheet by sheet.

The worker makes one sheet in a transaction and goes on with the next, so that a thousand letters
take no more memory than one sheet, and a worker that died leaves what it had made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import func, select

from command_center.cases.models import Case, Party
from command_center.notices.models import NoticeRow
from command_center.notices.print_models import (
    ItemState,
    PrintItemRow,
    PrintRunRow,
    PrintSheetRow,
    RunState,
)
from command_center.notices.states import Channel, NoticeState
from command_center.papers.typeset import chinese_day, typeset_batch
from command_center.platform.database import Database
from command_center.platform.outbox import MAX_ATTEMPTS, Job, Later
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas import crash
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import COURT_ZONE

PRINT = "letter.print"
"""Outbox kind: make the sheets of a run."""
SHEET = "print.sheet"
LETTERS_A_SHEET = 50
MOST_LETTERS = 5_000
"""In one run; what waits beyond them is for the next."""


class PrintLetters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `letter.print`."""

    run: str


class Sheet(msgspec.Struct, frozen=True):
    """What is printed of a letter; the fields are the template's."""

    id: str
    text: str
    case: str
    to: str


@dataclass
class Made:
    """What came of one sheet's letters: its bytes, the places on it, what failed, what is gone."""

    pdf: bytes = b""
    numbers: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def begin_run(uow: UnitOfWork, principal: Principal, run: str) -> str:
    """Begin a run of every letter that waits for the post; the same one again changes nothing.

    Errors: `letter.none`, `letter.run_open` (one at a time), `id.malformed`.
    """
    principal.require("notice:retry")
    id_bytes(run)
    uow.one_at_a_time("print_run")
    if uow.session.get(PrintRunRow, run) is not None:
        return run
    open_run = select(PrintRunRow.run).where(PrintRunRow.state == RunState.RUNNING)
    if (other := uow.session.scalar(open_run.limit(1))) is not None:
        raise MzError("letter.run_open", Kind.CONFLICT, other)
    waiting = uow.session.scalars(
        select(NoticeRow.notice)
        .where(NoticeRow.channel == Channel.PAPER, NoticeRow.state == NoticeState.QUEUED)
        .order_by(NoticeRow.notice)
        .limit(MOST_LETTERS)
    ).all()
    if not waiting:
        raise MzError("letter.none", Kind.NOT_FOUND)
    uow.session.add(PrintRunRow(run=run, state=RunState.RUNNING, begun_by=principal.id,
                                begun_ms=uow.now_ms))  # fmt: skip
    uow.session.flush()
    uow.session.add_all(
        PrintItemRow(run=run, number=number, notice=notice, state=ItemState.WAITING)
        for number, notice in enumerate(waiting, 1)
    )
    uow.enqueue(PRINT, run, PrintLetters(run))
    uow.ledger("staff:letters:print_begun", principal.id, run,
               sha256_hex("\n".join(waiting).encode()), {"letters": str(len(waiting))})  # fmt: skip
    return run


def cancel_run(uow: UnitOfWork, principal: Principal, run: str) -> None:
    """Stop a run; the sheets that were made stay. One that is over is left as it is.

    Errors: `letter.run_unknown`.
    """
    principal.require("notice:retry")
    row = run_row(uow, run, lock=True)
    if row.state == RunState.RUNNING:
        _end(uow, row, RunState.CANCELLED, principal)


def print_sheet(database: Database, job: Job) -> None:
    """Make the next sheet of a run; `Later` while letters wait. The outbox's consumer."""
    run = msgspec.json.decode(job.payload, type=PrintLetters).run
    if job.attempt >= MAX_ATTEMPTS:
        database.run(_give_up, run)
        return
    waiting = database.read(_next_letters, run)
    if not waiting:
        return
    made = _typeset(database, waiting)
    crash.point("worker.between_sheet_and_keeping")
    if database.run(_keep, run, made):
        raise Later(0)


def _next_letters(uow: UnitOfWork, run: str) -> list[tuple[int, Sheet | None]]:
    """Return the places and texts of the next sheet; None for a letter that is gone."""
    if run_row(uow, run).state != RunState.RUNNING:
        return []
    rows = uow.session.execute(
        select(PrintItemRow.number, NoticeRow.notice, NoticeRow.text, NoticeRow.state,
               Case.number, Party.name)
        .join(NoticeRow, NoticeRow.notice == PrintItemRow.notice)
        .join(Case, Case.id == NoticeRow.case)
        .join(Party, Party.id == NoticeRow.party)
        .where(PrintItemRow.run == run, PrintItemRow.state == ItemState.WAITING)
        .order_by(PrintItemRow.number)
        .limit(LETTERS_A_SHEET)
    )  # fmt: skip
    return [
        (number, Sheet(notice, text, case, to) if state == NoticeState.QUEUED else None)
        for number, notice, text, state, case, to in rows
    ]


def _typeset(database: Database, waiting: list[tuple[int, Sheet | None]]) -> Made:
    """Typeset a sheet; where it fails, each letter alone first, to find the ones that fail."""
    letters = {number: letter for number, letter in waiting if letter is not None}
    made = Made(gone=[number for number, letter in waiting if letter is None])
    try:
        made.pdf = _pdf(database, list(letters.values()))
    except MzError as error:
        if error.kind is Kind.UNAVAILABLE:
            raise
        for number, letter in list(letters.items()):
            try:
                _pdf(database, [letter])
            except MzError as its_own:
                made.failed[number] = its_own.code
                del letters[number]
        made.pdf = _pdf(database, list(letters.values()))
    made.numbers = list(letters)
    return made


def _pdf(database: Database, letters: Sequence[Sheet]) -> bytes:
    if not letters:
        return b""
    court = database.settings.court
    day = dt.datetime.fromtimestamp(database.clock() / 1000, COURT_ZONE).date()
    return typeset_batch("letters_1", {
        "court": court.name, "phone": court.phone, "day": chinese_day(day),
        "date": [day.year, day.month, day.day], "letters": letters,
    })  # fmt: skip


def _keep(uow: UnitOfWork, run: str, made: Made) -> bool:
    """Keep a sheet, once, if its run still goes on; return whether letters wait yet."""
    row = run_row(uow, run, lock=True)
    if row.state != RunState.RUNNING:
        return False
    items = select(PrintItemRow).where(
        PrintItemRow.run == run, PrintItemRow.state == ItemState.WAITING
    )
    waiting = {one.number: one for one in uow.session.scalars(items)}
    numbers = {*made.numbers, *made.failed, *made.gone}
    if not numbers <= waiting.keys():
        return bool(waiting)  # another worker, who had the lease meanwhile, kept it
    sheet = _add_sheet(uow, run, made.pdf) if made.pdf else None
    for number in numbers:
        one = waiting.pop(number)
        one.state, one.sheet = ItemState.MADE, sheet
        if number in made.failed:
            one.state, one.sheet, one.code = ItemState.FAILED, None, made.failed[number]
        elif number in made.gone:
            one.state, one.sheet = ItemState.GONE, None
    uow.session.flush()
    if not waiting:
        _end(uow, row, RunState.DONE, CENTRE)
    return bool(waiting)


def _add_sheet(uow: UnitOfWork, run: str, pdf: bytes) -> int:
    last = select(func.max(PrintSheetRow.sheet)).where(PrintSheetRow.run == run)
    sheet = 1 + int(uow.session.scalar(last) or 0)
    uow.session.add(PrintSheetRow(run=run, sheet=sheet, sha256=sha256_hex(pdf),
                                  data=uow.keys.cipher.encrypt_bytes(pdf, SHEET)))  # fmt: skip
    uow.session.flush()
    return sheet


def _give_up(uow: UnitOfWork, run: str) -> None:
    row = run_row(uow, run, lock=True)
    if row.state == RunState.RUNNING:
        _end(uow, row, RunState.FAILED, CENTRE)


def _end(uow: UnitOfWork, row: PrintRunRow, state: RunState, principal: Principal) -> None:
    row.state, row.ended_ms = state, uow.now_ms
    by_state = select(PrintItemRow.state, func.count()).where(PrintItemRow.run == row.run)
    counts = dict(uow.session.execute(by_state.group_by(PrintItemRow.state)).all())
    made, failed = counts.get(ItemState.MADE, 0), counts.get(ItemState.FAILED, 0)
    left = counts.get(ItemState.WAITING, 0)
    uow.ledger("staff:letters:print_ended", principal.id, row.run, sha256_hex(state.encode()),
               {"state": state})  # fmt: skip
    uow.emit("PrintRunEnded", f"信件打印结束：已生成 {made} 封，失败 {failed} 封，未生成 {left} 封",
             f"Printing of letters ended: {made} made, {failed} failed, {left} not made",
             subject=row.run, level="alarm" if failed or state is RunState.FAILED else "info",
             permission="notice:read")  # fmt: skip


def run_row(uow: UnitOfWork, run: str, *, lock: bool = False) -> PrintRunRow:
    """Return a run's row for this room; `letter.run_unknown`."""
    row = uow.session.get(PrintRunRow, run, with_for_update=lock or None)
    if row is None:
        raise MzError("letter.run_unknown", Kind.NOT_FOUND, run[:40])
    return row
