"""The eight kinds of alarm (景宁县法院执行指挥中心值班制度) and the stages before a last day."""

from __future__ import annotations

from enum import StrEnum

from schemas.measures.kinds import MeasureKind


class AlarmKind(StrEnum):
    """Exactly the eight kinds of the duty rule."""

    STATUTORY = "STATUTORY"
    MATERIALS = "MATERIALS"
    DELEGATED = "DELEGATED"
    SEAL_EXPIRY = "SEAL_EXPIRY"
    SEIZE_EXPIRY = "SEIZE_EXPIRY"
    FREEZE_EXPIRY = "FREEZE_EXPIRY"
    EXIT_BAN_EXPIRY = "EXIT_BAN_EXPIRY"
    LOOKOUT_EXPIRY = "LOOKOUT_EXPIRY"


ALARM_WORDS = {
    AlarmKind.STATUTORY: ("法定期限", "statutory deadline"),
    AlarmKind.MATERIALS: ("缺少材料归档", "materials missing from the file"),
    AlarmKind.DELEGATED: ("受托案件超期", "delegated case overdue"),
    AlarmKind.SEAL_EXPIRY: ("查封到期", "sealing ends"),
    AlarmKind.SEIZE_EXPIRY: ("扣押到期", "seizure ends"),
    AlarmKind.FREEZE_EXPIRY: ("冻结到期", "freezing ends"),
    AlarmKind.EXIT_BAN_EXPIRY: ("限制出境到期", "exit ban ends"),
    AlarmKind.LOOKOUT_EXPIRY: ("布控时效延期", "lookout ends"),
}

EXPIRY_OF = {
    MeasureKind.SEAL: AlarmKind.SEAL_EXPIRY,
    MeasureKind.SEIZE: AlarmKind.SEIZE_EXPIRY,
    MeasureKind.FREEZE: AlarmKind.FREEZE_EXPIRY,
    MeasureKind.EXIT_BAN: AlarmKind.EXIT_BAN_EXPIRY,
    MeasureKind.LOOKOUT: AlarmKind.LOOKOUT_EXPIRY,
}
"""Which alarm watches the end of a measure; kinds that are not here have no control period."""

DELEGATED_RULES = frozenset({"delegated_file", "delegated_start", "delegated_report"})

OVER = -1
"""The stage of what is over."""
MEASURE_STAGES = (60, 30, 15, 7, 3, 1)
"""Days before the last day of a control period (U6); the day itself belongs to the last stage."""
DEADLINE_STAGES = (15, 7, 3, 1)
TELL_APPLICANT_DAYS = 30
DRAFT_DAYS = 60
RED_DAYS = 7


def band(stages: tuple[int, ...], at: int) -> tuple[int, int]:
    """Return the fewest and the most days left that belong to the stage at a place."""
    below = stages[at + 1] + 1 if at + 1 < len(stages) else 0
    return below, stages[at]
