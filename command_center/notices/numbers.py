"""Numbers: added with source and date, confirmed, denied. A denied number is stopped everywhere."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.contacts import NOT_ME, add_contact, same_indexes
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Contact, Party
from command_center.cases.party_views import contact_purpose
from command_center.cases.service import party_facts
from command_center.notices import changes
from command_center.notices.models import NoticeRow
from command_center.notices.states import NoticeState
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


def add_number(
    uow: UnitOfWork,
    principal: Principal,
    party: str,
    phone: str,
    source: str,
    how: str,
    kind: str = "PHONE",
) -> str:
    """Add a number (an address, an account) with its source; with `how` it is confirmed at once.

    Errors: `party.unknown`, `contact.malformed`, `contact.unknown_source`, `contact.denied`.
    """
    principal.require("contact:keep")
    party_facts(uow, party)
    why = typed.line(how)
    made = add_contact(uow, principal, party, kind, phone, source, confirmed=bool(why))
    row = _contact(uow, made)
    row.confirmed_how = why
    _write(
        uow, principal, row, "added", "登记联系号码" + (f"，已确认：{why}" if why else "，未确认")
    )
    return made


def confirm_number(uow: UnitOfWork, principal: Principal, contact: str, how: str) -> None:
    """Confirm that a number is the party's (送达地址确认书, in person, a call back).

    Errors: `contact.unknown`, `contact.ended`, `contact.no_reason`.
    """
    principal.require("contact:keep")
    row, why = _contact(uow, contact), typed.line(how)
    if not why:
        raise MzError("contact.no_reason", Kind.INVALID)
    row.confirmed_ms, row.confirmed_how = uow.now_ms, why
    _write(uow, principal, row, "confirmed", f"确认联系号码：{why}")


def deny_number(uow: UnitOfWork, principal: Principal, contact: str, how: str) -> int:
    """Stop a number whose holder says "not me": in every case, for every party, at once.

    What was told to it counts no more: each of those notices becomes a clerk's task again. Return
    how many. Errors: `contact.unknown`, `contact.ended`, `contact.no_reason`.
    """
    principal.require("contact:keep")
    named, why = _contact(uow, contact), typed.line(how)
    if not why:
        raise MzError("contact.no_reason", Kind.INVALID)
    return stop_number(uow, principal, named, why)


def stop_number(uow: UnitOfWork, principal: Principal, named: Contact, why: str) -> int:
    """Stop the number of a contact everywhere; return how many notices are to be told again."""
    value = uow.keys.cipher.decrypt(named.value, contact_purpose(named.kind))
    same = select(Contact).where(
        Contact.value_index.in_(same_indexes(uow, named.kind, value)), Contact.ended_ms.is_(None)
    )
    stopped = list(uow.session.scalars(same.with_for_update()))
    for row in stopped:
        row.ended_ms, row.ended_why = uow.now_ms, NOT_ME
        _write(uow, principal, row, "denied", f"联系号码非本人，已停用：{why}")
    uow.session.flush()
    sent = select(NoticeRow).where(NoticeRow.contact.in_([row.id for row in stopped]))
    notices = list(uow.session.scalars(sent.with_for_update()))
    for notice in notices:
        changes.fail(uow, notice, NoticeState.MISDIRECTED, "not_me")
    return len(notices)


def _write(uow: UnitOfWork, principal: Principal, row: Contact, act: str, zh: str) -> None:
    case = uow.session.get_one(Party, row.party).case
    uow.ledger(f"party:contact:{act}", principal.id, row.id, sha256_hex(zh.encode()),
               {"case": case, "party": row.party})  # fmt: skip
    append_log(uow, LogLine(case, uow.now_ms, "CONTACT", zh, principal.name, subject=row.id))
    uow.emit(f"Contact{act.capitalize()}", zh, f"A telephone number was {act}", case=case,
             subject=row.id, level="warn" if act == "denied" else "info")  # fmt: skip


def _contact(uow: UnitOfWork, contact: str) -> Contact:
    row = uow.session.get(Contact, contact, with_for_update=True)
    if row is None:
        raise MzError("contact.unknown", Kind.NOT_FOUND, contact[:40])
    if row.ended_ms is not None:
        raise MzError("contact.ended", Kind.CONFLICT, contact)
    return row
