"""What the court's own text of a paper may name, and what each kind of paper must say.

A text names facts of the record as `{措施}` and parts as `【当事人】`. Facts, parts and sentences
of the law are listed here for each kind; nothing else can be named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from command_center.papers.kinds import PaperKind

WITH_TEXT = frozenset({"抬头", "标题", "靠右", "小字", "签名", "页脚"})
"""Parts that every paper may have; their words follow the name: `【签名：执行人员、书记员】`."""
MAY_HAVE_TEXT = frozenset({"签收栏"})
CLOSING = "落款"
"""Court, date and the place of the stamp: every paper has it once."""
REPEATED = frozenset({"标题", "靠右", "小字", "签名"})
OF_EVERY_PAPER = {"法院": "court", "文书名称": "title", "文号": "number"}
"""Facts that every paper may name; fields of its frame."""

_REMEDY = "不服本决定的，可以向上一级人民法院申请复议一次，复议期间不停止执行。"
_SUMMONS = (
    "被拘传人必须依法接受询问。对被拘传人的询问时间不得超过八小时；"
    "可能采取拘留措施的，不得超过二十四小时（{法律依据}）。"
)
_SEARCH = "执行人员应当按规定着装，出示本搜查令和工作证件。搜查妇女身体，由女执行人员进行。"
_FRAUD = "法院不会在短信里发送密码，也不会要求转账。有疑问请拨打12368核实。"


@dataclass(frozen=True)
class WordingForm:
    """Of one kind of paper: `facts` by name, the field (or fields, the first that is filled);
    `sometimes`: what a record may lack; `parts` of its own; `clauses`: sentences that the law
    wants, by the part that stands for each; `obliged`: names that a text must have, and that the
    paper must print whenever the record says them."""

    facts: dict[str, str]
    obliged: frozenset[str]
    sometimes: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    clauses: dict[str, str] = field(default_factory=dict)

    @property
    def all_parts(self) -> frozenset[str]:
        """Every part that a text of this kind may have."""
        return WITH_TEXT | self.parts | self.clauses.keys() | {CLOSING}

    @property
    def all_facts(self) -> dict[str, str]:
        """Every fact that a text of this kind may name."""
        return self.facts | OF_EVERY_PAPER


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEASURE = {
    "执行依据": "basis", "措施": "kind", "标的": "what", "实施时间": "when", "地点": "place",
    "执行人员": "officers", "裁定文号": "ruling", "起始日": "period_from", "届满日": "period_to",
    "估值": "amount", "保管人": "custodian", "存放地点": "storage_place", "协助单位": "unit",
    "账号": "account", "裁定金额": "asked", "拘留天数": "days", "询问小时": "hours",
    "金额": "fine amount", "救济途径": "remedy", "受文人": "to", "开始时间": "started",
    "其他事项": "note", "法律依据": "law", "续行起始日": "next_from", "续行届满日": "next_to",
    "解除事由": "ground",
}  # fmt: skip
_MAY_LACK = _names(
    "地点 执行人员 裁定文号 起始日 届满日 估值 保管人 存放地点 账号 裁定金额 拘留天数 询问小时 "
    "金额 开始时间 其他事项"
)
_LIST = "起始日 届满日 保管人 存放地点"


def _measure(
    facts: str, obliged: str, parts: str = "当事人", sure: str = "",
    clauses: dict[str, str] | None = None,
) -> WordingForm:  # fmt: skip
    """Return the form of a paper of a measure; `sure`: what its record never lacks."""
    named = _names(facts)
    return WordingForm(
        {name: of for name, of in _MEASURE.items() if name in named}, _names(obliged),
        (_MAY_LACK & named) - _names(sure), _names(parts), clauses or {},
    )  # fmt: skip


def _case(
    to: str, facts: dict[str, str], obliged: str, parts: str = "当事人", **clauses: str
) -> WordingForm:
    """Return the form of a paper of a case; `to`: what its addressee is called."""
    common = {to: "to", "执行依据": "basis", "案号": "case_number", "立案日期": "filed",
              "执行人员": "officers"}  # fmt: skip
    return WordingForm(common | facts, _names(f"{to} {obliged}"), _names("执行人员"),
                       _names(parts), clauses)  # fmt: skip


FORMS: dict[PaperKind, WordingForm] = {
    PaperKind.SEIZURE_LIST: _measure(
        f"执行依据 裁定文号 措施 标的 实施时间 地点 估值 执行人员 {_LIST}",
        "当事人 财产表 签名 措施 实施时间 执行人员 裁定文号 保管人 届满日", "当事人 财产表",
    ),
    PaperKind.MEASURE_NOTICE: _measure(
        "受文人 执行依据 措施 标的 实施时间 地点 裁定文号 金额 拘留天数 询问小时 起始日 届满日 "
        "执行人员 救济途径",
        "当事人 受文人 执行依据 措施 标的 实施时间 执行人员 届满日 金额 拘留天数 救济",
        clauses={"救济": "{救济途径}"},
    ),
    PaperKind.ASSIST_NOTICE: _measure(
        "协助单位 执行依据 裁定文号 措施 标的 账号 裁定金额 起始日 届满日 执行人员",
        "当事人 协助单位 执行依据 裁定文号 措施 标的 账号 裁定金额 届满日 执行人员",
    ),
    PaperKind.ASSIST_RENEW: _measure(
        "协助单位 执行依据 裁定文号 措施 标的 账号 裁定金额 起始日 届满日 续行起始日 续行届满日 "
        "执行人员",
        "当事人 协助单位 裁定文号 措施 标的 账号 续行起始日 续行届满日 执行人员",
        sure="起始日 届满日",
    ),
    PaperKind.DELAY_REASON: WordingForm(
        {"受文人": "to", "事项": "what", "期限届满日": "due", "原因": "reason",
         "说明人": "given_by", "说明日期": "given"},
        _names("当事人 受文人 事项 期限届满日 原因"), _names("说明人"), _names("当事人"),
    ),
    PaperKind.SERVICE_RECEIPT: WordingForm(
        {"案由": "cause", "受送达人": "to", "送达地址": "address", "送达方式": "method"},
        _names("受送达人 送达地址 送达方式 文书表 送达记载 签收栏"),
        _names("案由 送达地址 送达方式"), _names("文书表 送达记载 签收栏"),
    ),
    PaperKind.E_SERVICE_CERT: WordingForm(
        {"案由": "cause", "送达文书": "papers", "受送达人": "to", "电子地址": "address",
         "送达方式": "method"},
        _names("送达文书 受送达人 电子地址 送达方式 送达记载"),
        _names("案由 电子地址 送达方式"), _names("送达记载"),
    ),
    PaperKind.RECORD: _measure(
        "开始时间 实施时间 地点 执行人员 措施 裁定文号 标的 保管人 存放地点 其他事项",
        "当事人 财产表 签名 实施时间 执行人员 措施 保管人 其他事项", "当事人 财产表",
    ),
    PaperKind.RULING_RENEW: _measure(
        "执行依据 裁定文号 措施 标的 起始日 届满日 法律依据 续行起始日 续行届满日",
        "当事人 执行依据 裁定文号 措施 标的 届满日 法律依据 续行起始日 续行届满日 签名",
        sure="起始日 届满日",
    ),
    PaperKind.RULING_RELEASE: _measure(
        "执行依据 裁定文号 措施 标的 起始日 届满日 法律依据 解除事由",
        "当事人 执行依据 裁定文号 措施 标的 法律依据 解除事由 签名", sure="起始日 届满日",
    ),
    PaperKind.QUERY_NOTICE: _case(
        "受文人", {"查询网址": "address"}, "案号 查询网址 当事人 防骗提示", 防骗提示=_FRAUD
    ),
    PaperKind.SEARCH_WARRANT: _case(
        "被搜查人", {"搜查地点": "place", "理由": "reason", "法律依据": "law"},
        "搜查地点 理由 法律依据 执行人员 当事人 搜查规则 院长", "当事人 院长", 搜查规则=_SEARCH,
    ),
    PaperKind.FORCE_SUMMONS: _case(
        "被拘传人", {"应到处所": "place", "拘传理由": "reason", "法律依据": "law"},
        "应到处所 拘传理由 当事人 询问时限 签名 院长", "当事人 院长", 询问时限=_SUMMONS,
    ),
    PaperKind.FINE_DECISION: _case(
        "被罚款人", {"事实": "reason", "罚款金额": "amount", "法律依据": "law"},
        "事实 罚款金额 法律依据 救济", 救济=_REMEDY,
    ),
    PaperKind.DETENTION_DECISION: _case(
        "被拘留人", {"事实": "reason", "拘留天数": "days", "法律依据": "law"},
        "事实 拘留天数 法律依据 救济", 救济=_REMEDY,
    ),
}  # fmt: skip
