"""扣押 of movables: from the record to the measure."""

from __future__ import annotations

from command_center.deadlines.rulepack import PropertyClass
from command_center.measures import columns, period, rules
from command_center.measures.execution import Act, carry_out, circumstances, summary, total_fen
from command_center.measures.states import MeasureState
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PropertyKind
from schemas.records import FieldRecord, SeizeMovables
from schemas.time import court_time


def find_defects(uow: UnitOfWork, record: FieldRecord, body: SeizeMovables) -> list[Defect]:
    """Return what the law wants and the record lacks, in its circumstances."""
    return rules.seizure_defects(record, body, circumstances(uow, record))


def execute(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    body: SeizeMovables,
    receipt: RecordReceipt,
) -> None:
    """Write the executed measure and all that the law ties to it, in this transaction.

    扣押 takes effect when the court takes hold of the thing, so EXECUTED is at once IN_FORCE.
    """
    effect_ms = columns.moment(body.finished_ms, uow.now_ms)
    paper = period.read_paper(body.control_from, body.control_to)
    term = period.settle(paper, court_time(effect_ms).date(), PropertyClass.MOVABLE)
    act = Act(
        MeasureKind.SEIZE, PropertyKind.MOVABLE, MeasureState.IN_FORCE, summary(body.items),
        total_fen(body.items), effect_ms, term,
    )  # fmt: skip
    carry_out(uow, principal, record, body, act, receipt)
