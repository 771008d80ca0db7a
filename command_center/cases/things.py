"""What is known of the property of debtors (财产登记): whose it is, what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.file_models import Thing
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Party
from command_center.platform import typed
from command_center.platform.masking import mask_long_numbers, mask_number
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

MARK = "thing.mark"
_SECRET = frozenset(
    {PropertyKind.DEPOSIT, PropertyKind.PAYMENT_ACCOUNT, PropertyKind.SECURITY, PropertyKind.FUND,
     PropertyKind.INSURANCE}
)  # fmt: skip
"""Kinds whose number is an account's or a policy's: kept encrypted and shown masked."""
SOURCES = {
    "REPORTED": ("被执行人报告", "reported by the debtor"),
    "INQUIRY": ("网络查询", "found by inquiry"),
    "CLUE": ("申请人提供线索", "clue of the applicant"),
    "SCENE": ("现场发现", "found at the scene"),
}
FLAGS = {
    "CO_OWNED": ("共有", "co-owned"),
    "MORTGAGED": ("抵押", "mortgaged"),
    "LEASED": ("出租", "leased"),
    "SOLE_HOME": ("唯一住房", "only home"),
    "EXEMPT": ("不得执行", "exempt"),
}
STATES = {
    "FOUND": ("已查明", "found"),
    "NOT_DISPOSABLE": ("暂不能处置", "cannot be disposed of now"),
    "DISPOSED": ("已处置", "disposed of"),
    "NOT_HIS": ("不属被执行人", "not the debtor's"),
}


@dataclass(frozen=True)
class NewThing:
    """Message: a property as the form holds it; its id is made by the form. mark: its number
    (title, plate, account); value in yuan as typed."""

    thing: str
    case: str
    owner: str
    kind: str
    name: str
    mark: str
    value: str
    flags: tuple[str, ...]
    source: str
    found: str
    note: str = ""


@dataclass(frozen=True)
class ThingView:
    """A property of the register; value in fen."""

    thing: str
    case: str
    owner: str
    kind: PropertyKind
    name: str
    mark: str
    value_fen: int | None
    flags: tuple[str, ...]
    source: str
    found: dt.date
    state: str
    note: str


def register_thing(uow: UnitOfWork, principal: Principal, message: NewThing) -> None:
    """Enter a property of a debtor; the same one again is no change.

    Errors: `id.malformed`, `party.unknown`, `thing.not_a_debtor`, `thing.unknown_kind`,
    `thing.unknown_source`, `thing.unknown_flag`, `thing.no_name`, `thing.repeated` (the number
    stands in this case's register), `thing.ahead`, `form.*`.
    """
    principal.require("case:keep")
    id_bytes(message.thing)
    owner = uow.session.get(Party, message.owner)
    if owner is None or owner.case != message.case:
        raise MzError("party.unknown", Kind.NOT_FOUND, message.owner[:40])
    if owner.role == "APPLICANT":
        raise MzError("thing.not_a_debtor", Kind.INVALID, owner.role)
    if uow.session.get(Thing, message.thing) is not None:
        return
    _check(uow, message)
    name = mask_long_numbers(typed.line(message.name, 200))
    secret = bool(typed.number(message.mark)) and message.kind in _SECRET
    mark = typed.number(message.mark) if secret else typed.line(message.mark, 100).replace(" ", "")
    index = uow.keys.cipher.blind_index(typed.number(mark) or mark, MARK) if mark else None
    known = select(Thing.thing).where(Thing.case == message.case, Thing.mark_index == index)
    if index and uow.session.scalar(known) is not None:
        raise MzError("thing.repeated", Kind.CONFLICT)
    uow.session.add(
        Thing(
            thing=message.thing, case=message.case, owner=message.owner, kind=message.kind,
            name=name, mark=mask_number(mark) if secret else mark,
            secret=uow.keys.cipher.encrypt(mark, MARK) if secret else None, mark_index=index,
            value_fen=typed.fen(message.value) if message.value.strip() else None,
            flags=" ".join(message.flags), source=message.source,
            found_day=typed.day(message.found).isoformat(), state="FOUND",
            note=mask_long_numbers(typed.line(message.note, 400)), recorded_by=principal.id,
            recorded_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    kind = PROPERTY_WORDS[PropertyKind(message.kind)][0]
    zh = f"登记{owner.name}的财产：{kind} {name}（{SOURCES[message.source][0]}）"
    _note(uow, principal, message.thing, message.case, "registered", zh)


def settle_thing(
    uow: UnitOfWork, principal: Principal, thing: str, state: str, reason: str
) -> None:
    """Say what became of a property, with the reason.

    Errors: `thing.unknown`, `thing.unknown_state`, `thing.no_reason`.
    """
    principal.require("case:keep")
    row, why = uow.session.get(Thing, thing, with_for_update=True), typed.line(reason, 200)
    if row is None:
        raise MzError("thing.unknown", Kind.NOT_FOUND, thing[:40])
    if state not in STATES:
        raise MzError("thing.unknown_state", Kind.INVALID, state[:40])
    if not why:
        raise MzError("thing.no_reason", Kind.INVALID)
    if row.state != state:
        row.state = state
        zh = f"财产{row.name}：{STATES[state][0]}（{why}）"
        _note(uow, principal, thing, row.case, "settled", zh)


def things_of(uow: UnitOfWork, case: str) -> list[ThingView]:
    """Return a case's register in the order in which it was written."""
    query = select(Thing).where(Thing.case == case).order_by(Thing.recorded_ms, Thing.thing)
    return [_view(row) for row in uow.session.scalars(query)]


def thing_in(uow: UnitOfWork, case: str, thing: str) -> ThingView:
    """Return a property of a case's register; `thing.unknown`."""
    row = uow.session.get(Thing, thing)
    if row is None or row.case != case:
        raise MzError("thing.unknown", Kind.NOT_FOUND, thing[:40])
    return _view(row)


def _check(uow: UnitOfWork, message: NewThing) -> None:
    if message.kind not in PropertyKind.__members__ or message.kind == PropertyKind.NONE:
        raise MzError("thing.unknown_kind", Kind.INVALID, message.kind[:40])
    if message.source not in SOURCES:
        raise MzError("thing.unknown_source", Kind.INVALID, message.source[:40])
    if not set(message.flags) <= set(FLAGS):
        raise MzError("thing.unknown_flag", Kind.INVALID)
    if not typed.line(message.name):
        raise MzError("thing.no_name", Kind.INVALID)
    if typed.day(message.found) > court_time(uow.now_ms).date():
        raise MzError("thing.ahead", Kind.INVALID, message.found[:20])


def _view(row: Thing) -> ThingView:
    return ThingView(
        row.thing, row.case, row.owner, PropertyKind(row.kind), row.name, row.mark, row.value_fen,
        tuple(row.flags.split()), row.source, dt.date.fromisoformat(row.found_day), row.state,
        row.note,
    )  # fmt: skip


def _note(uow: UnitOfWork, principal: Principal, thing: str, case: str, act: str, zh: str) -> None:
    uow.ledger(f"case:thing:{act}", principal.id, thing, sha256_hex(zh.encode()), {"case": case})
    append_log(uow, LogLine(case, uow.now_ms, "THING", zh, principal.name, subject=thing))
    uow.emit("PropertyChanged", zh, f"The register of property: {act}", case=case, subject=thing)
