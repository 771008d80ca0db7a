"""Kinds of papers (DOMAIN §2.13, §5.6), the template that typesets each, and their states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PaperKind(StrEnum):
    """Papers that the centre makes; IMPORTED: made elsewhere, registered as it came."""

    SEIZURE_LIST = "SEIZURE_LIST"
    MEASURE_NOTICE = "MEASURE_NOTICE"
    ASSIST_NOTICE = "ASSIST_NOTICE"
    ASSIST_RENEW = "ASSIST_RENEW"
    DELAY_REASON = "DELAY_REASON"
    SERVICE_RECEIPT = "SERVICE_RECEIPT"
    E_SERVICE_CERT = "E_SERVICE_CERT"
    RECORD = "RECORD"
    RULING_RENEW = "RULING_RENEW"
    RULING_RELEASE = "RULING_RELEASE"
    QUERY_NOTICE = "QUERY_NOTICE"
    SEARCH_WARRANT = "SEARCH_WARRANT"
    FORCE_SUMMONS = "FORCE_SUMMONS"
    FINE_DECISION = "FINE_DECISION"
    DETENTION_DECISION = "DETENTION_DECISION"
    IMPORTED = "IMPORTED"


RECEIPTS = (PaperKind.SERVICE_RECEIPT, PaperKind.E_SERVICE_CERT)
"""Papers that prove the service of others and are not served themselves."""


NAME_BASIS = (
    PaperKind.MEASURE_NOTICE, PaperKind.ASSIST_NOTICE,
    PaperKind.RULING_RENEW, PaperKind.RULING_RELEASE, PaperKind.QUERY_NOTICE,
    PaperKind.SEARCH_WARRANT, PaperKind.FORCE_SUMMONS, PaperKind.FINE_DECISION,
    PaperKind.DETENTION_DECISION,
)  # fmt: skip
"""Papers whose shipped templates say what is enforced (执行依据)."""


class PaperState(StrEnum):
    """How far a paper is: nothing leaves the court before it is stamped."""

    UNSIGNED = "UNSIGNED"
    APPROVED = "APPROVED"
    STAMP_FAILED = "STAMP_FAILED"
    NO_STAMP = "NO_STAMP"
    STAMPED = "STAMPED"
    ISSUED = "ISSUED"
    VOID = "VOID"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _STATES[self][0]

    @property
    def en(self) -> str:
        """The English word."""
        return _STATES[self][1]


_STATES = {
    PaperState.UNSIGNED: ("未签批", "not signed"),
    PaperState.APPROVED: ("已批准，待签章", "approved, to be stamped"),
    PaperState.STAMP_FAILED: ("签章失败", "stamp failed"),
    PaperState.NO_STAMP: ("外来件无印章", "came without a stamp"),
    PaperState.STAMPED: ("已签章", "stamped"),
    PaperState.ISSUED: ("已发出", "issued"),
    PaperState.VOID: ("已作废", "void"),
}


@dataclass(frozen=True)
class Template:
    """What typesets a kind: file `FILE_VERSION.typ`, the word of its numbers, who approves it.

    A changed wording is a new file with the next version; old ones stay, for what they made.
    """

    zh: str
    en: str
    file: str
    version: int
    series: str
    approval: str = "paper:approve"


RULING = "之"
"""The series of rulings: they are numbered 之一, 之二 (DOMAIN §2.12)."""
PRESIDENT = "paper:approve_president"

TEMPLATES = {
    PaperKind.SEIZURE_LIST: Template("财产清单", "list of property", "seizure_list", 2, "清单"),
    PaperKind.MEASURE_NOTICE: Template(
        "执行措施告知书", "notice of a measure", "measure_notice", 1, "告知"
    ),
    PaperKind.ASSIST_NOTICE: Template(
        "协助执行通知书", "request to assist", "assist_notice", 1, "协执"
    ),
    PaperKind.ASSIST_RENEW: Template(
        "协助执行通知书（续行）", "request to assist in a renewal", "assist_renew", 1, "协执"
    ),
    PaperKind.DELAY_REASON: Template(
        "未按期执行原因说明书", "statement of reasons for delay", "delay_reason", 1, "说明"
    ),
    PaperKind.SERVICE_RECEIPT: Template("送达回证", "receipt of service", "service_receipt", 2,
                                        "回证"),
    PaperKind.E_SERVICE_CERT: Template(
        "电子送达凭证", "certificate of electronic service", "e_service_cert", 1, "电送"
    ),
    PaperKind.RECORD: Template("执行笔录", "record of the act", "record", 2, "笔录"),
    PaperKind.RULING_RENEW: Template(
        "执行裁定书（续行）", "ruling on renewal", "ruling_renew", 2, RULING
    ),
    PaperKind.RULING_RELEASE: Template(
        "执行裁定书（解除）", "ruling on release", "ruling_release", 1, RULING
    ),
    PaperKind.QUERY_NOTICE: Template("查询告知书", "query notice", "query_notice", 2, "查询"),
    PaperKind.SEARCH_WARRANT: Template(
        "搜查令", "search warrant", "search_warrant", 1, "搜查", PRESIDENT
    ),
    PaperKind.FORCE_SUMMONS: Template(
        "拘传票", "summons by force", "force_summons", 1, "拘传", PRESIDENT
    ),
    PaperKind.FINE_DECISION: Template(
        "罚款决定书", "decision on a fine", "fine_decision", 1, "罚", PRESIDENT
    ),
    PaperKind.DETENTION_DECISION: Template(
        "拘留决定书", "decision on detention", "detention_decision", 1, "拘", PRESIDENT
    ),
}  # fmt: skip
