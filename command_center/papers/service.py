"""Verbs of papers: made, approved, stamped, issued, voided; each in one transaction with log,
ledger and event. A paper that is not stamped leaves nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select

from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.number import full_width
from command_center.papers.court_wordings import in_force
from command_center.papers.facts import CaseFacts, Facts, Frame, MeasureFacts, Printed
from command_center.papers.filling import in_own_words
from command_center.papers.kinds import NAME_BASIS, RULING, TEMPLATES, PaperKind, PaperState
from command_center.papers.models import PaperFileRow, PaperRow
from command_center.papers.stamping import Stamped
from command_center.papers.typeset import chinese_count, typeset
from command_center.platform import typed
from command_center.platform.database import Database
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

PRINTED = "paper.printed"
FILE = "paper.file"
STAMP = "paper.stamp"
"""Outbox kind: stamp an approved paper."""


@dataclass(frozen=True)
class NewPaper:
    """Message: a paper to make from facts. paper: its id, made by the form; party: for whom."""

    paper: str
    kind: PaperKind
    case: str
    subject: str
    party: str | None
    facts: Facts
    title: str = ""


class StampPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `paper.stamp`."""

    paper: str


def make_paper(uow: UnitOfWork, principal: Principal, message: NewPaper) -> str:
    """Make a paper from facts of the record, with its number; again changes nothing.

    It is made in the court's own words where one is in force. A record that lacks what these say
    is alarmed: such a paper waits for the shipped template (`use_shipped`), no act waits for it.

    Errors: `id.malformed`, `case.unknown`.
    """
    id_bytes(message.paper)
    if uow.session.get(PaperRow, message.paper) is not None:
        return message.paper
    template = TEMPLATES[message.kind]
    serial = next_serial(uow, message.case, template.series)
    case = uow.session.get_one(Case, message.case)
    number = f"{full_width(case.number)}{template.series}第{serial}号"
    if template.series == RULING:
        number = f"{full_width(case.number)}{RULING}{chinese_count(serial)}"
    frame = Frame(
        uow.settings.court.name, message.title or template.zh, number,
        court_time(uow.now_ms).date().isoformat(), message.kind, template.version, template.file,
        f"{uow.settings.centre.public_url}/portal/papers/{message.paper}",
    )  # fmt: skip
    own = in_force(uow, message.kind)
    made = Printed(frame, message.facts) if own is None else in_own_words(own, frame, message.facts)
    printed = msgspec.json.encode(made)
    uow.session.add(
        PaperRow(
            paper=message.paper, kind=message.kind, case=case.id, subject=message.subject,
            party=message.party, series=template.series, serial=serial, number=number,
            title=frame.title, printed=uow.keys.cipher.encrypt_bytes(printed, PRINTED),
            wording=own.wording if own else None,
            state=PaperState.UNSIGNED, made_by=principal.id, made_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    if made.worded is not None and made.worded.lacking:
        lacking = "、".join(made.worded.lacking)
        uow.emit("PaperWordingUnfit", f"本院模板不适用：{frame.title} {number} 缺{lacking}",
                 f"The court's template does not fit: {number} lacks {lacking}",
                 case=case.id, subject=message.paper, level="alarm")  # fmt: skip
    uow.ledger("case:paper:made", principal.id, message.paper, sha256_hex(printed),
               {"case": case.id})  # fmt: skip
    return message.paper


def next_serial(uow: UnitOfWork, case: str, series: str) -> int:
    """Return the next number of a series; the case is locked, numbers follow each other.

    Errors: `case.unknown`.
    """
    if uow.session.get(Case, case, with_for_update=True) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    last = select(func.max(PaperRow.serial)).where(PaperRow.case == case, PaperRow.series == series)
    return 1 + int(uow.session.scalar(last) or 0)


def printed_of(uow: UnitOfWork, row: PaperRow) -> Printed:
    """Return what a paper is typeset from."""
    return msgspec.json.decode(uow.keys.cipher.decrypt_bytes(row.printed, PRINTED), type=Printed)


def approve(database: Database, principal: Principal, paper: str) -> None:
    """Typeset a paper and approve exactly those bytes; the worker has them stamped.

    Errors: as `typeset` and `approve_bytes`, `paper.no_basis` (its case did not say what is
    enforced, and the paper does); nothing is changed then.
    """
    printed = database.read(_to_approve, paper)
    sha256 = sha256_hex(database.off_loop(lambda: typeset(printed)).pdf)
    database.run(approve_bytes, principal, paper, sha256)


def _to_approve(uow: UnitOfWork, paper: str) -> Printed:
    row = paper_row(uow, paper)
    _require(row, PaperState.UNSIGNED, PaperState.STAMP_FAILED)
    printed = printed_of(uow, row)
    if row.kind in NAME_BASIS and printed.worded is None and not _basis(printed.facts):
        raise MzError("paper.no_basis", Kind.REFUSED, row.number)
    return printed


def _basis(facts: Facts) -> str:
    return facts.basis if isinstance(facts, CaseFacts | MeasureFacts) else ""


def approve_bytes(uow: UnitOfWork, principal: Principal, paper: str, sha256: str) -> None:
    """Approve the bytes of a paper; again after a failed stamp.

    Errors: `paper.unknown`, `access.refused`, `paper.own_draft`, `paper.wrong_state`.
    """
    row = paper_row(uow, paper, lock=True)
    principal.require(TEMPLATES[PaperKind(row.kind)].approval)
    if row.made_by == principal.id:
        raise MzError("paper.own_draft", Kind.REFUSED, row.number)
    _require(row, PaperState.UNSIGNED, PaperState.STAMP_FAILED)
    row.state, row.sha256, row.error = PaperState.APPROVED, sha256, ""
    row.approved_by, row.approved_ms, row.approvals = principal.id, uow.now_ms, row.approvals + 1
    uow.enqueue(STAMP, f"{paper}:{row.approvals}", StampPaper(paper))
    uow.ledger("case:paper:approved", principal.id, paper, sha256, {"case": row.case})


def keep_stamped(uow: UnitOfWork, paper: str, stamper: str, stamped: Stamped) -> None:
    """Keep the stamped bytes; a paper that is no longer approved (void, done) is left alone."""
    row = paper_row(uow, paper, lock=True)
    if row.state != PaperState.APPROVED:
        return
    sha256 = sha256_hex(stamped.pdf)
    row.state, row.stamped_ms = PaperState.STAMPED, uow.now_ms
    row.stamp = f"{stamper} {stamped.serial}"
    data = uow.keys.cipher.encrypt_bytes(stamped.pdf, FILE)
    uow.session.add(PaperFileRow(paper=paper, sha256=sha256, data=data))
    uow.ledger("case:paper:stamped", CENTRE.id, paper, sha256, {"case": row.case})
    uow.emit("PaperStamped", f"已签章：{row.title} {row.number}", f"Stamped: {row.number}",
             case=row.case, subject=paper)  # fmt: skip


def fail_stamp(uow: UnitOfWork, paper: str, code: str) -> None:
    """Record that a paper could not be stamped; the desk is alarmed, and it may be approved
    again."""
    row = paper_row(uow, paper, lock=True)
    if row.state != PaperState.APPROVED:
        return
    row.state, row.error = PaperState.STAMP_FAILED, code
    uow.ledger("case:paper:stamp_failed", CENTRE.id, paper, sha256_hex(code.encode()),
               {"case": row.case})  # fmt: skip
    uow.emit("PaperStampFailed", f"签章失败：{row.title} {row.number}（{code}）",
             f"The stamp failed: {row.number} ({code})", case=row.case, subject=paper,
             level="alarm")  # fmt: skip


def issue(uow: UnitOfWork, principal: Principal, paper: str) -> None:
    """Issue a stamped paper: from now on it may be handed over and served.

    Errors: `paper.unknown`, `paper.unstamped`, `paper.wrong_state`.
    """
    principal.require("paper:make")
    row = paper_row(uow, paper, lock=True)
    if row.state in (
        PaperState.UNSIGNED,
        PaperState.APPROVED,
        PaperState.STAMP_FAILED,
        PaperState.NO_STAMP,
    ):
        raise MzError("paper.unstamped", Kind.REFUSED, row.number)
    _require(row, PaperState.STAMPED)
    row.state, row.issued_by, row.issued_ms = PaperState.ISSUED, principal.id, uow.now_ms
    tell(uow, principal, row, "issued", "PaperIssued", f"发出《{row.title}》（{row.number}）",
          f"Issued: {row.number}")  # fmt: skip


def void(uow: UnitOfWork, principal: Principal, paper: str, reason: str) -> None:
    """Void a paper that was not issued; its number is not used again.

    Errors: `paper.unknown`, `paper.wrong_state`, `paper.no_reason`.
    """
    principal.require("paper:make")
    row = paper_row(uow, paper, lock=True)
    why = typed.line(reason)
    if not why:
        raise MzError("paper.no_reason", Kind.INVALID, row.number)
    if row.state in (PaperState.ISSUED, PaperState.VOID):
        raise MzError("paper.wrong_state", Kind.CONFLICT, row.state)
    row.state, row.void_reason = PaperState.VOID, why
    tell(uow, principal, row, "voided", "PaperVoided",
          f"作废《{row.title}》（{row.number}）：{why}", f"Voided: {row.number}")  # fmt: skip


def issued_on(uow: UnitOfWork, row: PaperRow) -> dt.date:
    """Return the day on which a paper went out, for other rooms: of one that was made elsewhere
    the day that it bears."""
    if row.kind == PaperKind.IMPORTED:
        return dt.date.fromisoformat(printed_of(uow, row).frame.day)
    return court_time(row.issued_ms or uow.now_ms).date()


def paper_row(uow: UnitOfWork, paper: str, *, lock: bool = False) -> PaperRow:
    """Return a paper's row for this room; `paper.unknown`."""
    row = uow.session.get(PaperRow, paper, with_for_update=lock or None)
    if row is None:
        raise MzError("paper.unknown", Kind.NOT_FOUND, paper[:40])
    return row


def _require(row: PaperRow, *states: PaperState) -> None:
    if row.state not in states:
        raise MzError("paper.wrong_state", Kind.CONFLICT, row.state)


def tell(
    uow: UnitOfWork, principal: Principal, row: PaperRow, act: str, event: str, zh: str, en: str,
    sha256: str = "",
) -> None:  # fmt: skip
    """Write what became of a paper: ledger, log and event. sha256: of what was kept, if bytes."""
    uow.ledger(f"case:paper:{act}", principal.id, row.paper, sha256 or sha256_hex(zh.encode()),
               {"case": row.case})  # fmt: skip
    append_log(uow, LogLine(row.case, uow.now_ms, "PAPER", zh, principal.name, subject=row.paper))
    uow.emit(event, zh, en, case=row.case, subject=row.paper)
