"""Renewal papers (续行) that the guardian drafts: the ruling, and the letter to the assisting unit.

They are papers like any other: a judge reads, approves and has them stamped. The dates are a
suggestion by the rule pack.
"""

from __future__ import annotations

from command_center.guardian.models import RenewalDraftRow
from command_center.measures.models import MeasureRow
from command_center.measures.papers import measure_facts, offered
from command_center.papers.kinds import PaperKind
from command_center.papers.service import NewPaper, make_paper
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id

_DRAFTED = (PaperKind.RULING_RENEW, PaperKind.ASSIST_RENEW)


def draft_renewal(uow: UnitOfWork, row: MeasureRow, end_day: str) -> None:
    """Make the papers for the period after a last day; again changes nothing."""
    if uow.session.get(RenewalDraftRow, (row.measure, end_day)) is not None:
        return
    may_have = offered(uow, row.measure)
    made = {
        kind: make_paper(uow, CENTRE, NewPaper(
            new_id(), kind, row.case, row.measure, None, measure_facts(uow, row, kind)))
        for kind in _DRAFTED if kind in may_have
    }  # fmt: skip
    uow.session.add(
        RenewalDraftRow(
            measure=row.measure, end_day=end_day, ruling=made[PaperKind.RULING_RENEW]
        )
    )  # fmt: skip
