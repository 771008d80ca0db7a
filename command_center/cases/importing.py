"""Importing a file of cases: every row whole or not at all; the same file again changes nothing.

A row is written with its parties as a part of its own; one that is refused leaves nothing and
hinders no other. A look beforehand runs the same verbs and takes all of it back, so what it tells
is what the import will do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.access.staff import find_by_number
from command_center.cases.birth import PURPOSE as BIRTH
from command_center.cases.birth import born_on
from command_center.cases.card import put_in_charge
from command_center.cases.case_file import CaseInFile, Row, read_file
from command_center.cases.file_models import PartyChange
from command_center.cases.models import Case, Party
from command_center.cases.representatives import NewRepresentative, appoint
from command_center.cases.service import (
    NewCase,
    NewParty,
    add_party,
    find_case,
    identity_index,
    open_case,
)
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import court_time

NEW, SAME, REFUSED = "NEW", "SAME", "REFUSED"
_FROM_FILE = "立案材料"


@dataclass(frozen=True)
class RowReport:
    """What becomes of a row: `NEW`, `SAME` (is there already, nothing changes), `REFUSED` (why)."""

    line: int
    label: str
    outcome: str
    code: str = ""
    case: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What became of every row, in the file's order."""

    rows: list[RowReport]

    def count(self, outcome: str) -> int:
        """Return how many rows came out so."""
        return Counter(row.outcome for row in self.rows)[outcome]


def look_at_file(uow: UnitOfWork, principal: Principal, raw: bytes) -> ImportReport:
    """Return what importing a file would do, and do nothing. Errors: as `import_file`."""
    with uow.part() as take_back:
        report = import_file(uow, principal, raw)
        take_back()
    return report


def import_file(uow: UnitOfWork, principal: Principal, raw: bytes) -> ImportReport:
    """Import the faultless rows of a file. Errors: those of `read_file`."""
    principal.require("case:open")
    return ImportReport([_take(uow, principal, row) for row in read_file(raw)])


def _take(uow: UnitOfWork, principal: Principal, row: Row) -> RowReport:
    if row.case is None:
        return RowReport(row.line, row.label, REFUSED, row.code)
    try:
        with uow.part():
            there = find_case(uow, row.case.number)
            if there is not None:
                _compare(uow, there, row.case)
                return RowReport(row.line, row.label, SAME, case=there)
            case = _write(uow, principal, row.case)
    except MzError as error:
        return RowReport(row.line, row.label, REFUSED, error.code)
    return RowReport(row.line, row.label, NEW, case=case)


def _write(uow: UnitOfWork, principal: Principal, one: CaseInFile) -> str:
    _check_days(uow, one)
    case = open_case(uow, principal, NewCase(
        one.number, one.cause, one.basis, one.amount_fen, one.filed_ms, one.state, one.major,
        one.basis_body, one.basis_day, one.perform_by, one.claim, one.principal_fen,
    ))  # fmt: skip
    for party in one.parties:
        made = add_party(uow, principal, NewParty(
            case, party.role, party.name, party.is_person, party.id_number, party.phone,
            phone_source="application", id_kind=party.id_kind, birth=party.birth,
            birth_source=party.birth_source,
        ))  # fmt: skip
        since = court_time(one.filed_ms).date().isoformat()
        if party.head:
            appoint(uow, principal, NewRepresentative(made, "LEGAL_REP", party.head, since))
        if party.agent:
            appoint(uow, principal, NewRepresentative(
                made, "AGENT", party.agent, since, party.authority, paper=_FROM_FILE))  # fmt: skip
    for number, role in ((one.officer, Role.ENF_OFFICER), (one.clerk, Role.CLERK)):
        if number:
            staff = find_by_number(uow, number)
            put_in_charge(uow, principal, case, staff.id if staff else number, role)
    return case


def _check_days(uow: UnitOfWork, one: CaseInFile) -> None:
    """A case was filed, on what had taken effect by then."""
    filed = court_time(one.filed_ms).date().isoformat()
    if one.filed_ms > uow.now_ms or one.basis_day > filed:
        raise MzError("case_file.day_order", Kind.INVALID, f"{one.basis_day} {filed}")


def _compare(uow: UnitOfWork, case: str, one: CaseInFile) -> None:
    """Refuse a row that tells a case which is there differently; `state` has gone on since.

    A unit is its credit code, so another name under the same number is a change of name, which
    is recorded with its day and paper and never by a file; a name that it bore is no other one.
    So is a day of birth.
    """
    row = uow.session.get_one(Case, case)
    if (row.cause, row.basis, row.amount_fen, row.filed_ms, row.major) != (
        one.cause, one.basis, one.amount_fen, one.filed_ms, one.major
    ):  # fmt: skip
        raise MzError("case_file.differs", Kind.CONFLICT, one.number)
    there = uow.session.scalars(select(Party).where(Party.case == case)).all()
    names, roles = _former(uow, there, "NAME"), _former(uow, there, "ROLE")
    births = _births(uow, there)
    for party in one.parties:
        index = identity_index(uow, party.id_number)
        same = [row for row in there if index and row.id_index == index]
        if any(party.name not in {row.name, *names[row.id]} for row in same):
            raise MzError("case_file.renamed", Kind.CONFLICT, one.number)
        if not any(
            party.role in {row.role, *roles[row.id]}
            and party.name in {row.name, *names[row.id]}
            and party.birth in {"", *births[row.id]}
            for row in there
        ):
            raise MzError("case_file.differs", Kind.CONFLICT, one.number)


def _former(uow: UnitOfWork, parties: Sequence[Party], act: str) -> dict[str, set[str]]:
    """Return what parties were before, by id: their names or their roles."""
    query = select(PartyChange.party, PartyChange.before).where(
        PartyChange.party.in_([row.id for row in parties]), PartyChange.act == act
    )
    found: dict[str, set[str]] = defaultdict(set)
    for party, before in uow.session.execute(query):
        found[party].add(before)
    return found


def _births(uow: UnitOfWork, parties: Sequence[Party]) -> dict[str, set[str]]:
    """Return the days of birth, ISO, that are and were recorded of parties, by id."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in parties:
        born = born_on(uow, row)
        if born is not None:
            found[row.id].add(born.isoformat())
    query = select(PartyChange.party, PartyChange.secret).where(
        PartyChange.party.in_([row.id for row in parties]), PartyChange.secret.is_not(None)
    )
    for party, secret in uow.session.execute(query):
        found[party].add(uow.keys.cipher.decrypt(secret or b"", BIRTH))
    return found
