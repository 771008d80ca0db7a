"""The law as data: instruments, articles, and the periods of each version (RulePack).

Statutes change; what was computed under one version stays computed under it. Every date and
defect names its instrument, article and version.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import StrEnum


@dataclasses.dataclass(frozen=True)
class LawRef:
    """Where a rule stands: instrument, article, version (year)."""

    instrument: str
    article: str
    version: str

    def text(self) -> str:
        """Return the reference as papers write it."""
        version = f"（{self.version}）" if self.version else ""
        article = f"第{self.article}条" if self.article else ""
        return f"《{self.instrument}》{version}{article}"


CIVIL_PROCEDURE_256 = LawRef("民事诉讼法", "256", "2023")
SEIZURE_RULES_3 = LawRef(
    "最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", "3", "2020"
)
SEIZURE_RULES_18 = LawRef(
    "最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", "18", "2020"
)
INTERPRETATION_485 = LawRef("最高人民法院关于适用〈民事诉讼法〉的解释", "485", "2022")
FOOTAGE_RULES_4 = LawRef("最高人民法院关于人民法院庭审录音录像的若干规定", "4", "2017")
TWO_OFFICERS = LawRef("执行工作双人执行惯例", "", "")
TWO_RECORDERS = LawRef("人民法院执法记录仪使用管理规定（地方）", "", "")


class PropertyClass(StrEnum):
    """Classes of property that share a ceiling of the control period."""

    DEPOSIT = "DEPOSIT"
    MOVABLE = "MOVABLE"
    OTHER_RIGHT = "OTHER_RIGHT"  # real property and other rights


@dataclasses.dataclass(frozen=True)
class RulePack:
    """The ceilings in months that hold for rulings from `since` on, and where they stand."""

    name: str
    since: dt.date
    ceiling_months: dict[PropertyClass, int]
    source: LawRef


_BEFORE_2015 = RulePack(
    name="before-2015",
    since=dt.date(2005, 1, 1),
    ceiling_months={
        PropertyClass.DEPOSIT: 6,
        PropertyClass.MOVABLE: 12,
        PropertyClass.OTHER_RIGHT: 24,
    },
    source=LawRef("最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定", "29", "2004"),
)
_CURRENT = RulePack(
    name="current",
    since=dt.date(2015, 2, 4),
    ceiling_months={
        PropertyClass.DEPOSIT: 12,
        PropertyClass.MOVABLE: 24,
        PropertyClass.OTHER_RIGHT: 36,
    },
    source=INTERPRETATION_485,
)
PACKS: tuple[RulePack, ...] = (_BEFORE_2015, _CURRENT)


def pack_for(day: dt.date) -> RulePack:
    """Return the rule pack in force on `day`; the earliest one for days before all of them."""
    return max((pack for pack in PACKS if pack.since <= day), default=PACKS[0], key=_since)


def _since(pack: RulePack) -> dt.date:
    return pack.since
