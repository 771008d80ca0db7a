"""Kinds of papers (DOMAIN §2.13, §5.6), the template that typesets each, and their states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PaperKind(StrEnum):
    """Papers that the centre makes."""

    SEIZURE_LIST = "SEIZURE_LIST"
    MEASURE_NOTICE = "MEASURE_NOTICE"
    ASSIST_NOTICE = "ASSIST_NOTICE"
    DELAY_REASON = "DELAY_REASON"
    SERVICE_RECEIPT = "SERVICE_RECEIPT"
    E_SERVICE_CERT = "E_SERVICE_CERT"


class PaperState(StrEnum):
    """How far a paper is: nothing leaves the court before it is stamped."""

    UNSIGNED = "UNSIGNED"
    APPROVED = "APPROVED"
    STAMP_FAILED = "STAMP_FAILED"
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


TEMPLATES = {
    PaperKind.SEIZURE_LIST: Template("财产清单", "list of property", "seizure_list", 1, "清单"),
    PaperKind.MEASURE_NOTICE: Template(
        "执行措施告知书", "notice of a measure", "measure_notice", 1, "告知"
    ),
    PaperKind.ASSIST_NOTICE: Template(
        "协助执行通知书", "request to assist", "assist_notice", 1, "协执"
    ),
    PaperKind.DELAY_REASON: Template(
        "未按期执行原因说明书", "statement of reasons for delay", "delay_reason", 1, "说明"
    ),
    PaperKind.SERVICE_RECEIPT: Template("送达回证", "receipt of service", "service_receipt", 1,
                                        "回证"),
    PaperKind.E_SERVICE_CERT: Template(
        "电子送达凭证", "certificate of electronic service", "e_service_cert", 1, "电送"
    ),
}  # fmt: skip
