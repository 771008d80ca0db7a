"""What each kind of measure must say (DOMAIN §2.2), as data: fields, and which kinds want them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from command_center.measures.kinds import MeasureKind as M
from command_center.measures.property import PropertyKind as P


class Reading(StrEnum):
    """How a field is read: text, amount in fen, whole number, yes, or a number kept encrypted."""

    TEXT = "TEXT"
    MONEY = "MONEY"
    WHOLE = "WHOLE"
    YES = "YES"
    SECRET = "SECRET"  # noqa: S105  (how it is read, not a secret)


@dataclass(frozen=True)
class Field:
    """A field of a measure."""

    zh: str
    en: str
    reading: Reading = Reading.TEXT


FIELDS = {
    "paper": Field("裁定书文号", "number of the ruling"),
    "assist_paper": Field("协助执行通知书文号", "number of the assistance notice"),
    "assisting_unit": Field("协助执行单位", "assisting unit"),
    "branch": Field("开户网点", "branch"),
    "account": Field("账号", "account number", Reading.SECRET),
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
}

_PAPERS = ("paper", "assist_paper", "assisting_unit")
_BY_PROPERTY: dict[P, tuple[tuple[str, ...], tuple[str, ...]]] = {
    P.DEPOSIT: ((*_PAPERS, "account", "asked_fen", "amount_fen", "receipt"), ("branch",)),
    P.PAYMENT_ACCOUNT: ((*_PAPERS, "account", "asked_fen", "amount_fen", "receipt"), ()),
    P.SECURITY: ((*_PAPERS, "share", "receipt"), ("account", "amount_fen")),
    P.FUND: ((*_PAPERS, "share", "receipt"), ("account", "amount_fen")),
    P.EQUITY: ((*_PAPERS, "company", "share", "receipt"), ("uscc",)),
    P.RECEIVABLE: (("paper", "third_person", "asked_fen"), ("assist_paper",)),
    P.INCOME: ((*_PAPERS, "payer", "monthly_fen"), ("living_fen",)),
    P.INSURANCE: ((*_PAPERS, "obligor"), ("amount_fen",)),
    P.IP: ((*_PAPERS, "obligor"), ()),
    P.TRUST_BENEFIT: ((*_PAPERS, "obligor"), ()),
    P.REAL_ESTATE: (
        (*_PAPERS, "title_number", "receipt"),
        ("area", "occupant", "co_owners", "co_owners_told", "mortgagee", "mortgagee_told"),
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
