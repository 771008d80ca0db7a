"""Measures in plain words (U18): what it means, what you may do, how it is lifted.

A table by kind of measure and side. The words are read by people without a lawyer: short
sentences, the law named once, no threat.
"""

from __future__ import annotations

from dataclasses import dataclass

from command_center.disclosure.document import Text
from schemas.measures.kinds import MeasureKind


@dataclass(frozen=True)
class Explanation:
    """Three plain texts of a measure for one side."""

    meaning: Text
    may_do: Text
    lift: Text


_LIFT_SEIZURE = Text(
    "付清全部应付款项，或者提供法院认可的充分有效担保后，可以申请解除扣押。"
    "期限届满没有续行的，扣押的效力消灭（查扣冻规定（2020）第27条）。",
    "The seizure is lifted on request when everything owed is paid, or when the court accepts "
    "sufficient security. If it is not renewed before its last day, it loses its effect "
    "(Rules on Sealing, Seizing and Freezing (2020), art. 27).",
)

_SEIZURE_TO_DEBTOR = Explanation(
    meaning=Text(
        "扣押不改变归属：这些财产仍然是您的，但由清单写明的保管人保管。"
        "扣押期间您不能取走、出卖、赠与或者抵押这些财产。",
        "Seizure does not change who owns these things: they are still yours, but the custodian "
        "named in the list keeps them. While they are seized you may not take them back, sell "
        "them, give them away or pledge them.",
    ),
    may_do=Text(
        "您可以：核对清单，发现错漏请告诉承办人；认为扣押违反法律规定的，可以向本院提出书面异议，"
        "本院自收到之日起十五日内审查（民事诉讼法（2023）第236条）；"
        "清单里有您和所扶养家属的生活必需品的，可以申请发还（查扣冻规定（2020）第3条）。",
        "You may: check the list and tell the officer of any mistake; object in writing if you "
        "think the seizure breaks the law, the court then reviews it within 15 days (Civil "
        "Procedure Law (2023), art. 236); ask for the return of things that you and the family "
        "you support need to live (Rules on Sealing, Seizing and Freezing (2020), art. 3).",
    ),
    lift=_LIFT_SEIZURE,
)

_SEIZURE_TO_APPLICANT = Explanation(
    meaning=Text(
        "法院已经控制清单所列财产，由写明的保管人保管。被执行人不能处分这些财产；"
        "它们还没有变成钱，也还没有归您所有。",
        "The court has taken control of the things in the list; the named custodian keeps them. "
        "The debtor cannot dispose of them. They have not been turned into money yet, and they "
        "do not belong to you.",
    ),
    may_do=Text(
        "您可以：在期限届满前书面申请续行扣押，逾期未续行的效力消灭；申请评估、拍卖；"
        "提供其他财产线索。对在本案中知悉的对方财产情况，请依法保密。",
        "You may: ask in writing for renewal before the last day, or the seizure loses its "
        "effect; ask for valuation and auction; give information on other property. What you "
        "learn here of the other side's property must be kept confidential.",
    ),
    lift=_LIFT_SEIZURE,
)

_LIFT_CONTROL = Text(
    "付清全部应付款项，或者提供担保并经申请执行人同意后，可以申请解除。"
    "期限届满没有续行的，效力消灭（查扣冻规定（2020）第27条、第28条）。",
    "It is lifted on request when everything owed is paid, or when security is given and the "
    "applicant agrees. If it is not renewed before its last day, it loses its effect (Rules on "
    "Sealing, Seizing and Freezing (2020), arts. 27 and 28).",
)
_OBJECT = Text(
    "您可以：核对措施内容，发现错漏请告诉承办人；认为违反法律规定的，可以向本院提出书面异议，"
    "本院自收到之日起十五日内审查（民事诉讼法（2023）第236条）；"
    "需要保留生活必需费用的，可以说明情况申请保留（查扣冻规定（2020）第3条）。",
    "You may: check what was done and tell the officer of any mistake; object in writing if you "
    "think it breaks the law, the court then reviews it within 15 days (Civil Procedure Law "
    "(2023), art. 236); ask to keep what you and your family need to live (Rules on Sealing, "
    "Seizing and Freezing (2020), art. 3).",
)
_ASK_RENEWAL = Text(
    "您可以：在期限届满前书面申请续行，逾期未续行的效力消灭；提供其他财产线索。"
    "对在本案中知悉的对方财产情况，请依法保密。",
    "You may: ask in writing for renewal before the last day, or it loses its effect; give "
    "information on other property. What you learn here of the other side's property must be "
    "kept confidential.",
)
_FREEZING_TO_DEBTOR = Explanation(
    meaning=Text(
        "冻结不改变归属：钱款或者权利仍然是您的，但在期限内不能支取、转账、转让或者质押，"
        "超出冻结金额的部分可以正常使用。",
        "Freezing does not change who owns it: the money or right is still yours, but until the "
        "last day it cannot be withdrawn, transferred, sold or pledged. What exceeds the frozen "
        "amount may be used as usual.",
    ),
    may_do=_OBJECT,
    lift=_LIFT_CONTROL,
)
_FREEZING_TO_APPLICANT = Explanation(
    meaning=Text(
        "法院已经冻结被执行人的钱款或者权利，被执行人不能支取或者转让；"
        "它还没有划到法院，也还没有归您所有。",
        "The court has frozen money or a right of the debtor, who can neither withdraw nor "
        "transfer it. It has not been paid to the court yet, and it does not belong to you.",
    ),
    may_do=_ASK_RENEWAL,
    lift=_LIFT_CONTROL,
)
_SEALING_TO_DEBTOR = Explanation(
    meaning=Text(
        "查封不改变归属：财产仍然是您的，但在期限内不能出卖、赠与、抵押或者设立租赁；"
        "没有禁止使用的，可以继续合理使用，但不得损坏封条。",
        "Sealing does not change who owns it: it is still yours, but until the last day you may "
        "not sell it, give it away, mortgage it or let it. Unless use is forbidden you may go on "
        "using it with care; the seal must stay whole.",
    ),
    may_do=_OBJECT,
    lift=_LIFT_CONTROL,
)
_SEALING_TO_APPLICANT = Explanation(
    meaning=Text(
        "法院已经查封被执行人的财产，被执行人不能处分；它还没有变成钱，也还没有归您所有。",
        "The court has sealed property of the debtor, who cannot dispose of it. It has not been "
        "turned into money yet, and it does not belong to you.",
    ),
    may_do=_ASK_RENEWAL,
    lift=_LIFT_CONTROL,
)

_TABLE: dict[tuple[MeasureKind, str], Explanation] = {
    (MeasureKind.SEIZE, "DEBTOR"): _SEIZURE_TO_DEBTOR,
    (MeasureKind.SEIZE, "APPLICANT"): _SEIZURE_TO_APPLICANT,
    (MeasureKind.FREEZE, "DEBTOR"): _FREEZING_TO_DEBTOR,
    (MeasureKind.FREEZE, "APPLICANT"): _FREEZING_TO_APPLICANT,
    (MeasureKind.SEAL, "DEBTOR"): _SEALING_TO_DEBTOR,
    (MeasureKind.SEAL, "APPLICANT"): _SEALING_TO_APPLICANT,
}

_ASK = Text(
    "本项措施的说明请致电承办人或者拨打12368询问。",
    "Please call the officer in charge or 12368 for an explanation of this measure.",
)
_ASK_ALL = Explanation(_ASK, _ASK, _ASK)


_NOTHING = Text("", "")
_ENDED = Explanation(
    Text("这项措施已经结束，不再有约束力。", "This measure has ended and binds nobody any more."),
    _NOTHING, _NOTHING,
)  # fmt: skip
_OF_ANOTHER = Explanation(
    Text("这项措施针对本案的另一名被执行人，不是针对您。",
         "This measure is against another debtor in this case, not against you."),
    _NOTHING, _NOTHING,
)  # fmt: skip


def explain(kind: MeasureKind, role: str, *, ended: bool = False, ours: bool = True) -> Explanation:
    """Return the words for a side; where none are written yet, whom to ask. Of a measure that has
    ended, or is against another debtor (`ours` false), there is nothing to do.
    """
    if ended:
        return _ENDED
    if role == "DEBTOR" and not ours:
        return _OF_ANOTHER
    return _TABLE.get((kind, role), _ASK_ALL)
