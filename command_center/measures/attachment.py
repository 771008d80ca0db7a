"""What a case's measures control against what is owed (查扣冻规定 19)."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.cases.debt import enforcement_fee
from command_center.cases.models import Case
from command_center.measures.models import MeasureRow
from command_center.measures.states import MeasureState
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import CONTROLLING

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
    """Return what is owed with the enforcement fee."""
    amount = uow.session.get_one(Case, case).amount_fen
    return amount + enforcement_fee(amount)
