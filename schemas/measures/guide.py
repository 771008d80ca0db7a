"""The steps of a guided act: what is said, shown and handed over, in order.

A step is done at a moment or left out for a reason; which steps an act has stands in its form.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class GuideStep(StrEnum):
    """A step of an act."""

    ANNOUNCE = "ANNOUNCE"
    SHOW_ID = "SHOW_ID"
    SHOW_PAPER = "SHOW_PAPER"
    NOTIFY = "NOTIFY"
    EXPLAIN_RIGHTS = "EXPLAIN_RIGHTS"
    READ_OUT = "READ_OUT"
    COPY_GIVEN = "COPY_GIVEN"
    CARE_GUARDIAN = "CARE_GUARDIAN"
    CARE_APART = "CARE_APART"
    CARE_MEDICAL = "CARE_MEDICAL"


@dataclass(frozen=True)
class StepWords:
    """What a step is called, and what is said or looked to at it."""

    zh: str
    en: str
    say_zh: str = ""
    say_en: str = ""


STEPS: dict[GuideStep, StepWords] = {
    GuideStep.ANNOUNCE: StepWords(
        "告知全程录音录像",
        "Announce the recording",
        "为保护您的合法权益，本次执行全程录音录像，请您配合。",
        "To protect your rights this act is recorded in full. Please cooperate.",
    ),
    GuideStep.SHOW_ID: StepWords(
        "出示工作证件",
        "Show the work ID",
        "我们是人民法院的执行人员，这是我们的证件。",
        "We are officers of the court; these are our IDs.",
    ),
    GuideStep.SHOW_PAPER: StepWords(
        "出示并宣读执行文书",
        "Show and read the paper",
        "裁定书、搜查令、公告、拘传票或者协助执行通知书",
        "Ruling, search warrant, public notice, summons or assistance notice",
    ),
    GuideStep.NOTIFY: StepWords(
        "通知应当到场的人",
        "Notify who must be present",
        "在“在场人员”中登记通知了谁、如何通知",
        "Enter under people present who was notified, and how",
    ),
    GuideStep.EXPLAIN_RIGHTS: StepWords(
        "告知权利和救济途径",
        "Explain rights and remedies",
        "您可以对执行行为提出书面异议，也可以申请复议。",
        "You may object to the act in writing and apply for reconsideration.",
    ),
    GuideStep.READ_OUT: StepWords(
        "宣读清单和笔录",
        "Read list and record out",
        "请您核对，有不同意见可以写明。",
        "Please check them; what you disagree with may be written down.",
    ),
    GuideStep.COPY_GIVEN: StepWords(
        "当场交付清单副本",
        "Hand over a copy of the list",
        "清单一份交被执行人；被执行人是自然人的，也可以交其成年家属",
        "One copy to the debtor; a person's may go to an adult family member",
    ),
    GuideStep.CARE_GUARDIAN: StepWords(
        "通知监护人或者陪护人到场",
        "Call the guardian or carer",
        "监护人不能到场的，通知其他成年亲属或者基层组织",
        "If the guardian cannot come: another adult relative or the neighbourhood",
    ),
    GuideStep.CARE_APART: StepWords(
        "与执行现场分开安置",
        "Keep away from the scene",
        "由专人陪伴，不在其面前实施强制；涉及隐私的开启隐私时段",
        "Somebody stays with the person; no force in sight; close viewing where private",
    ),
    GuideStep.CARE_MEDICAL: StepWords(
        "询问身体状况，备好医护",
        "Ask about health, have a medic ready",
        "询问病史、用药；必要时先行就医，暂缓执行",
        "Ask about illness and medicine; treatment first, postpone if need be",
    ),
}

CARE = (GuideStep.CARE_GUARDIAN, GuideStep.CARE_APART, GuideStep.CARE_MEDICAL)
"""The care checklist, opened by a minor or a frail person at the scene."""
