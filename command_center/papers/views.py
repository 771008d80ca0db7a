"""What faces see of papers: rows for lists, one paper with its trace, and its bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.cases.models import Case, Party
from command_center.papers.facts import Printed
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.models import PaperFileRow, PaperRow, WordingRow
from command_center.papers.service import FILE, paper_row, printed_of
from command_center.papers.typeset import typeset
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class PaperView:
    """A paper and how far it is; `sha256` of the stamped bytes, else of the approved ones;
    `wording`: the court's own text that it is made with and its version, empty and 0 without."""

    paper: str
    kind: PaperKind
    title: str
    number: str
    state: PaperState
    case: str
    case_number: str
    subject: str
    party: str | None
    party_name: str
    made_by: str
    made_by_name: str
    made_ms: int
    approved_by_name: str
    approved_ms: int | None
    stamped_ms: int | None
    stamp: str
    issued_by_name: str
    issued_ms: int | None
    error: str
    void_reason: str
    sha256: str
    wording: str
    edition: int


def papers_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[PaperView]:
    """Return a case's papers, newest first."""
    principal.require("paper:read")
    query = select(PaperRow).where(PaperRow.case == case).order_by(PaperRow.made_ms.desc())
    return paper_views(uow, uow.session.scalars(query))


def papers_about(uow: UnitOfWork, principal: Principal, subject: str) -> list[PaperView]:
    """Return the papers about a measure, a reason or a service, newest first."""
    principal.require("paper:read")
    query = select(PaperRow).where(PaperRow.subject == subject).order_by(PaperRow.made_ms.desc())
    return paper_views(uow, uow.session.scalars(query))


def read_paper(uow: UnitOfWork, principal: Principal, paper: str) -> PaperView:
    """Return one paper and write who looked. A write verb. Errors: `paper.unknown`."""
    principal.require("paper:read")
    row = paper_row(uow, paper)
    note_view(uow, principal, "paper", paper, row.case)
    return paper_views(uow, [row])[0]


def paper_bytes(database: Database, principal: Principal, paper: str) -> tuple[str, bytes]:
    """Return a paper's number and PDF: the stamped bytes, or as it would be typeset now; the look
    is written. Errors: `paper.unknown`, and of `typeset`."""
    number, stored, printed = database.run(_stored, principal, paper)
    if stored:
        return number, stored
    return number, database.off_loop(lambda: typeset(printed)).pdf


def _stored(uow: UnitOfWork, principal: Principal, paper: str) -> tuple[str, bytes, Printed]:
    principal.require("paper:read")
    row = paper_row(uow, paper)
    note_view(uow, principal, "paper", paper, row.case)
    return row.number, kept_bytes(uow, paper), printed_of(uow, row)


def kept_bytes(uow: UnitOfWork, paper: str) -> bytes:
    """Return the bytes that are kept of a paper, for other rooms; none before it is stamped."""
    kept = uow.session.get(PaperFileRow, paper)
    return uow.keys.cipher.decrypt_bytes(kept.data, FILE) if kept else b""


def issued_papers(
    uow: UnitOfWork, case: str, party: str, served: Collection[str]
) -> list[tuple[PaperRow, str]]:
    """Return the issued papers of a case that are for a party or among those served on it, each
    with the digest of its bytes; for other rooms."""
    found = uow.session.execute(
        select(PaperRow, PaperFileRow.sha256)
        .join(PaperFileRow, PaperFileRow.paper == PaperRow.paper)
        .where(
            PaperRow.case == case,
            PaperRow.state == PaperState.ISSUED,
            or_(PaperRow.party == party, PaperRow.paper.in_(served)),
        )
        .order_by(PaperRow.issued_ms.desc(), PaperRow.paper)
    )
    return [(row, sha256) for row, sha256 in found]


def paper_views(uow: UnitOfWork, found: Iterable[PaperRow]) -> list[PaperView]:
    """Return what faces see of these rows, in their order."""
    rows = list(found)
    staff = {one for row in rows for one in (row.made_by, row.approved_by, row.issued_by)}
    names = dict(uow.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_([one for one in staff if one]))).all()
    )  # fmt: skip
    parties = dict(uow.session.execute(
        select(Party.id, Party.name).where(Party.id.in_([row.party for row in rows if row.party]))
    ).all())  # fmt: skip
    cases = dict(uow.session.execute(
        select(Case.id, Case.number).where(Case.id.in_({row.case for row in rows}))).all()
    )  # fmt: skip
    files = dict(uow.session.execute(
        select(PaperFileRow.paper, PaperFileRow.sha256)
        .where(PaperFileRow.paper.in_([row.paper for row in rows]))).all()
    )  # fmt: skip
    own = {row.wording for row in rows if row.wording}
    editions: dict[str, int] = dict(uow.session.execute(
        select(WordingRow.wording, WordingRow.edition).where(WordingRow.wording.in_(own))).all()
    ) if own else {}  # fmt: skip
    return [
        PaperView(
            row.paper, PaperKind(row.kind), row.title, row.number, PaperState(row.state), row.case,
            cases[row.case], row.subject, row.party, parties.get(row.party or "", ""),
            row.made_by, names.get(row.made_by, ""), row.made_ms,
            names.get(row.approved_by or "", ""), row.approved_ms, row.stamped_ms, row.stamp,
            names.get(row.issued_by or "", ""), row.issued_ms, row.error, row.void_reason,
            files.get(row.paper) or row.sha256 or "", row.wording or "",
            editions.get(row.wording or "", 0),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class CheckedPaper:
    """What anyone who holds a paper may compare: nothing that is not printed on it."""

    title: str
    number: str
    day_ms: int
    void: bool
    sha256: str


def check_paper(uow: UnitOfWork, paper: str) -> CheckedPaper:
    """Return what a paper's QR code shows; `paper.unknown` for what was never stamped
    here."""
    row = paper_row(uow, paper)
    kept = uow.session.get(PaperFileRow, paper)
    if kept is None or row.kind == PaperKind.IMPORTED:
        raise MzError("paper.unknown", Kind.NOT_FOUND, paper[:40])
    return CheckedPaper(row.title, row.number, row.made_ms, row.state == PaperState.VOID,
                        kept.sha256)  # fmt: skip
