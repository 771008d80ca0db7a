"""What faces see of the court's own texts of papers: each kind, and each version with its trace."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.papers.court_wordings import WordingState, known_kind, wording_row
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.models import PaperRow, WordingRow
from command_center.papers.wordings import WORDINGS
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class WordingView:
    """A text of the court and who did what with it; `papers`: how many were made with it."""

    wording: str
    kind: PaperKind
    edition: int
    body: str
    note: str
    state: WordingState
    author: str
    author_name: str
    proposed_ms: int
    decided_by_name: str
    decided_ms: int | None
    answer: str
    ended_by_name: str
    ended_ms: int | None
    end_reason: str
    papers: int


@dataclass(frozen=True)
class KindView:
    """A kind of paper: what it is made with now (`own`, else the shipped template of this
    version), and how many texts wait for a decision."""

    kind: PaperKind
    shipped: int
    own: WordingView | None
    waiting: int


def kinds_of_wordings(uow: UnitOfWork, principal: Principal) -> list[KindView]:
    """Return every kind that may have a text of the court, in the order of the kinds."""
    principal.require("paper:read")
    query = select(WordingRow).where(
        WordingRow.state.in_((WordingState.PROPOSED, WordingState.IN_FORCE))
    )
    found = _views(uow, list(uow.session.scalars(query)))
    return [
        KindView(
            kind, TEMPLATES[kind].version,
            next((one for one in found
                  if one.kind is kind and one.state is WordingState.IN_FORCE), None),
            sum(one.kind is kind and one.state is WordingState.PROPOSED for one in found),
        )
        for kind in WORDINGS
    ]  # fmt: skip


def wordings_of_kind(uow: UnitOfWork, principal: Principal, kind: str) -> list[WordingView]:
    """Return the texts of a kind, newest first; `wording.unknown_kind`."""
    principal.require("paper:read")
    query = select(WordingRow).where(WordingRow.kind == known_kind(kind))
    return _views(uow, list(uow.session.scalars(query.order_by(WordingRow.edition.desc()))))


def read_wording_row(uow: UnitOfWork, principal: Principal, wording: str) -> WordingView:
    """Return one text; `wording.unknown`."""
    principal.require("paper:read")
    return _views(uow, [wording_row(uow, wording)])[0]


def _views(uow: UnitOfWork, rows: list[WordingRow]) -> list[WordingView]:
    staff = {one for row in rows for one in (row.author, row.decided_by, row.ended_by)}
    names = dict(uow.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_([one for one in staff if one]))).all()
    )  # fmt: skip
    counts = dict(uow.session.execute(
        select(PaperRow.wording, func.count())
        .where(PaperRow.wording.in_([row.wording for row in rows]))
        .group_by(PaperRow.wording)).all()
    )  # fmt: skip
    return [
        WordingView(
            row.wording, PaperKind(row.kind), row.edition, row.body, row.note,
            WordingState(row.state), row.author, names.get(row.author, ""), row.proposed_ms,
            names.get(row.decided_by or "", ""), row.decided_ms, row.answer,
            names.get(row.ended_by or "", ""), row.ended_ms, row.end_reason,
            counts.get(row.wording, 0),
        )
        for row in rows
    ]  # fmt: skip
