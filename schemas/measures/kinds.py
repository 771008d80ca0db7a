"""Kinds of measures, named as DOMAIN §5.2 names them."""

from __future__ import annotations

from enum import StrEnum


class MeasureKind(StrEnum):
    """Kinds of measures (执行措施)."""

    INQUIRY = "INQUIRY"
    SEAL = "SEAL"
    SEIZE = "SEIZE"
    FREEZE = "FREEZE"
    QUEUED_SEAL = "QUEUED_SEAL"
    QUEUED_SEIZE = "QUEUED_SEIZE"
    QUEUED_FREEZE = "QUEUED_FREEZE"
    RENEW = "RENEW"
    RELEASE = "RELEASE"
    TRANSFER = "TRANSFER"
    WITHHOLD_INCOME = "WITHHOLD_INCOME"
    COLLECT_INCOME = "COLLECT_INCOME"
    THIRD_PARTY_CLAIM = "THIRD_PARTY_CLAIM"
    SEARCH = "SEARCH"
    EVICT = "EVICT"
    DELIVER = "DELIVER"
    SUBSTITUTE_PERFORMANCE = "SUBSTITUTE_PERFORMANCE"
    AUCTION = "AUCTION"
    SALE = "SALE"
    IN_KIND = "IN_KIND"
    DISTRIBUTE = "DISTRIBUTE"
    SUMMON_BY_FORCE = "SUMMON_BY_FORCE"
    FINE = "FINE"
    DETAIN = "DETAIN"
    EXIT_BAN = "EXIT_BAN"
    CONSUMPTION_ORDER = "CONSUMPTION_ORDER"
    DISHONEST_LIST = "DISHONEST_LIST"
    BID_BAN = "BID_BAN"
    MEDIA_PUBLICATION = "MEDIA_PUBLICATION"
    BOUNTY = "BOUNTY"
    AUDIT = "AUDIT"
    REPORT_ORDER = "REPORT_ORDER"
    CUSTODY = "CUSTODY"
    LOOKOUT = "LOOKOUT"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The English word."""
        return _WORDS[self][1]


_WORDS: dict[MeasureKind, tuple[str, str]] = {
    MeasureKind.INQUIRY: ("查询", "inquiry"),
    MeasureKind.SEAL: ("查封", "sealing"),
    MeasureKind.SEIZE: ("扣押", "seizure"),
    MeasureKind.FREEZE: ("冻结", "freezing"),
    MeasureKind.QUEUED_SEAL: ("轮候查封", "queued sealing"),
    MeasureKind.QUEUED_SEIZE: ("轮候扣押", "queued seizure"),
    MeasureKind.QUEUED_FREEZE: ("轮候冻结", "queued freezing"),
    MeasureKind.RENEW: ("续行", "renewal"),
    MeasureKind.RELEASE: ("解除", "release"),
    MeasureKind.TRANSFER: ("划拨", "transfer"),
    MeasureKind.WITHHOLD_INCOME: ("扣留收入", "withholding of income"),
    MeasureKind.COLLECT_INCOME: ("提取收入", "collection of income"),
    MeasureKind.THIRD_PARTY_CLAIM: ("到期债权", "claim against a third party"),
    MeasureKind.SEARCH: ("搜查", "search"),
    MeasureKind.EVICT: ("强制迁出", "eviction"),
    MeasureKind.DELIVER: ("交付", "delivery"),
    MeasureKind.SUBSTITUTE_PERFORMANCE: ("替代履行", "substitute performance"),
    MeasureKind.AUCTION: ("拍卖", "auction"),
    MeasureKind.SALE: ("变卖", "sale"),
    MeasureKind.IN_KIND: ("以物抵债", "payment in kind"),
    MeasureKind.DISTRIBUTE: ("分配", "distribution"),
    MeasureKind.SUMMON_BY_FORCE: ("拘传", "summons by force"),
    MeasureKind.FINE: ("罚款", "fine"),
    MeasureKind.DETAIN: ("司法拘留", "judicial detention"),
    MeasureKind.EXIT_BAN: ("限制出境", "exit ban"),
    MeasureKind.CONSUMPTION_ORDER: ("限制消费", "consumption order"),
    MeasureKind.DISHONEST_LIST: ("纳入失信", "listing as dishonest"),
    MeasureKind.BID_BAN: ("限制招投标", "bidding ban"),
    MeasureKind.MEDIA_PUBLICATION: ("媒体公布", "publication in the media"),
    MeasureKind.BOUNTY: ("悬赏", "bounty"),
    MeasureKind.AUDIT: ("审计", "audit"),
    MeasureKind.REPORT_ORDER: ("报告财产令", "property report order"),
    MeasureKind.CUSTODY: ("指定保管", "appointment of a custodian"),
    MeasureKind.LOOKOUT: ("布控", "lookout"),
}
