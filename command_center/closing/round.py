"""What the law asks before this round of enforcement may end (终本, 法〔2016〕373号 1, 5, 6).

Each condition is met by the record (a measure on each debtor, a clock that is done, the state) or
by a statement that names its proof. All are wanted; what is lacking says where it is done.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.service import case_view
from command_center.closing.models import RoundStatement
from command_center.deadlines.clock import compute, day_text
from command_center.deadlines.court_calendar import court_calendar
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.reckoning import today
from command_center.deadlines.rulepack import law
from command_center.deadlines.words import OPEN
from command_center.measures.models import MeasureRow
from command_center.measures.states import MeasureState
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

_UNDONE = (MeasureState.DRAFT, MeasureState.APPROVED)
_DROPPED = (MeasureState.RELEASED, MeasureState.LAPSED)
_CLUES = "property_clue_check"


class Met(StrEnum):
    """Where a condition is met: the case's state, a measure on each debtor (or a statement why
    not), clocks, the days since filing, or a statement alone."""

    STATE = "STATE"
    MEASURE = "MEASURE"
    CLOCK = "CLOCK"
    DAYS = "DAYS"
    STATED = "STATED"


@dataclass(frozen=True)
class Condition:
    """A condition: words, the article that asks for it, and where it is met."""

    key: str
    zh: str
    en: str
    article: str
    met: Met
    measure: MeasureKind | None = None
    excusable: bool = False


CONDITIONS = (
    Condition("noticed", "已发出执行通知", "the enforcement notice was sent", "zb_1", Met.STATE),
    Condition("reported", "已责令每一被执行人报告财产",
              "each debtor was ordered to report property", "zb_1", Met.MEASURE,
              MeasureKind.REPORT_ORDER),
    Condition("restricted", "已向每一被执行人发出限制消费令",
              "a consumption order was issued to each debtor", "zb_1", Met.MEASURE,
              MeasureKind.CONSUMPTION_ORDER, excusable=True),
    Condition("listed", "符合条件的被执行人已纳入失信名单",
              "each debtor who meets the grounds is listed as dishonest", "zb_1", Met.MEASURE,
              MeasureKind.DISHONEST_LIST, excusable=True),
    Condition("clues", "财产线索都已在期限内核实", "every clue to property was checked in time",
              "pi_2", Met.CLOCK),
    Condition("queried", "已穷尽财产调查措施，没有财产或者财产不能处置",
              "every inquiry was made; there is no property, or none that can be disposed of",
              "zb_1", Met.STATED),
    Condition("three_months", "立案满三个月", "three months have passed since filing", "zb_1",
              Met.DAYS),
    Condition("searched", "被执行人下落不明的已查找，妨害执行的已处理",
              "a missing debtor was searched for, obstruction was punished", "zb_1", Met.STATED),
    Condition("heard", "已告知申请执行人并听取意见、记录入卷",
              "the applicant was told and heard, the opinion is in the file", "zb_5", Met.STATED),
    Condition("reviewed", "申请执行人签字确认，或者合议庭审查核实并报院长批准",
              "the applicant signed, or a panel reviewed it and the president approved",
              "int_round", Met.STATED),
    Condition("ruled", "裁定书载明已执行和未执行的金额、申请执行人的权利",
              "the ruling states what was and was not enforced and the applicant's rights", "zb_6",
              Met.STATED),
)  # fmt: skip
"""In the order of the page."""
_BY_KEY = {one.key: one for one in CONDITIONS}


@dataclass(frozen=True)
class Standing:
    """How a condition stands. verified: whether the article's text was read; lacking: names or days
    that are missing; proof: what was stated."""

    condition: Condition
    met: bool
    law: str
    verified: bool
    lacking: tuple[str, ...] = ()
    proof: str = ""
    day: str = ""


@dataclass(frozen=True)
class NewStatement:
    """Message: a condition of a case is met since a day, and what proves it."""

    case: str
    condition: str
    day: str
    proof: str


def round_standing(uow: UnitOfWork, case: str, day: dt.date | None = None) -> list[Standing]:
    """Return how each condition stands on a day (today); `case.unknown`."""
    on = day or today(uow)
    row = uow.session.get(Case, case)
    if row is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    stated = _stated(uow, case)
    return [_standing(uow, row, one, stated.get(one.key), on) for one in CONDITIONS]


def _standing(
    uow: UnitOfWork, row: Case, one: Condition, stated: RoundStatement | None, on: dt.date
) -> Standing:
    lacking: tuple[str, ...] = ()
    match one.met:
        case Met.STATE:
            met = row.state not in ("ACCEPTED", "FILED")
        case Met.DAYS:
            earliest = earliest_day(uow, row)
            met, lacking = on >= earliest, (earliest.isoformat(),)
        case Met.CLOCK:
            lacking = _open_clues(uow, row.id)
            met = not lacking
        case Met.MEASURE:
            lacking = _without(uow, row.id, one.measure)
            met = not lacking
        case Met.STATED:
            met = False
    if stated is not None and stated.day <= on.isoformat():
        met = True
    article = law().article(one.article, on)
    proof, day = (stated.proof, stated.day) if stated is not None else ("", "")
    return Standing(one, met, article.text(), article.verified, () if met else lacking, proof, day)


def earliest_day(uow: UnitOfWork, row: Case) -> dt.date:
    """Return the first day on which a round may end: three months after filing."""
    filed = court_time(row.filed_ms).date()
    return compute(law().rule("zhongben_min", filed), filed, court_calendar(uow).days).due


def _without(uow: UnitOfWork, case: str, kind: MeasureKind | None) -> tuple[str, ...]:
    """Return the debtors on whom no measure of a kind was carried out and stands."""
    debtors = [one for one in case_view(uow, case).parties if one.role == "DEBTOR"]
    against = set(uow.session.scalars(
        select(MeasureRow.target).where(
            MeasureRow.case == case, MeasureRow.kind == kind,
            MeasureRow.state.not_in((*_UNDONE, *_DROPPED)),
        )
    ))  # fmt: skip
    if None in against and len(debtors) == 1:
        return ()  # a measure without a target is against the only debtor
    return tuple(one.name for one in debtors if one.id not in against)


def _open_clues(uow: UnitOfWork, case: str) -> tuple[str, ...]:
    query = select(DeadlineRow.due_day).where(
        DeadlineRow.case == case, DeadlineRow.rule == _CLUES, DeadlineRow.state.in_(OPEN)
    )
    return tuple(uow.session.scalars(query.order_by(DeadlineRow.due_day)))


def _stated(uow: UnitOfWork, case: str) -> dict[str, RoundStatement]:
    rows = select(RoundStatement).where(RoundStatement.case == case)
    return {row.condition: row for row in uow.session.scalars(rows.order_by(RoundStatement.number))}


def check_round(uow: UnitOfWork, row: Case, day: dt.date) -> None:
    """Errors: `state.too_early`, `state.round_lacks` with the conditions that are not met."""
    earliest = earliest_day(uow, row)
    if day < earliest:
        raise MzError("state.too_early", Kind.REFUSED, earliest.isoformat())
    lacking = [one.condition.key for one in round_standing(uow, row.id, day) if not one.met]
    if lacking:
        raise MzError("state.round_lacks", Kind.REFUSED, " ".join(lacking))


def state_condition(uow: UnitOfWork, principal: Principal, message: NewStatement) -> None:
    """State that a condition is met, or why it does not apply to this debtor; a later statement
    takes the place of the one before.

    Errors: `case.unknown`, `round.not_stated` (none, or one that only the record can meet),
    `round.no_proof`, `form.day_malformed`, `state.day`, `state.no_way` (the case is closed).
    """
    principal.require("case:keep")
    row = uow.session.get(Case, message.case, with_for_update=True)
    if row is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    condition = _BY_KEY.get(message.condition)
    if condition is None or not (condition.excusable or condition.met is Met.STATED):
        raise MzError("round.not_stated", Kind.INVALID, message.condition[:40])
    proof, day = typed.line(message.proof, 200), typed.day(message.day)
    if not proof:
        raise MzError("round.no_proof", Kind.INVALID, condition.key)
    if not court_time(row.filed_ms).date() <= day <= today(uow):
        raise MzError("state.day", Kind.INVALID, message.day[:20])
    if row.state == "CLOSED":
        raise MzError("state.no_way", Kind.CONFLICT, row.state)
    last = uow.session.scalar(
        select(func.max(RoundStatement.number)).where(
            RoundStatement.case == row.id, RoundStatement.condition == condition.key
        )
    )
    uow.session.add(
        RoundStatement(
            case=row.id, condition=condition.key, number=1 + int(last or 0), day=day.isoformat(),
            proof=proof, stated_by=principal.id, stated_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    text = f"终本条件：{condition.zh}，{day_text(day)}，{proof}"
    uow.ledger("case:round:stated", principal.id, row.id, sha256_hex(text.encode()),
               {"case": row.id})  # fmt: skip
    append_log(uow, LogLine(row.id, uow.now_ms, "ROUND", text, principal.name))
