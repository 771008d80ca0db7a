"""The slip of rights and remedies (权利和救济告知单): a paper of its own that the people keep."""

from __future__ import annotations

from field_app.papers.written import Written, about
from schemas.field_api import OperationBrief
from schemas.measures.fields import CONTROLLING
from schemas.measures.forms import FORMS
from schemas.measures.kinds import MeasureKind
from schemas.records import FieldAct

_TO_ALL = (
    (
        "当事人、利害关系人认为执行行为违反法律规定的，可以向本院提出书面异议，本院自收到之日起十五日内"
        "审查；对裁定不服的，可以自裁定送达之日起十日内向上一级人民法院申请复议"
        "（民事诉讼法（2023）第236条）。"
    ),
    (
        "案外人对执行标的主张权利的，可以提出书面异议，本院自收到之日起十五日内审查"
        "（民事诉讼法（2023）第238条）。"
    ),
)
_IN_CONTROL = (
    (
        "依法不得查封、扣押、冻结的财产，例如自然人及其所扶养家属生活所必需的物品和费用，"
        "认为被控制的财产属于此类的，可以申请发还（查扣冻规定（2020）第3条）。"
    ),
    (
        "查封、扣押、冻结财产的价额应当以足以清偿为限；明显超出的，可以申请解除超出部分"
        "（查扣冻规定（2020）第19条）。"
    ),
)
_HELD = (
    "被罚款、拘留、拘传的人不服决定的，可以向上一级人民法院申请复议一次，复议期间不停止执行"
    "（民事诉讼法（2023）第119条）。"
)
_ASK = (
    "您可以核对清单和笔录，写明不同意见，并索取副本；拒绝签名的，由执行人员记明情况。",
    "全程录音录像由本院存档，您可以申请查阅。咨询和投诉：12368。",
)


def write_slip(body: FieldAct, brief: OperationBrief, court: str) -> Written:
    """Return the slip that goes with an act."""
    form = FORMS.get(body.form)
    kind = form.kind if form else None
    said = [*_TO_ALL]
    if kind in CONTROLLING:
        said += _IN_CONTROL
    if kind is MeasureKind.SUMMON_BY_FORCE:
        said.append(_HELD)
    said += _ASK
    lines = tuple(f"{number}、{text}" for number, text in enumerate(said, start=1))
    return Written("权利和救济告知单", about(brief, court), lines, (), ())
