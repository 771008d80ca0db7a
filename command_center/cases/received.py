"""Money that came in towards a claim (执行到位): booked with its paper, taken back by an entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select

from command_center.cases.file_models import Receipt
from command_center.cases.log import LogLine, append_log, moment_of
from command_center.cases.models import Case
from command_center.cases.service import filed_on
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.money import yuan_text
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

HOW = {
    "TRANSFER": ("划拨", "transfer from an account"),
    "INCOME": ("提取收入", "income collected"),
    "ON_SITE": ("现场给付", "paid at the scene"),
    "VOLUNTARY": ("自动履行", "paid voluntarily"),
    "SETTLEMENT": ("和解履行", "under a settlement"),
    "SALE": ("变价款", "proceeds of a sale"),
    "OTHER": ("其他", "other"),
}


@dataclass(frozen=True)
class NewReceipt:
    """Message: an amount in fen that came in on a day; its id is made by the form. subject: the
    measure that brought it."""

    receipt: str
    case: str
    day: str
    amount_fen: int
    how: str
    paper: str
    subject: str | None = None


@dataclass(frozen=True)
class ReceiptView:
    """Money that came in; `void`: why it was taken back."""

    receipt: str
    day: dt.date
    amount_fen: int
    how: str
    paper: str
    void: str


def receive(uow: UnitOfWork, principal: Principal, message: NewReceipt) -> None:
    """Book money that came in; the same receipt again is no change.

    Errors: `id.malformed`, `case.unknown`, `receipt.unknown_way`, `receipt.nothing`,
    `receipt.no_paper`, `receipt.ahead`, `receipt.before_case`, `form.day_malformed`.
    """
    principal.require("case:keep")
    id_bytes(message.receipt)
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if message.how not in HOW:
        raise MzError("receipt.unknown_way", Kind.INVALID, message.how[:40])
    if message.amount_fen <= 0:
        raise MzError("receipt.nothing", Kind.INVALID)
    if not typed.line(message.paper):
        raise MzError("receipt.no_paper", Kind.INVALID)
    day = typed.day(message.day)
    if day > court_time(uow.now_ms).date():
        raise MzError("receipt.ahead", Kind.INVALID, message.day[:20])
    if day < filed_on(uow, message.case):
        raise MzError("receipt.before_case", Kind.INVALID, message.day[:20])
    book(uow, principal, replace(message, day=day.isoformat()))


def book(uow: UnitOfWork, principal: Principal, message: NewReceipt) -> None:
    """Book what another act brought in, in its transaction; again is no change."""
    if uow.session.get(Receipt, message.receipt) is None:
        zh = f"执行到位{yuan_text(message.amount_fen)}：{HOW[message.how][0]}"
        _write(uow, principal, _row(uow, principal, message), "booked", zh)


def take_back(uow: UnitOfWork, principal: Principal, entry: str, receipt: str, reason: str) -> None:
    """Take back a receipt that never was one, by a new entry; the same entry again is no change.

    Errors: `id.malformed`, `receipt.unknown`, `receipt.taken_back`, `receipt.no_reason`.
    """
    principal.require("case:keep")
    id_bytes(entry)
    row, why = uow.session.get(Receipt, receipt), typed.line(reason, 200)
    if row is None or row.voids is not None:
        raise MzError("receipt.unknown", Kind.NOT_FOUND, receipt[:40])
    if uow.session.get(Receipt, entry) is not None:
        return
    if uow.session.scalar(select(Receipt.receipt).where(Receipt.voids == receipt)) is not None:
        raise MzError("receipt.taken_back", Kind.CONFLICT, receipt)
    if not why:
        raise MzError("receipt.no_reason", Kind.INVALID)
    today = court_time(uow.now_ms).date().isoformat()
    message = NewReceipt(entry, row.case, today, -row.amount_fen, row.how, row.paper)
    made = _row(uow, principal, message)
    made.voids, made.reason = receipt, why
    _write(
        uow,
        principal,
        made,
        "taken_back",
        f"更正：冲销执行到位{yuan_text(row.amount_fen)}（{why}）",
    )


def receipts_of(uow: UnitOfWork, case: str) -> list[ReceiptView]:
    """Return what came in, oldest first, what was taken back among it."""
    rows = uow.session.scalars(
        select(Receipt).where(Receipt.case == case).order_by(Receipt.day, Receipt.recorded_ms)
    ).all()
    void = {row.voids: row.reason for row in rows if row.voids is not None}
    return [
        ReceiptView(row.receipt, dt.date.fromisoformat(row.day), row.amount_fen, row.how,
                    row.paper, void.get(row.receipt, ""))
        for row in rows
        if row.voids is None
    ]  # fmt: skip


def _row(uow: UnitOfWork, principal: Principal, message: NewReceipt) -> Receipt:
    return Receipt(
        receipt=message.receipt, case=message.case, day=message.day,
        amount_fen=message.amount_fen, how=message.how, paper=typed.line(message.paper, 200),
        subject=message.subject, reason="", recorded_by=principal.id, recorded_ms=uow.now_ms,
    )  # fmt: skip


def _write(uow: UnitOfWork, principal: Principal, row: Receipt, act: str, zh: str) -> None:
    uow.session.add(row)
    uow.session.flush()
    digest = sha256_hex(f"{row.day} {row.amount_fen} {row.how} {row.voids}".encode())
    uow.ledger(f"case:receipt:{act}", principal.id, row.receipt, digest, {"case": row.case})
    at_ms = moment_of(uow, dt.date.fromisoformat(row.day))
    append_log(uow, LogLine(row.case, at_ms, "RECEIPT", zh, principal.name, subject=row.receipt))
    event = "MoneyReceived" if row.voids is None else "ReceiptTakenBack"
    en = f"Received: {yuan_text(row.amount_fen)}"
    uow.emit(event, zh, en, case=row.case, subject=row.receipt)
