"""Sample records for a look at a court's text: one that says everything, one that says the least.

They name nobody: what a preview shows is marked 样张 in its number.
"""

from __future__ import annotations

import msgspec

from command_center.papers.facts import (
    CaseFacts,
    Facts,
    Frame,
    Item,
    MeasureFacts,
    Person,
    Printed,
    ReasonFacts,
    ServedPaper,
    ServiceFacts,
)
from command_center.papers.filling import fill
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.typeset import typeset
from command_center.papers.wording_forms import FORMS
from schemas.sign import sha256_hex

_PARTIES = [Person("申请执行人", "样张申请公司", "9144************00"),
            Person("被执行人", "样张某某", "4401************0X")]  # fmt: skip
_MEASURE = MeasureFacts(
    _PARTIES, "（2025）粤0000民初1号民事判决书", "扣押", "工业缝纫机等2项", "2026年3月12日14时36分",
    "样张路1号厂房", "样张执行员、样张书记员", "（2026）粤0000执1号之一", "2026年3月12日",
    "2028年3月11日", "¥36,000.00（叁万陆仟元整）", "样张保管人", "样张仓库",
    [Item("1", "工业缝纫机", "12 台", "样牌 Y-1 · 00001 · 八成新", "¥30,000.00"),
     Item("2", "裁床", "1 台", "样牌 C-2 · 00002 · 在用", "¥6,000.00")],
    "样张银行样张支行", "6200 0000 0000 0000", "¥36,000.00（叁万陆仟元整）", "15", "8", "",
    "认为执行行为违反法律规定的，可以向本院提出书面异议（《民事诉讼法》（2023）第236条）。",
    "样张某某", "2026年3月12日14时02分", "被执行人到场后配合清点。",
    "《民事诉讼法》（2023）第253条", "2028年3月12日", "2030年3月11日", "被执行人已履行全部义务",
)  # fmt: skip
_REASON = ReasonFacts(
    _PARTIES, "审查执行异议", "2026年3月27日", "案外人补充提交证据，须再次听证。", "样张执行员",
    "2026年3月28日", "样张申请公司",
)  # fmt: skip
_SERVICE = ServiceFacts(
    "买卖合同纠纷", [ServedPaper("执行措施告知书", "（2026）粤0000执1号告知第1号"),
                     ServedPaper("扣押财产清单", "（2026）粤0000执1号清单第1号", "二")],
    "样张某某", "样张路1号", "直接送达",
)  # fmt: skip
_SERVED = msgspec.structs.replace(
    _SERVICE,
    papers=[msgspec.structs.replace(one, result="签收，2026年3月13日；2026年3月13日生效")
            for one in _SERVICE.papers],
    lines=[("第1次送达", "2026-03-13 10:00 直接送达，签收，2026年3月13日")],
)  # fmt: skip
_CASE = CaseFacts(
    _PARTIES, "（2025）粤0000民初1号民事判决书", "（2026）粤0000执1号", "2026年3月2日",
    "样张执行员", "样张某某", "https://example.invalid/portal", "样张路1号厂房",
    "样张某某拒不报告财产，并转移设备。", "¥10,000.00（壹万元整）", "15",
    "《民事诉讼法》（2023）第114条",
)  # fmt: skip


def _full(kind: PaperKind) -> Facts:
    if kind is PaperKind.DELAY_REASON:
        return _REASON
    if kind in (PaperKind.SERVICE_RECEIPT, PaperKind.E_SERVICE_CERT):
        return _SERVED
    of_case = FORMS[kind].facts.get("执行依据") == "basis" and "案号" in FORMS[kind].facts
    return _CASE if of_case else _MEASURE


def _least(kind: PaperKind) -> Facts:
    """Return the facts without those that a record may lack."""
    full, form = _full(kind), FORMS[kind]
    lacked = {of for name in form.sometimes for of in form.facts[name].split()}
    empty = {name: "" for name in lacked if isinstance(getattr(full, name), str)}
    if isinstance(full, MeasureFacts):
        return msgspec.structs.replace(full, **empty, items=[])
    return msgspec.structs.replace(_SERVICE if full is _SERVED else full, **empty)


def sample(kind: PaperKind, court: str, edition: int, body: str, *, least: bool) -> Printed:
    """Return a paper of this kind in a court's words, of a record that exists nowhere.

    Errors: of `read_wording`.
    """
    facts = _least(kind) if least else _full(kind)
    frame = Frame(
        court, TEMPLATES[kind].zh, "（2026）粤0000执1号（样张）", "2026-03-12", kind, 1, "worded",
        "https://example.invalid/sample", edition, sha256_hex(body.encode()),
    )  # fmt: skip
    return Printed(frame, facts, fill(kind, body, frame, facts))


def try_out(kind: PaperKind, court: str, edition: int, body: str) -> tuple[bytes, bytes]:
    """Return the print of a record that says everything, and of one that says the least; both
    are checked as papers are. Errors: of `read_wording` and `typeset`."""
    full, least = (sample(kind, court, edition, body, least=one) for one in (False, True))
    return typeset(full).pdf, typeset(least).pdf
