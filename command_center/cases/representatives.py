"""Who acts for a party, from when to when: head of a unit, statutory agent, lawyer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.file_models import Representative
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Party
from command_center.cases.words import AUTHORITIES, OF_UNITS, REPRESENTATIVES
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time


@dataclass(frozen=True)
class NewRepresentative:
    """Message: who acts for a party from a day on. An agent has an authority and a paper; `unit`:
    his law firm or place of work."""

    party: str
    kind: str
    name: str
    since: str
    authority: str = ""
    unit: str = ""
    paper: str = ""


def appoint(uow: UnitOfWork, principal: Principal, message: NewRepresentative) -> str:
    """Record a representative and return his id; the same one again gives the same id.

    Errors: `party.unknown`, `party.left`, `representative.unknown_kind`,
    `representative.no_name`, `representative.authority`, `representative.not_for_this`,
    `representative.ahead`, `form.day_malformed`.
    """
    principal.require("case:keep")
    party = uow.session.get(Party, message.party)
    if party is None:
        raise MzError("party.unknown", Kind.NOT_FOUND, message.party[:40])
    if party.until_day is not None:
        raise MzError("party.left", Kind.CONFLICT, party.id)
    name, since = _check(party, message), _day(uow, message.since)
    known = uow.session.scalar(
        select(Representative.representative).where(
            Representative.party == party.id, Representative.kind == message.kind,
            Representative.name == name, Representative.until_day.is_(None),
        )
    )  # fmt: skip
    if known is not None:
        return known
    row = Representative(
        representative=new_id(), party=party.id, kind=message.kind, name=name,
        authority=message.authority, unit=typed.line(message.unit, 100),
        paper=typed.line(message.paper, 200), since_day=since.isoformat(),
        recorded_by=principal.id, recorded_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    word = REPRESENTATIVES[row.kind][0]
    authority = f"（{AUTHORITIES[row.authority][0]}）" if row.authority else ""
    _note(uow, principal, party, row, "appointed", f"{party.name}的{word}：{row.name}{authority}")
    return row.representative


def dismiss(uow: UnitOfWork, principal: Principal, representative: str, until: str) -> None:
    """Record the day from which somebody no longer acts for a party.

    Errors: `representative.unknown`, `representative.ended`, `representative.ahead`,
    `form.day_malformed`.
    """
    principal.require("case:keep")
    row = uow.session.get(Representative, representative, with_for_update=True)
    if row is None:
        raise MzError("representative.unknown", Kind.NOT_FOUND, representative[:40])
    day = _day(uow, until).isoformat()
    if row.until_day is not None or day < row.since_day:
        raise MzError("representative.ended", Kind.CONFLICT, f"{row.since_day} {row.until_day}")
    row.until_day = day
    party, word = uow.session.get_one(Party, row.party), REPRESENTATIVES[row.kind][0]
    _note(uow, principal, party, row, "dismissed", f"{party.name}的{word}{row.name}不再代表")


def _day(uow: UnitOfWork, text: str) -> dt.date:
    """Return a day that has come: whoever is recorded acts, or acts no more, from now on."""
    day = typed.day(text)
    if day > court_time(uow.now_ms).date():
        raise MzError("representative.ahead", Kind.INVALID, text[:20])
    return day


def _check(party: Party, message: NewRepresentative) -> str:
    if message.kind not in REPRESENTATIVES:
        raise MzError("representative.unknown_kind", Kind.INVALID, message.kind[:40])
    if party.is_person is (message.kind in OF_UNITS) and message.kind != "AGENT":
        raise MzError("representative.not_for_this", Kind.INVALID, message.kind)
    agent = message.kind == "AGENT"
    if agent != (message.authority in AUTHORITIES) or (agent and not typed.line(message.paper)):
        raise MzError("representative.authority", Kind.INVALID, message.authority[:40])
    name = typed.line(message.name, 100)
    if not name:
        raise MzError("representative.no_name", Kind.INVALID)
    return name


def _note(
    uow: UnitOfWork, principal: Principal, party: Party, row: Representative, act: str, zh: str
) -> None:
    uow.ledger(f"case:representative:{act}", principal.id, row.representative,
               sha256_hex(zh.encode()), {"case": party.case, "party": party.id})  # fmt: skip
    append_log(uow, LogLine(party.case, uow.now_ms, "PARTY", zh, principal.name, subject=party.id))
    uow.emit("PartyChanged", zh, f"Representative {act}", case=party.case, subject=party.id)
