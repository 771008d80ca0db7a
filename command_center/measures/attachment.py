"""What a case's measures control against what is owed (查扣冻规定 19)."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from command_center.cases.balance import balance_of
from command_center.deadlines.rulepack import law
from command_center.measures import law as articles
from command_center.measures import period
from command_center.measures.models import MeasureRow
from command_center.measures.property import property_class
from command_center.measures.states import MeasureState
from command_center.platform.uow import UnitOfWork
from schemas.field_api import CaseStake, OperationBrief
from schemas.measures.fields import CONTROLLING
from schemas.measures.property import PropertyKind
from schemas.time import court_time

_IN_FORCE = (MeasureState.EXECUTED, MeasureState.IN_FORCE, MeasureState.RENEWED)


def controlled_fen(uow: UnitOfWork, case: str) -> int:
    """Return the value that the case's measures in force control."""
    total = select(func.sum(MeasureRow.value_fen)).where(
        MeasureRow.case == case,
        MeasureRow.kind.in_(CONTROLLING),
        MeasureRow.state.in_(_IN_FORCE),
    )
    return int(uow.session.scalar(total) or 0)


def owed_fen(uow: UnitOfWork, case: str) -> int:
    """Return what is still owed with delay interest and the enforcement fee."""
    return balance_of(uow, case).remaining_fen


def with_stake(uow: UnitOfWork, brief: OperationBrief) -> OperationBrief:
    """Return a brief with what control at the scene is measured by."""
    day = court_time(uow.now_ms).date()
    rules = law().ceilings(day)[1]
    stake = CaseStake(
        owed_fen(uow, brief.case), controlled_fen(uow, brief.case),
        uow.settings.court.over_attachment_percent, articles.SEIZURE_RULES_19.text(),
        {kind.value: rules.months[property_class(kind)] for kind in PropertyKind},
        period.source(day),
    )  # fmt: skip
    return msgspec.structs.replace(brief, stake=stake)
