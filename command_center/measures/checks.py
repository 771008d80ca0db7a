"""What the law wants of a measure that the desk registers, as a list of defects. Pure.

None of them undoes the act: each is listed with its source and mended by a new entry. What must
not be done at all (a minor on a list) is refused before, in `guards.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from command_center.deadlines.rulepack import LawRef
from command_center.measures import law, period
from command_center.measures.property import property_class
from schemas.field_api import Defect
from schemas.measures.fields import CONTROLLING, wanted
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PropertyKind

_FINE_PERSON_FEN, _FINE_UNIT_FEN = (1, 10_000_000), (5_000_000, 100_000_000)
_DETAIN_DAYS, _SUMMON_HOURS, _SUMMON_LONG_HOURS = 15, 8, 24


@dataclass(frozen=True)
class Registered:
    """A measure as it was registered. `facts`: its fields as text, amounts in fen;
    controlled_fen: what all measures of the case control, this one in it; owed_fen: what is owed
    with fee and interest; limit_percent: above it control is called clearly excessive; flags: what
    the register of property says of it (`things.FLAGS`); before_filing: it was carried out before
    the case was filed."""

    kind: MeasureKind
    over: PropertyKind
    facts: Mapping[str, str]
    term: period.Period | None
    debtor_is_person: bool
    controlled_fen: int
    owed_fen: int
    limit_percent: int
    flags: frozenset[str] = frozenset()
    before_filing: bool = False

    def fen(self, name: str) -> int:
        """Return an amount, 0 if there is none."""
        return int(self.facts.get(name) or 0)


def find_defects(made: Registered) -> list[Defect]:
    """Return what the law wants and the registration lacks."""
    return [*fact_defects(made), *_period(made), *_early(made)]


def fact_defects(made: Registered) -> list[Defect]:
    """Return what its facts lack or are too much of, its period apart."""
    return [*_property(made), *excess(made), *_coercion(made)]


def control_ratio(controlled_fen: int, owed_fen: int) -> float:
    """Return the value controlled over what is owed, to three digits (规定 19)."""
    return round(controlled_fen / owed_fen, 3) if owed_fen > 0 else 0.0


def _defect(code: str, text: str, ref: LawRef) -> Defect:
    return Defect(code, text, ref.text())


def _property(made: Registered) -> Iterator[Defect]:
    facts = made.facts
    asked = {*wanted(made.kind, made.over).optional} if made.flags else set()
    co_owned = facts.get("co_owners") or ("CO_OWNED" in made.flags and "co_owners" in asked)
    mortgaged = facts.get("mortgagee") or ("MORTGAGED" in made.flags and "mortgagee" in asked)
    if co_owned and not facts.get("co_owners_told"):
        yield _defect(
            "co_owners.not_told", "共有财产，没有记明已通知共有人。", law.SEIZURE_RULES_12
        )
    if mortgaged and not facts.get("mortgagee_told"):
        yield _defect(
            "mortgagee.not_told",
            "财产设有最高额抵押，没有记明已通知抵押权人。",
            law.SEIZURE_RULES_25,
        )
    if "EXEMPT" in made.flags and made.kind in CONTROLLING:
        yield _defect(
            "thing.exempt", "财产登记载明该财产不得执行，应当核实并纠正。", law.SEIZURE_RULES_3
        )
    unregistered = made.over is PropertyKind.VEHICLE and not facts.get("plate")
    if unregistered and not facts.get("engine"):
        yield _defect(
            "vehicle.no_engine", "未登记的机动车，没有写明发动机编号。", law.SEIZURE_RULES_9
        )
    if made.over is PropertyKind.INCOME and not made.fen("living_fen"):
        yield _defect(
            "income.no_living_cost",
            "扣留、提取收入，没有写明为被执行人及其所扶养家属保留的生活必需费用。",
            law.CIVIL_PROCEDURE_254,
        )


def _period(made: Registered) -> Iterator[Defect]:
    term = made.term
    if term is None or made.kind not in CONTROLLING:
        return
    if term.suggested:
        yield _defect(
            "period.not_written", "文书没有写明起止日期，期限为建议。", law.INTERPRETATION_485
        )
    elif term.end > period.latest_lawful_end(term.start, property_class(made.over)):
        yield _defect("period.too_long", "期限超过法律规定的最长期限。", law.INTERPRETATION_485)


def _early(made: Registered) -> Iterator[Defect]:
    """What was held before the case was filed is held by a ruling of preservation."""
    if made.before_filing:
        yield _defect(
            "measure.before_case",
            "实施日早于立案日：保全转为执行措施的，应当写明保全裁定；否则应当更正。",
            law.INTERPRETATION_168,
        )


def excess(made: Registered) -> Iterator[Defect]:
    """What the case controls with this one is clearly more than is owed (规定 19)."""
    if made.kind not in CONTROLLING or made.owed_fen <= 0:
        return
    if made.controlled_fen * 100 > made.owed_fen * made.limit_percent:
        ratio = control_ratio(made.controlled_fen, made.owed_fen)
        yield _defect(
            "attachment.excessive",
            f"控制财产价额为应付款项的{ratio:.3f}倍，可能明显超标的；财产不可分的，应当记明。",
            law.SEIZURE_RULES_19,
        )


def _coercion(made: Registered) -> Iterator[Defect]:
    match made.kind:
        case MeasureKind.FINE:
            low, high = _FINE_PERSON_FEN if made.debtor_is_person else _FINE_UNIT_FEN
            if not low <= made.fen("fine_fen") <= high:
                yield _defect(
                    "fine.out_of_range", "罚款数额超出法定幅度。", law.CIVIL_PROCEDURE_118
                )
        case MeasureKind.DETAIN if made.fen("days") > _DETAIN_DAYS:
            yield _defect("detain.too_long", "拘留超过十五日。", law.CIVIL_PROCEDURE_118)
        case MeasureKind.SUMMON_BY_FORCE if made.fen("hours") > _SUMMON_LONG_HOURS:
            yield _defect("summon.too_long", "拘传询问超过二十四小时。", law.INTERPRETATION_482)
        case MeasureKind.SUMMON_BY_FORCE if made.fen("hours") > _SUMMON_HOURS:
            yield _defect(
                "summon.long", "拘传询问超过八小时：仅限可能被拘留的情形。", law.INTERPRETATION_482
            )
