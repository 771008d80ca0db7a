"""States of a clock, and what the end of a period is called (code → Chinese, English)."""

from __future__ import annotations

from enum import StrEnum

from command_center.deadlines.rulepack import Duty


class ClockState(StrEnum):
    """RUNNING until it is done, missed (the court's duty), passed (any other) or withdrawn."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    MISSED = "MISSED"
    DONE_LATE = "DONE_LATE"
    PASSED = "PASSED"
    WITHDRAWN = "WITHDRAWN"


OPEN = (ClockState.RUNNING, ClockState.MISSED)
"""States in which a clock still asks for something."""

CLOCK_STATES = {
    ClockState.RUNNING: ("进行中", "running"),
    ClockState.DONE: ("按期完成", "done in time"),
    ClockState.MISSED: ("已逾期", "missed"),
    ClockState.DONE_LATE: ("逾期完成", "done late"),
    ClockState.PASSED: ("已届满", "ended"),
    ClockState.WITHDRAWN: ("已撤销", "withdrawn"),
}

DUTIES = {
    Duty.COURT: ("本院应当完成", "the court must act"),
    Duty.PARTY: ("当事人的期间", "a party's time"),
    Duty.WAIT: ("届满前不得进行", "nothing may be done before"),
    Duty.EFFECT: ("届满即生效", "takes effect at the end"),
}

READINGS = {
    "法律汇编文本已核对": "checked against a collection of laws",
    "一般知识，待核": "general knowledge, not yet checked",
    "二手文本，待核": "second-hand text, not yet checked",
    "一院规定，待核": "one court's rule, not yet checked",
}
"""How the text of a rule was verified, as the rule packs say it, in English."""

APPROVERS = {"院长": "the president", "人民法院": "the court"}
"""Who extends a period, as the rule packs name them, in English."""

GROUNDS = {
    "中止执行期间": "stay of enforcement",
    "暂缓执行期间": "deferral of enforcement",
    "公告期间": "publication",
    "鉴定评估期间": "expert opinion or appraisal",
    "管辖争议期间": "dispute over jurisdiction",
    "执行争议协调期间": "coordination of a dispute between courts",
    "时效中止期间": "suspension of the limitation period",
    "经批准延缓发放期间": "approved deferral of the payout",
}
"""Grounds on which days do not count, as the rule packs name them, in English."""
