"""Kinds of objections, how each ends, and which clocks run (DOMAIN §2.3). Pure."""

from __future__ import annotations

from dataclasses import dataclass

GRANTED, WITHDRAWN, REFUSED = "GRANTED", "WITHDRAWN", "NOT_ACCEPTED"
RECONSIDER = "reconsider_apply"
"""The clock of who may ask the next higher court for reconsideration."""


@dataclass(frozen=True)
class ObjectionKind:
    """A kind: words, the clock until it is registered (empty: none), until it is decided, and the
    clock of a party that begins when the ruling is served; outcomes: code, Chinese, English."""

    zh: str
    en: str
    register: str
    decide: str
    after: str
    outcomes: dict[str, tuple[str, str]]


_ENDS = {
    WITHDRAWN: ("准予撤回", "withdrawn"),
    REFUSED: ("不予受理", "not accepted"),
}
KINDS = {
    "CONDUCT": ObjectionKind(
        "执行行为异议", "objection to an act of enforcement", "objection_register",
        "objection_decide", RECONSIDER,
        {GRANTED: ("撤销或者变更执行行为", "the act is revoked or changed"),
         "REJECTED": ("驳回异议请求", "the objection is rejected"), **_ENDS},
    ),
    "THIRD_PARTY": ObjectionKind(
        "案外人异议", "objection of a third person", "objection_register", "objection_decide",
        "third_party_suit",
        {GRANTED: ("中止对该标的的执行", "enforcement on the property is stayed"),
         "REJECTED": ("驳回异议请求", "the objection is rejected"), **_ENDS},
    ),
    "RECONSIDERATION": ObjectionKind(
        "复议", "reconsideration", "", "reconsider_decide", "",
        {GRANTED: ("撤销或者变更异议裁定", "the ruling is revoked or changed"),
         "REJECTED": ("驳回复议申请，维持异议裁定", "the ruling is upheld"),
         "REMANDED": ("撤销裁定，发回重新审查", "sent back to be reviewed anew"), **_ENDS},
    ),
}  # fmt: skip
"""民诉法(2023) 236 (acts, reconsideration), 238 (third persons); 异议复议规定 2, 17, 23."""

SUIT, RELEASE = "third_party_suit", "third_party_release"
"""Where a third person's objection was granted and no applicant sued in time, what was held is
released (民诉解释 314)."""
THIRD_PERSONS = ("THIRD_PERSON", "INTERESTED")


def clock_after(kind: str, outcome: str) -> str:
    """Return the clock of a party that begins when a ruling is served on him, empty where none
    does. Who is not accepted asks for reconsideration, whatever he objected to (异议复议规定 2); a
    third person whose objection was decided sues instead (民诉法(2023) 238)."""
    after = KINDS[kind].after
    if outcome == WITHDRAWN or not after:
        return ""
    return RECONSIDER if outcome == REFUSED else after
