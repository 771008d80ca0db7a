"""The court's own texts of papers: proposed by one person, tried out on sample records, approved by
another. One is in force for a kind at the most; withdrawn, the shipped template is back. A text is
never changed: a paper that was made with it is typeset again from what is frozen in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.models import WordingRow
from command_center.papers.samples import try_out
from command_center.papers.wording import plain_text
from command_center.papers.wordings import WORDINGS
from command_center.platform import typed
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

PROPOSE, APPROVE = "template:propose", "template:approve"
_LOCK = "papers.wordings"


class WordingState(StrEnum):
    """How far a proposed text is; one of a kind is IN_FORCE at the most."""

    PROPOSED = "PROPOSED"
    RECALLED = "RECALLED"
    IN_FORCE = "IN_FORCE"
    REFUSED = "REFUSED"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True)
class NewWording:
    """Message: a text to propose. wording: id made by the form; note: why."""

    wording: str
    kind: str
    body: str
    note: str


def known_kind(kind: str) -> PaperKind:
    """Return a kind of paper that may have a text of the court; `wording.unknown_kind`."""
    if kind not in {one.value for one in WORDINGS}:
        raise MzError("wording.unknown_kind", Kind.NOT_FOUND, kind[:40])
    return PaperKind(kind)


def look(database: Database, kind: str, body: str) -> tuple[bytes, bytes]:
    """Return the print of a text with a sample record that says everything, and with one that says
    the least. Errors: of `plain_text`, `read_wording` and `typeset`."""
    wanted, court = known_kind(kind), database.settings.court.name
    return database.off_loop(lambda: try_out(wanted, court, 1, plain_text(body)))


def propose_wording(database: Database, principal: Principal, message: NewWording) -> str:
    """Try a text out and propose it; the same id again changes nothing.

    Errors: of `look`, `wording.no_note`, `wording.unchanged` (it is in force already),
    `id.malformed`.
    """
    principal.require(PROPOSE)
    look(database, message.kind, message.body)
    kept: str = database.run(_propose, principal, message)
    return kept


def _propose(uow: UnitOfWork, principal: Principal, message: NewWording) -> str:
    id_bytes(message.wording)
    uow.one_at_a_time(_LOCK)
    if uow.session.get(WordingRow, message.wording) is not None:
        return message.wording
    kind, body, note = known_kind(message.kind), plain_text(message.body), typed.line(message.note)
    if not note:
        raise MzError("wording.no_note", Kind.INVALID)
    own = in_force(uow, kind)
    if body == (own.body if own else WORDINGS[kind]):
        raise MzError("wording.unchanged", Kind.INVALID, kind)
    newest = select(func.max(WordingRow.edition)).where(WordingRow.kind == kind)
    row = WordingRow(
        wording=message.wording, kind=kind, edition=1 + int(uow.session.scalar(newest) or 0),
        body=body, note=note, state=WordingState.PROPOSED, author=principal.id,
        proposed_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    _write(uow, principal, row, "proposed", "已提交")
    return row.wording


def approve_wording(database: Database, principal: Principal, wording: str) -> None:
    """Try a proposed text out again and put it in force; the former one is replaced.

    Errors: of `look`, `wording.unknown`, `wording.decided`, `wording.own`.
    """
    principal.require(APPROVE)
    kind, body = database.read(_text, wording)
    look(database, kind, body)
    database.run(_approve, principal, wording)


def _text(uow: UnitOfWork, wording: str) -> tuple[str, str]:
    row = wording_row(uow, wording)
    return row.kind, row.body


def _approve(uow: UnitOfWork, principal: Principal, wording: str) -> None:
    row = _to_decide(uow, principal, wording)
    former = in_force(uow, PaperKind(row.kind))
    if former is not None:
        former.state, former.ended_by, former.ended_ms = (
            WordingState.REPLACED, principal.id, uow.now_ms
        )  # fmt: skip
        former.end_reason = f"第{row.edition}版启用"
        uow.session.flush()
    row.state = WordingState.IN_FORCE
    _write(uow, principal, row, "approved", "已批准")


def refuse_wording(uow: UnitOfWork, principal: Principal, wording: str, reason: str) -> None:
    """Refuse a proposed text, with a reason.

    Errors: `wording.unknown`, `wording.decided`, `wording.own`, `wording.no_note`.
    """
    row = _to_decide(uow, principal, wording)
    row.state, row.answer = WordingState.REFUSED, _why(reason)
    _write(uow, principal, row, "refused", "未获批准")


def recall_wording(uow: UnitOfWork, principal: Principal, wording: str) -> None:
    """Take one's own proposal back before another person decides on it.

    Errors: `wording.unknown`, `wording.decided`, `wording.not_yours`.
    """
    principal.require(PROPOSE)
    row = _undecided(uow, wording)
    if row.author != principal.id:
        raise MzError("wording.not_yours", Kind.REFUSED)
    row.state, row.ended_by, row.ended_ms = WordingState.RECALLED, principal.id, uow.now_ms
    _write(uow, principal, row, "recalled", "已由提交人收回")


def withdraw_wording(uow: UnitOfWork, principal: Principal, wording: str, reason: str) -> None:
    """Take a text out of force: new papers are made with the shipped template again. One person
    may, for it only leads back.

    Errors: `wording.unknown`, `wording.not_in_force`, `wording.no_note`.
    """
    principal.require(APPROVE)
    uow.one_at_a_time(_LOCK)
    row = wording_row(uow, wording)
    if row.state != WordingState.IN_FORCE:
        raise MzError("wording.not_in_force", Kind.CONFLICT, row.state)
    row.end_reason = _why(reason)
    row.state, row.ended_by, row.ended_ms = WordingState.WITHDRAWN, principal.id, uow.now_ms
    _write(uow, principal, row, "withdrawn", "已撤回")


def in_force(uow: UnitOfWork, kind: PaperKind) -> WordingRow | None:
    """Return the court's own text that papers of a kind are made with now, if there is one."""
    return uow.session.scalar(
        select(WordingRow).where(WordingRow.kind == kind, WordingRow.state == WordingState.IN_FORCE)
    )


def wording_row(uow: UnitOfWork, wording: str) -> WordingRow:
    """Return a text's row for this room; `wording.unknown`."""
    row = uow.session.get(WordingRow, wording)
    if row is None:
        raise MzError("wording.unknown", Kind.NOT_FOUND, wording[:40])
    return row


def _to_decide(uow: UnitOfWork, principal: Principal, wording: str) -> WordingRow:
    principal.require(APPROVE)
    row = _undecided(uow, wording)
    if row.author == principal.id:
        raise MzError("wording.own", Kind.REFUSED)
    row.decided_by, row.decided_ms = principal.id, uow.now_ms
    return row


def _undecided(uow: UnitOfWork, wording: str) -> WordingRow:
    uow.one_at_a_time(_LOCK)
    row = wording_row(uow, wording)
    if row.state != WordingState.PROPOSED:
        raise MzError("wording.decided", Kind.CONFLICT, row.state)
    return row


def _why(reason: str) -> str:
    why = typed.line(reason)
    if not why:
        raise MzError("wording.no_note", Kind.INVALID)
    return why


def _write(uow: UnitOfWork, principal: Principal, row: WordingRow, act: str, word: str) -> None:
    uow.ledger(f"court:wording:{act}", principal.id, row.wording, sha256_hex(row.body.encode()),
               {"kind": row.kind, "edition": str(row.edition)})  # fmt: skip
    name = TEMPLATES[PaperKind(row.kind)]
    uow.emit(f"Wording{act.capitalize()}", f"文书模板{word}：{name.zh} 本院第{row.edition}版",
             f"Template of {name.en} was {act}: the court's version {row.edition}",
             subject=row.wording)  # fmt: skip
