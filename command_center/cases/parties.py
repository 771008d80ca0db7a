"""What changes of a party: its name, its role, its day of birth, when it joined and left (S-18),
each with its paper or source.

A unit is its credit code: when it is renamed, it is renamed in every open case of the court.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from command_center.cases.birth import as_kept, born_on, read_birth
from command_center.cases.file_models import PartyChange
from command_center.cases.identity import read_identity
from command_center.cases.log import LogLine, append_log, moment_of
from command_center.cases.models import Case, Party
from command_center.cases.search import index_name
from command_center.cases.service import LONGEST_NAME, NewParty, add_party, filed_on, id_number_of
from command_center.cases.words import BIRTH_SOURCES, BOTH_PARTIES, PARTY_ACTS, PARTY_ROLES
from command_center.platform import typed
from command_center.platform.masking import mask_birth
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time


@dataclass(frozen=True)
class _Change:
    act: str
    day: dt.date
    before: str
    after: str
    paper: str
    secret: bytes | None = None


def join_party(
    uow: UnitOfWork, principal: Principal, message: NewParty, day: str, paper: str
) -> str:
    """Let a party join the case on a day (变更、追加); return its id.

    Errors: of `add_party` and `read_identity`, `case.unknown`, `party.no_name`, `party.day_ahead`,
    `party.before_case`, `party.no_paper`, `form.day_malformed`.
    """
    principal.require("case:keep")
    at, wanted = _day(uow, day), _paper(paper)
    if not typed.line(message.name, LONGEST_NAME):
        raise MzError("party.no_name", Kind.INVALID)
    read = read_identity(message.id_number, message.id_kind, is_person=message.is_person)
    party = add_party(uow, principal, replace(message, id_number=read.number, id_kind=read.kind))
    row = uow.session.get_one(Party, party)
    _keep_after_filing(uow, row, at)
    _write(uow, principal, row, _Change("JOINED", at, "", row.role, wanted))
    return party


def rename_party(
    uow: UnitOfWork, principal: Principal, party: str, name: str, day: str, paper: str
) -> int:
    """Give a party another name from a day on; return in how many cases.

    Errors: `party.unknown`, `party.left`, `party.no_name`, `party.same_name`, `party.day_ahead`,
    `party.day_before`, `party.no_paper`, `form.day_malformed`.
    """
    row = _current(uow, principal, party)
    at, wanted, new = _day(uow, day), _paper(paper), typed.line(name, LONGEST_NAME)
    _keep_order(uow, row, at)
    if not new:
        raise MzError("party.no_name", Kind.INVALID)
    if new == row.name:
        raise MzError("party.same_name", Kind.INVALID)
    rows = [row, *_same_unit(uow, row, new)]
    for one in rows:
        before, one.name = one.name, new
        index_name(uow, one.case, new)
        _write(uow, principal, one, _Change("NAME", at, before, new, wanted))
    return len(rows)


def change_role(
    uow: UnitOfWork, principal: Principal, party: str, role: str, day: str, paper: str
) -> None:
    """Give a party another role from a day on.

    Errors: `party.unknown`, `party.left`, `party.unknown_role`, `party.same_role`,
    `party.last_of_side`, `party.repeated`, `party.day_ahead`, `party.day_before`,
    `party.before_case`, `party.no_paper`, `form.day_malformed`.
    """
    row = _current(uow, principal, party)
    at, wanted = _day(uow, day), _paper(paper)
    _keep_order(uow, row, at)
    _keep_after_filing(uow, row, at)
    if role not in PARTY_ROLES:
        raise MzError("party.unknown_role", Kind.INVALID, role[:40])
    if role == row.role:
        raise MzError("party.same_role", Kind.INVALID)
    _keep_sides(uow, row)
    before, row.role = row.role, role
    _write(uow, principal, row, _Change("ROLE", at, before, role, wanted))


def record_birth(
    uow: UnitOfWork, principal: Principal, party: str, birth: str, source: str
) -> None:
    """Record the day of birth of a person whose number names none, or set it right; what was
    recorded before stays, encrypted.

    Errors: `party.unknown`, `party.left`, `party.birth_in_number`, `party.same_birth`, those of
    `read_birth`.
    """
    row = _current(uow, principal, party)
    number, before = id_number_of(uow, party), born_on(uow, row)
    read = read_birth(uow, birth, source, number, is_person=row.is_person)
    if read is None:
        raise MzError("party.birth_in_number", Kind.REFUSED)
    if (before, row.birth_source) == (read.day, read.source):
        raise MzError("party.same_birth", Kind.INVALID)
    change = _Change(
        "BIRTH", court_time(uow.now_ms).date(), mask_birth(before) if before else "",
        mask_birth(read.day), read.source, row.birth,
    )  # fmt: skip
    row.birth, row.birth_source = as_kept(uow, read), read.source
    _write(uow, principal, row, change)


def leave(uow: UnitOfWork, principal: Principal, party: str, day: str, paper: str) -> None:
    """Let a party leave the case on a day; it stays readable.

    Errors: `party.unknown`, `party.left`, `party.last_of_side`, `party.day_ahead`,
    `party.day_before`, `party.before_case`, `party.no_paper`, `form.day_malformed`.
    """
    row = _current(uow, principal, party)
    at, wanted = _day(uow, day), _paper(paper)
    _keep_order(uow, row, at)
    _keep_after_filing(uow, row, at)
    _keep_sides(uow, row)
    row.until_day = at.isoformat()
    _write(uow, principal, row, _Change("LEFT", at, row.role, "", wanted))


def _same_unit(uow: UnitOfWork, row: Party, name: str) -> list[Party]:
    """Return the same unit in the court's other open cases, where it bears another name."""
    if row.is_person or row.id_index is None:
        return []
    query = (
        select(Party)
        .join(Case, Case.id == Party.case)
        .where(
            Party.id_index == row.id_index, Party.id != row.id, Party.name != name,
            Party.until_day.is_(None), Case.state != "CLOSED",
        )
        .with_for_update(of=Party)
    )  # fmt: skip
    return list(uow.session.scalars(query))


def _keep_order(uow: UnitOfWork, row: Party, day: dt.date) -> None:
    """What a party was is told by day: no change comes before one that is written already."""
    last = select(func.max(PartyChange.day)).where(PartyChange.party == row.id)
    if (uow.session.scalar(last) or "") > day.isoformat():
        raise MzError("party.day_before", Kind.INVALID, day.isoformat())


def _keep_after_filing(uow: UnitOfWork, row: Party, day: dt.date) -> None:
    """Nobody joins, leaves or changes sides in a case that is not filed yet; a unit may have been
    renamed before."""
    if day < filed_on(uow, row.case):
        raise MzError("party.before_case", Kind.INVALID, day.isoformat())


def _keep_sides(uow: UnitOfWork, row: Party) -> None:
    """Each side keeps a party: who replaces the last one joins first."""
    if row.role not in BOTH_PARTIES:
        return
    others = select(Party.id).where(
        Party.case == row.case, Party.role == row.role, Party.id != row.id,
        Party.until_day.is_(None),
    )  # fmt: skip
    if uow.session.scalar(others.limit(1)) is None:
        raise MzError("party.last_of_side", Kind.REFUSED, row.role)


def _write(uow: UnitOfWork, principal: Principal, row: Party, change: _Change) -> None:
    last = select(func.max(PartyChange.number)).where(PartyChange.party == row.id)
    uow.session.add(
        PartyChange(
            party=row.id, number=1 + int(uow.session.scalar(last) or 0), act=change.act,
            day=change.day.isoformat(), before=change.before, after=change.after,
            paper=change.paper, secret=change.secret, changed_by=principal.id,
            changed_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    zh, en = _sentence(row, change)
    text = zh if change.act == "BIRTH" else f"{zh}，自{change.day}起，文书：{change.paper}"
    uow.ledger("case:party:changed", principal.id, row.id, sha256_hex(text.encode()),
               {"case": row.case, "act": change.act})  # fmt: skip
    at_ms = moment_of(uow, change.day)
    append_log(uow, LogLine(row.case, at_ms, "PARTY", text, principal.name, subject=row.id))
    uow.emit("PartyChanged", text, f"{en}, from {change.day}", case=row.case, subject=row.id)


def _sentence(row: Party, change: _Change) -> tuple[str, str]:
    role = PARTY_ROLES[row.role]
    match change.act:
        case "NAME":
            return (f"{role[0]}{change.before}更名为{change.after}", "A party was renamed")
        case "ROLE":
            return (f"{row.name}由{PARTY_ROLES[change.before][0]}变更为{role[0]}",
                    f"A party became {role[1]}")  # fmt: skip
        case "BIRTH":
            word, source = "更正" if change.before else "登记", BIRTH_SOURCES[change.paper][0]
            return (f"{word}{role[0]}{row.name}的出生日期（来源：{source}）",
                    "A party's date of birth was recorded")  # fmt: skip
        case act:
            zh, en = PARTY_ACTS[act]
            return f"{zh}{role[0]}：{row.name}", f"A party {en}: {role[1]}"


def _current(uow: UnitOfWork, principal: Principal, party: str) -> Party:
    principal.require("case:keep")
    row = uow.session.get(Party, party, with_for_update=True)
    if row is None:
        raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
    if row.until_day is not None:
        raise MzError("party.left", Kind.CONFLICT, party)
    return row


def _day(uow: UnitOfWork, text: str) -> dt.date:
    day = typed.day(text)
    if day > court_time(uow.now_ms).date():
        raise MzError("party.day_ahead", Kind.INVALID, text[:20])
    return day


def _paper(text: str) -> str:
    paper = typed.line(text, 200)
    if not paper:
        raise MzError("party.no_paper", Kind.INVALID)
    return paper
