"""Verbs of cases: open, add parties and contacts, assign officers, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, bindparam, select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.cases.birth import as_kept, read_birth
from command_center.cases.contacts import add_contact
from command_center.cases.identity import IdKind, found_by
from command_center.cases.models import Case, CaseOfficer, Contact, Party
from command_center.cases.number import parse_number
from command_center.cases.party_views import contacts_of, party_views
from command_center.cases.rows import rows_of
from command_center.cases.search import index_case, index_name
from command_center.cases.views import (
    CaseFacts,
    CaseOfficerView,
    CaseRow,
    CaseView,
    PartyFacts,
    PhoneFact,
)
from command_center.cases.words import (
    BOTH_PARTIES,
    CASE_KINDS,
    CASE_STATES,
    PARTY_ROLES,
)
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

LONGEST_NAME = 100


@dataclass(frozen=True)
class NewCase:
    """Message: a case to open. `basis` is the paper that is enforced (执行依据), amount in fen."""

    number: str
    cause: str
    basis: str
    amount_fen: int
    filed_ms: int
    state: str = "IN_PROGRESS"
    major: bool = False
    basis_body: str = ""
    basis_day: str = ""
    perform_by: str = ""
    claim: str = ""
    principal_fen: int | None = None


@dataclass(frozen=True)
class NewParty:
    """Message: a party of a case, with its phone if there is one. `id_kind`: of `ID_KINDS`, as
    read by `read_identity`; empty: an identity card or a credit code. birth: ISO day, empty for
    none; birth_source: of `BIRTH_SOURCES`."""

    case: str
    role: str
    name: str
    is_person: bool
    id_number: str = ""
    phone: str = ""
    phone_confirmed: bool = False
    phone_source: str = "confirmation"
    id_kind: str = ""
    birth: str = ""
    birth_source: str = ""


def open_case(uow: UnitOfWork, principal: Principal, message: NewCase) -> str:
    """Open a case and return its id.

    Errors: `case.number_malformed`, `case.number_taken`, `case.unknown_state`.
    """
    number = parse_number(message.number)
    if message.state not in CASE_STATES:
        raise MzError("case.unknown_state", Kind.INVALID, message.state[:40])
    if find_case(uow, message.number) is not None:
        raise MzError("case.number_taken", Kind.CONFLICT, number.text)
    row = Case(
        id=new_id(),
        number=number.text,
        number_raw=message.number,
        kind=number.kind,
        state=message.state,
        cause=message.cause,
        basis=message.basis,
        amount_fen=message.amount_fen,
        filed_ms=message.filed_ms,
        major=message.major,
        basis_body=message.basis_body,
        basis_day=message.basis_day,
        perform_by=message.perform_by,
        claim=message.claim,
        principal_fen=message.principal_fen,
        created_ms=uow.now_ms,
    )
    uow.session.add(row)
    uow.session.flush()
    index_case(uow, row)
    uow.ledger("case:file:opened", principal.id, row.id, sha256_hex(number.text.encode()))
    return row.id


def filed_on(uow: UnitOfWork, case: str) -> dt.date:
    """Return the day on which a case was filed (立案)."""
    return court_time(uow.session.get_one(Case, case).filed_ms).date()


def find_case(uow: UnitOfWork, number: str) -> str | None:
    """Return the id of a case by its number in either form, or by one that a paper of it derives
    (之一); None if there is none."""
    named = parse_number(number)
    found = select(Case.number, Case.id).where(Case.number.in_((named.text, named.base)))
    by_number = dict(uow.session.execute(found).all())
    return by_number.get(named.text) or by_number.get(named.base)


def add_party(uow: UnitOfWork, principal: Principal, message: NewParty) -> str:
    """Add a party with its contact; return its id.

    Errors: `case.unknown`, `party.unknown_role`, `party.repeated` (that number has that role),
    those of `read_birth`.
    """
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if message.role not in PARTY_ROLES:
        raise MzError("party.unknown_role", Kind.INVALID, message.role[:40])
    cipher, number = uow.keys.cipher, typed.number(message.id_number)
    index = identity_index(uow, number)
    name = typed.line(message.name, LONGEST_NAME)
    there = _parties(uow, message.case)
    if index and any(
        (one.role, one.id_index, one.until_day) == (message.role, index, None) for one in there
    ):
        raise MzError("party.repeated", Kind.CONFLICT, message.role)
    position = len(there)
    birth = read_birth(uow, message.birth, message.birth_source, number,
                       is_person=message.is_person) if message.birth.strip() else None  # fmt: skip
    row = Party(
        id=new_id(),
        case=message.case,
        role=message.role,
        name=name,
        is_person=message.is_person,
        id_number=cipher.encrypt(number, "party.id_number") if number else None,
        id_kind=_id_kind(message) if number else "",
        id_index=index,
        birth=as_kept(uow, birth),
        birth_source=birth.source if birth else "",
        position=position,
        created_ms=uow.now_ms,
    )
    uow.session.add(row)
    uow.session.flush()
    index_name(uow, message.case, name)
    if message.phone:
        add_contact(uow, principal, row.id, "PHONE", message.phone, message.phone_source,
                    confirmed=message.phone_confirmed)  # fmt: skip
    uow.ledger("case:party:added", principal.id, row.id, sha256_hex(row.id.encode()),
               {"case": message.case})  # fmt: skip
    return row.id


def _id_kind(message: NewParty) -> str:
    return message.id_kind or (IdKind.RESIDENT_ID if message.is_person else IdKind.USCC)


def identity_index(uow: UnitOfWork, number: str) -> str | None:
    """Return the blind index by which a party of this number is found, None for no number."""
    plain = found_by(number)
    return uow.keys.cipher.blind_index(plain, "party.id_number") if plain else None


def assign_officer(uow: UnitOfWork, principal: Principal, case: str, staff: str, role: str) -> bool:
    """Put a member of staff in charge; return whether he was not before."""
    query = select(CaseOfficer).where(
        CaseOfficer.case == case, CaseOfficer.staff == staff, CaseOfficer.role == role
    )
    row = uow.session.scalars(query).first()
    if row is not None and row.until_ms is None:
        return False
    if row is None:
        row = CaseOfficer(id=new_id(), case=case, staff=staff, role=role, since_ms=uow.now_ms)
        uow.session.add(row)
    row.until_ms = None
    return True


def list_cases(uow: UnitOfWork, principal: Principal) -> list[CaseRow]:
    """Return the newest 200 cases."""
    principal.require("case:read")
    newest = select(Case.id).order_by(Case.filed_ms.desc()).limit(200)
    return rows_of(uow, list(uow.session.scalars(newest)))


def read_case(uow: UnitOfWork, principal: Principal, case: str) -> CaseView:
    """Return a case page's card and write who looked. A write verb (`Database.run`)."""
    principal.require("case:read")
    view = case_view(uow, case)
    note_view(uow, principal, "case", case, case)
    return view


def case_view(uow: UnitOfWork, case: str) -> CaseView:
    """Return a case for other rooms; `case.unknown`."""
    row = uow.session.get(Case, case)
    if row is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    officers = uow.session.execute(
        select(CaseOfficer, Staff)
        .join(Staff, Staff.id == CaseOfficer.staff)
        .where(CaseOfficer.case == case, CaseOfficer.until_ms.is_(None))
        .order_by(CaseOfficer.since_ms, CaseOfficer.id)
    )
    parties = party_views(uow, _parties(uow, case))
    return CaseView(
        row.id, row.number, row.number_raw,
        row.kind, *CASE_KINDS[row.kind], row.state, *CASE_STATES[row.state],
        row.cause, row.basis, row.amount_fen, row.filed_ms, row.major,
        tuple(party for party in parties if party.left is None),
        tuple(
            CaseOfficerView(staff.id, staff.name, officer.role, staff.phone)
            for officer, staff in officers
        ),
        row.basis_body, row.basis_day, row.perform_by, row.claim, row.principal_fen,
        row.close_kind, tuple(party for party in parties if party.left is not None),
    )  # fmt: skip


def parties_to_tell(uow: UnitOfWork, case: str) -> list[PartyFacts]:
    """Return both parties of a case (every applicant, every debtor) with their phones."""
    told = [
        party
        for party in _parties(uow, case)
        if party.role in BOTH_PARTIES and party.until_day is None
    ]
    contacts = contacts_of(uow, [party.id for party in told])
    return [
        PartyFacts(party.id, case, party.role, party.name, party.is_person,
                   _phones(uow, contacts[party.id]))
        for party in told
    ]  # fmt: skip


_CASE = bindparam("case", type_=String)
_PHONES = and_(Contact.party == Party.id, Contact.kind == "PHONE", Contact.ended_ms.is_(None))
_CLERK = (
    select(Staff.phone)
    .join(CaseOfficer, CaseOfficer.staff == Staff.id)
    .where(CaseOfficer.case == _CASE, CaseOfficer.role == "CLERK", Staff.phone != "",
           CaseOfficer.until_ms.is_(None))
    .order_by(CaseOfficer.since_ms, CaseOfficer.id)
    .limit(1)
    .scalar_subquery()
)  # fmt: skip
_CASE_FACTS = (
    select(Case.number, _CLERK, Party.id, Party.role, Party.name, Party.is_person,
           Contact.id, Contact.value, Contact.confirmed_ms)
    .outerjoin(Party, and_(Party.case == Case.id, Party.until_day.is_(None)))
    .outerjoin(Contact, _PHONES)
    .where(Case.id == _CASE)
    .order_by(Party.position, Contact.created_ms, Contact.id)
)  # fmt: skip
"""Built once: every executed act reads it inside its transaction."""


def case_facts(uow: UnitOfWork, case: str) -> CaseFacts:
    """Return what telling a case's parties needs, in one look; `case.unknown`."""
    uow.session.flush()
    rows = uow.session.connection().execute(_CASE_FACTS, {"case": case}).all()
    if not rows:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    parties: dict[str, tuple[str, str, bool]] = {}
    phones: dict[str, list[tuple[str, bytes, int | None]]] = {}
    for _number, _clerk, party, role, name, is_person, contact, value, confirmed_ms in rows:
        if party is not None:
            parties[party] = (role, name, is_person)
            found = phones.setdefault(party, [])
            if contact is not None:
                found.append((contact, value, confirmed_ms))
    return CaseFacts(rows[0][0], rows[0][1] or "", tuple(
        PartyFacts(party, case, *facts, _phone_facts(uow, phones[party]))
        for party, facts in parties.items()
    ))  # fmt: skip


def party_facts(uow: UnitOfWork, party: str) -> PartyFacts:
    """Return one party with its phones; `party.unknown`."""
    row = uow.session.get(Party, party)
    if row is None:
        raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
    return PartyFacts(row.id, row.case, row.role, row.name, row.is_person,
                      _phones(uow, contacts_of(uow, [row.id])[row.id]))  # fmt: skip


def id_number_of(uow: UnitOfWork, party: str) -> str:
    """Return a party's number in clear, for a check of law only; empty if unknown."""
    row = uow.session.get(Party, party)
    if row is None:
        raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
    number = row.id_number
    return uow.keys.cipher.decrypt(number, "party.id_number") if number else ""


def _parties(uow: UnitOfWork, case: str) -> list[Party]:
    return list(
        uow.session.scalars(select(Party).where(Party.case == case).order_by(Party.position))
    )


def _phones(uow: UnitOfWork, contacts: Sequence[Contact]) -> tuple[PhoneFact, ...]:
    rows = (row for row in contacts if row.kind == "PHONE")
    return _phone_facts(uow, [(row.id, row.value, row.confirmed_ms) for row in rows])


def _phone_facts(
    uow: UnitOfWork, rows: list[tuple[str, bytes, int | None]]
) -> tuple[PhoneFact, ...]:
    """Return phones from id, encrypted value and time of confirmation, confirmed ones first."""
    found = [
        PhoneFact(contact, uow.keys.cipher.decrypt(value, "contact.phone"), at_ms is not None)
        for contact, value, at_ms in rows
    ]
    return tuple(sorted(found, key=lambda phone: not phone.confirmed))
