"""The register of papers (文书): by state and by words, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select

from command_center.cases.search import cases_of_words
from command_center.papers.kinds import PaperState
from command_center.papers.models import PaperRow
from command_center.papers.views import PaperView, paper_views
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class PaperQuery:
    """Message: words of the paper's title or number, or of its case; `page` counts from 0."""

    text: str = ""
    state: PaperState | None = None
    page: int = 0


@dataclass(frozen=True)
class PapersFound:
    """A page of papers; `counts` by state, None for all, of what the words leave."""

    rows: list[PaperView]
    total: int
    counts: dict[PaperState | None, int]


def paper_register(uow: UnitOfWork, principal: Principal, query: PaperQuery) -> PapersFound:
    """Return one page of the register."""
    principal.require("paper:read")
    asked = _asked(uow, query.text)
    counts: dict[PaperState | None, int] = {None: 0, **dict.fromkeys(PaperState, 0)}
    by_state = select(PaperRow.state, func.count()).where(*asked).group_by(PaperRow.state)
    for state, count in uow.session.execute(by_state):
        counts[PaperState(state)] = count
        counts[None] += count
    if query.state is not None:
        asked.append(PaperRow.state == query.state)
    newest = select(PaperRow).where(*asked).order_by(PaperRow.made_ms.desc(), PaperRow.paper.desc())
    rows = uow.session.scalars(newest.offset(query.page * PAGE).limit(PAGE))
    return PapersFound(paper_views(uow, rows), counts[query.state], counts)


def _asked(uow: UnitOfWork, text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    cases = cases_of_words(uow, text)
    of_case = PaperRow.case.in_(cases) if cases is not None else false()
    of_itself = (one.icontains(text, autoescape=True) for one in (PaperRow.title, PaperRow.number))
    return [or_(*of_itself, of_case)]
