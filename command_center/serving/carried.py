"""The papers that an officer may serve at the scene, as his device is told of them."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from command_center.cases.models import Party
from command_center.deadlines.reckoning import today
from command_center.papers.kinds import RECEIPTS, PaperState
from command_center.papers.models import PaperRow
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import ServiceRow
from schemas.field_api import OperationBrief, PaperToServe

_MOST = 200
"""So many papers of a case a device is told of, the newest."""


def with_papers(uow: UnitOfWork, brief: OperationBrief) -> OperationBrief:
    """Return a brief with the issued papers of its case."""
    rows = uow.session.execute(
        select(PaperRow.paper, PaperRow.number, PaperRow.title, Party.name)
        .outerjoin(Party, Party.id == PaperRow.party)
        .where(PaperRow.case == brief.case, PaperRow.state == PaperState.ISSUED,
               PaperRow.kind.not_in(RECEIPTS))
        .order_by(PaperRow.made_ms.desc(), PaperRow.paper)
        .limit(_MOST)
    ).all()  # fmt: skip
    served: dict[str, list[str]] = {}
    done = uow.session.execute(
        select(ServiceRow.paper, Party.name)
        .join(Party, Party.id == ServiceRow.party)
        .where(ServiceRow.case == brief.case, ServiceRow.effective_day <= today(uow).isoformat())
        .order_by(Party.position)
    )
    for paper, name in done:
        served.setdefault(paper, []).append(name)
    papers = [
        PaperToServe(paper, number, title, party or "", served.get(paper, []))
        for paper, number, title, party in rows
    ]
    return msgspec.structs.replace(brief, papers=papers)
