"""What each kind of measure must say (DOMAIN §2.2), as data: fields, and which kinds want them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.measures.kinds import MeasureKind as M
from schemas.measures.property import PropertyKind as P


class Reading(StrEnum):
    """How a field is read: a line, a longer text, amount in fen, whole number, yes, a number kept
    encrypted, `2026-03-12 14:36` at the court, seal tags, papers served line by line
    (`schemas.measures.served`), a party of the case by name, a debtor by name where the case has
    several, or one of the field's choices."""

    TEXT = "TEXT"
    LONG = "LONG"
    MOMENT = "MOMENT"
    CHOICE = "CHOICE"
    MONEY = "MONEY"
    WHOLE = "WHOLE"
    YES = "YES"
    TAGS = "TAGS"
    SERVED = "SERVED"
    PARTY = "PARTY"
    DEBTOR = "DEBTOR"
    SECRET = "SECRET"  # noqa: S105  (how it is read, not a secret)


@dataclass(frozen=True)
class Field:
    """A field of a measure. choices: code, Chinese, English."""

    zh: str
    en: str
    reading: Reading = Reading.TEXT
    choices: tuple[tuple[str, str, str], ...] = ()


FIELDS = {
    "paper": Field("裁定书文号", "number of the ruling"),
    "assist_paper": Field("协助执行通知书文号", "number of the assistance notice"),
    "assisting_unit": Field("协助执行单位", "assisting unit"),
    "branch": Field("开户网点", "branch"),
    "account": Field("账号", "account number", Reading.SECRET),
    "holder_id": Field(
        "协助单位登记的权利人证件号码", "holder's number as the unit has it", Reading.SECRET
    ),
    "holder_confirmed": Field(
        "证件号码不一致的，核实身份的经过", "if the number differs, how identity was confirmed"
    ),
    "asked_fen": Field("裁定冻结金额", "amount to freeze", Reading.MONEY),
    "amount_fen": Field("实际控制金额", "amount controlled", Reading.MONEY),
    "receipt": Field("协助回执号", "receipt of the assisting unit"),
    "queue_position": Field("轮候顺位", "position in the queue", Reading.WHOLE),
    "first_court": Field("首封法院", "court of the first measure"),
    "title_number": Field("权证号", "title number"),
    "area": Field("面积", "area"),
    "co_owners": Field("共有人", "co-owners"),
    "co_owners_told": Field("已通知共有人", "co-owners were told", Reading.YES),
    "mortgagee": Field("最高额抵押权人", "mortgagee of a maximum-amount mortgage"),
    "mortgagee_told": Field("已通知抵押权人", "the mortgagee was told", Reading.YES),
    "occupant": Field("占有、租赁情况", "occupant or lease"),
    "plate": Field("号牌号码", "plate"),
    "vin": Field("车辆识别代号", "VIN"),
    "engine": Field("发动机号", "engine number"),
    "odometer": Field("里程", "odometer"),
    "company": Field("公司名称", "company"),
    "uscc": Field("统一社会信用代码", "unified social credit code"),
    "share": Field("股权、份额", "share"),
    "obligor": Field("义务人或者登记机构", "obligor or registrar"),
    "payer": Field("支付单位", "payer"),
    "monthly_fen": Field("每月扣留金额", "monthly amount", Reading.MONEY),
    "living_fen": Field("保留的生活费用", "living cost kept", Reading.MONEY),
    "third_person": Field("第三人", "third person"),
    "fine_fen": Field("罚款金额", "fine", Reading.MONEY),
    "days": Field("拘留天数", "days of detention", Reading.WHOLE),
    "hours": Field("询问小时数", "hours of questioning", Reading.WHOLE),
    "result": Field("结果", "result"),
    "not_exempt": Field("已确认不属于不得控制的财产", "confirmed not exempt", Reading.YES),
    "preservation": Field(
        "由诉讼保全转换：保全裁定文号", "converted from preservation: its ruling"
    ),
    "override": Field("对未成年人采取的法律依据", "legal basis against a minor"),
    # Of acts at the scene and at the counter
    "against": Field("针对的被执行人", "against which debtor", Reading.DEBTOR),
    "receipt_at": Field("协助单位签收时间", "received by the unit at", Reading.MOMENT),
    "unit_person": Field("协助单位经办人", "person at the unit"),
    "seal_place": Field("封条张贴处", "where the seal tag is"),
    "seal_tags": Field("封条编号", "numbers of the seal tags", Reading.TAGS),
    "warrant": Field("搜查令文号", "number of the search warrant"),
    "public_notice": Field("迁出公告文号", "number of the public notice"),
    "summons": Field("拘传票文号", "number of the summons"),
    "searched": Field("搜查的处所和范围", "what was searched", Reading.LONG),
    "found": Field("搜查发现的情况", "what was found", Reading.LONG),
    "forced": Field("强制开启情况", "what was opened by force"),
    "woman_searched_by": Field(
        "搜查女性身体的女执行人员", "female officer who searched a woman's body"
    ),
    "ordered_until": Field("公告指定的履行期限", "period set by the public notice"),
    "goods_to": Field("财物运往的处所", "where the goods were taken"),
    "handed_over": Field("交付的财物、票证或者行为", "what was handed over", Reading.LONG),
    "receiver": Field("接收人", "receiver"),
    "kept": Field("指定保管的财产", "property in custody", Reading.LONG),
    "may_use": Field("允许保管人使用", "custodian may use it", Reading.YES),
    "summoned": Field("被拘传人", "person summoned"),
    "brought_at": Field("到达询问场所的时间", "arrived for questioning at", Reading.MOMENT),
    "addressee": Field("受送达人", "addressee", Reading.PARTY),
    "served": Field("送达的文书", "papers served", Reading.SERVED),
    # Of the first version of the form by which papers are served
    "served_paper": Field("送达的文书", "paper served"),
    "serve_method": Field(
        "送达方式",
        "way of service",
        Reading.CHOICE,
        (("DIRECT", "直接送达", "direct"), ("LEFT", "留置送达", "left")),
    ),
    "relation": Field("与受送达人的关系", "relation to the addressee"),
    # Of the other acts
    "asked": Field("调查的事项和经过", "what was looked into", Reading.LONG),
    "answered": Field("被调查人的陈述", "what was answered", Reading.LONG),
    "performed": Field("履行或者和解的内容", "performance or settlement", Reading.LONG),
    "cash_fen": Field("当场收取现金", "cash taken", Reading.MONEY),
    "transfer_fen": Field("当场转账", "transferred on the spot", Reading.MONEY),
    "cash_receipt": Field("现金收据号", "number of the receipt for the cash"),
    "settled_fen": Field("和解确定的金额", "amount agreed on", Reading.MONEY),
    "settled_by": Field("和解的履行期限和方式", "when and how it is to be performed"),
    "of_act": Field(
        "所属的执行行为",
        "act that the list belongs to",
        Reading.CHOICE,
        (
            ("seize_movables", "扣押动产", "seize movables"),
            ("seal_movables", "查封动产", "seal movables"),
            ("search", "搜查", "search"),
            ("evict", "强制迁出", "evict"),
            ("deliver", "交付", "deliver"),
            ("custody", "指定保管", "appoint a custodian"),
        ),
    ),
    "lot": Field("清单册号", "number of the lot", Reading.WHOLE),
    "first_number": Field("本册起始序号", "number of its first item", Reading.WHOLE),
    "lots": Field("其他各册清单的标记", "marks of the other lots", Reading.LONG),
    "refusal": Field("拒绝协助的理由", "why assistance was refused", Reading.LONG),
    "refused": Field(
        "拒绝的事项",
        "what was refused",
        Reading.CHOICE,
        (
            ("OPEN", "拒绝开门、开启", "to open"),
            ("SIGN", "拒绝签名", "to sign"),
            ("OTHER", "其他阻碍", "another obstruction"),
        ),
    ),
    "refused_by": Field("拒绝的人", "who refused"),
    "refused_why": Field("拒绝的经过和理由", "how and why", Reading.LONG),
}

_PAPERS = ("paper", "assist_paper", "assisting_unit")
_HOLDER = ("holder_id", "holder_confirmed")
_BY_PROPERTY: dict[P, tuple[tuple[str, ...], tuple[str, ...]]] = {
    P.DEPOSIT: ((*_PAPERS, "account", "asked_fen", "amount_fen", "receipt"), (*_HOLDER, "branch")),
    P.PAYMENT_ACCOUNT: ((*_PAPERS, "account", "asked_fen", "amount_fen", "receipt"), _HOLDER),
    P.SECURITY: ((*_PAPERS, "share", "receipt"), (*_HOLDER, "account", "amount_fen")),
    P.FUND: ((*_PAPERS, "share", "receipt"), (*_HOLDER, "account", "amount_fen")),
    P.EQUITY: ((*_PAPERS, "company", "share", "receipt"), (*_HOLDER, "uscc")),
    P.RECEIVABLE: (("paper", "third_person", "asked_fen"), ("assist_paper",)),
    P.INCOME: ((*_PAPERS, "payer", "monthly_fen"), ("living_fen",)),
    P.INSURANCE: ((*_PAPERS, "obligor"), ("amount_fen",)),
    P.IP: ((*_PAPERS, "obligor"), ()),
    P.TRUST_BENEFIT: ((*_PAPERS, "obligor"), ()),
    P.REAL_ESTATE: (
        (*_PAPERS, "title_number", "receipt"),
        (
            *_HOLDER,
            "area",
            "occupant",
            "co_owners",
            "co_owners_told",
            "mortgagee",
            "mortgagee_told",
        ),
    ),
    P.VEHICLE: (("paper", "vin"), ("plate", "engine", "odometer", "assist_paper")),
    P.MOVABLE: (("paper",), ("co_owners", "co_owners_told")),
    P.NONE: (("paper",), ()),
}
_BY_KIND: dict[M, tuple[tuple[str, ...], tuple[str, ...]]] = {
    M.FINE: (("fine_fen",), ()),
    M.DETAIN: (("days",), ()),
    M.SUMMON_BY_FORCE: (("hours",), ()),
    M.INQUIRY: (("assisting_unit", "result"), ()),
    M.CONSUMPTION_ORDER: ((), ("override",)),
}

_FROZEN = (P.DEPOSIT, P.PAYMENT_ACCOUNT, P.SECURITY, P.FUND, P.EQUITY, P.RECEIVABLE, P.INSURANCE,
           P.IP, P.TRUST_BENEFIT)  # fmt: skip
_SEALED = (P.REAL_ESTATE, P.VEHICLE, P.MOVABLE)
_SEIZED = (P.VEHICLE, P.MOVABLE)
REGISTRABLE: dict[M, tuple[P, ...]] = {
    M.FREEZE: _FROZEN,
    M.SEAL: _SEALED,
    M.SEIZE: _SEIZED,
    M.QUEUED_FREEZE: _FROZEN,
    M.QUEUED_SEAL: _SEALED,
    M.QUEUED_SEIZE: _SEIZED,
    M.TRANSFER: (P.DEPOSIT, P.PAYMENT_ACCOUNT),
    M.WITHHOLD_INCOME: (P.INCOME,),
    M.COLLECT_INCOME: (P.INCOME,),
    M.THIRD_PARTY_CLAIM: (P.RECEIVABLE,),
    **dict.fromkeys(
        (M.INQUIRY, M.SEARCH, M.EVICT, M.SUMMON_BY_FORCE, M.FINE, M.DETAIN, M.EXIT_BAN, M.LOOKOUT,
         M.CONSUMPTION_ORDER, M.DISHONEST_LIST, M.REPORT_ORDER),
        (P.NONE,),
    ),
}  # fmt: skip
"""Which kinds the desk registers, and over what; others come with the rooms that carry them out."""

QUEUED = {M.QUEUED_FREEZE: M.FREEZE, M.QUEUED_SEAL: M.SEAL, M.QUEUED_SEIZE: M.SEIZE}
"""轮候 kinds, and what each becomes when its turn comes (查扣冻规定 26)."""
CONTROLLING = (M.FREEZE, M.SEAL, M.SEIZE)
"""Kinds whose control period has a ceiling by law."""
DATED = (M.EXIT_BAN, M.LOOKOUT)
"""Kinds whose paper names its days and that no ceiling limits."""


@dataclass(frozen=True)
class Wanted:
    """The fields that a kind must have over a kind of property, and those it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


def wanted(kind: M, over: P) -> Wanted:
    """Return the fields of a kind over a kind of property."""
    required, optional = _BY_PROPERTY[over]
    more, may = _BY_KIND.get(kind, ((), ()))
    if kind in QUEUED:
        more, may = (*more, "queue_position"), (*may, "first_court")
    if kind in CONTROLLING:
        may = (*may, "preservation")
    if kind in (M.SEAL, M.SEIZE):
        more = (*more, "not_exempt")
    return Wanted((*required, *more), (*optional, *may))
