"""Who may be present at an act (DOMAIN §2.1), by code, with the words of both languages."""

from __future__ import annotations

from enum import StrEnum


class AttendeeKind(StrEnum):
    """Who somebody present is."""

    DEBTOR = "DEBTOR"
    ADULT_FAMILY = "ADULT_FAMILY"
    LEGAL_REP = "LEGAL_REP"
    UNIT_HEAD = "UNIT_HEAD"
    GRASSROOTS_REP = "GRASSROOTS_REP"
    WORK_UNIT_REP = "WORK_UNIT_REP"
    WITNESS = "WITNESS"
    CUSTODIAN = "CUSTODIAN"
    APPLICANT = "APPLICANT"
    THIRD_PERSON = "THIRD_PERSON"
    ASSISTING_UNIT = "ASSISTING_UNIT"
    NOTARY = "NOTARY"
    NPC_DEPUTY = "NPC_DEPUTY"
    CPPCC_MEMBER = "CPPCC_MEMBER"
    PEOPLE_ASSESSOR = "PEOPLE_ASSESSOR"
    INTERPRETER = "INTERPRETER"
    MINOR = "MINOR"
    FRAIL = "FRAIL"
    GUARDIAN = "GUARDIAN"
    POLICE = "POLICE"
    MEDIC = "MEDIC"
    LOCKSMITH = "LOCKSMITH"
    AGENT = "AGENT"
    RECEIVER = "RECEIVER"


ATTENDEE_WORDS: dict[AttendeeKind, tuple[str, str]] = {
    AttendeeKind.DEBTOR: ("被执行人", "debtor"),
    AttendeeKind.ADULT_FAMILY: ("成年家属", "adult family member"),
    AttendeeKind.LEGAL_REP: ("法定代表人", "legal representative"),
    AttendeeKind.UNIT_HEAD: ("主要负责人", "head of the unit"),
    AttendeeKind.GRASSROOTS_REP: ("基层组织代表", "neighbourhood representative"),
    AttendeeKind.WORK_UNIT_REP: ("工作单位代表", "employer's representative"),
    AttendeeKind.WITNESS: ("见证人", "witness"),
    AttendeeKind.CUSTODIAN: ("保管人", "custodian"),
    AttendeeKind.APPLICANT: ("申请执行人", "applicant"),
    AttendeeKind.THIRD_PERSON: ("案外人", "third person"),
    AttendeeKind.ASSISTING_UNIT: ("协助执行人", "assisting unit"),
    AttendeeKind.NOTARY: ("公证员", "notary"),
    AttendeeKind.NPC_DEPUTY: ("人大代表", "deputy of the people's congress"),
    AttendeeKind.CPPCC_MEMBER: ("政协委员", "member of the consultative conference"),
    AttendeeKind.PEOPLE_ASSESSOR: ("人民陪审员", "people's assessor"),
    AttendeeKind.INTERPRETER: ("翻译人员", "interpreter"),
    AttendeeKind.MINOR: ("未成年人", "minor"),
    AttendeeKind.FRAIL: ("老弱病残孕人员", "old, ill, disabled or pregnant person"),
    AttendeeKind.GUARDIAN: ("监护人", "guardian"),
    AttendeeKind.POLICE: ("司法警察、公安人员", "police"),
    AttendeeKind.MEDIC: ("医护人员", "medic"),
    AttendeeKind.LOCKSMITH: ("开锁人员", "locksmith"),
    AttendeeKind.AGENT: ("诉讼代理人", "agent in the proceedings"),
    AttendeeKind.RECEIVER: ("代收人", "receiver for another"),
}
MUST_SIGN = frozenset({
    AttendeeKind.DEBTOR, AttendeeKind.ADULT_FAMILY, AttendeeKind.LEGAL_REP,
    AttendeeKind.UNIT_HEAD, AttendeeKind.GRASSROOTS_REP, AttendeeKind.WORK_UNIT_REP,
    AttendeeKind.WITNESS, AttendeeKind.CUSTODIAN,
})  # fmt: skip
"""Who signs list and record when present (民诉法(2023) 256, 查扣冻规定(2020) 18)."""
_CODES = {words[0]: kind for kind, words in ATTENDEE_WORDS.items()}

MAY_RECEIVE = frozenset({
    AttendeeKind.DEBTOR, AttendeeKind.APPLICANT, AttendeeKind.THIRD_PERSON,
    AttendeeKind.ASSISTING_UNIT, AttendeeKind.ADULT_FAMILY, AttendeeKind.LEGAL_REP,
    AttendeeKind.UNIT_HEAD, AttendeeKind.GUARDIAN, AttendeeKind.AGENT, AttendeeKind.RECEIVER,
})  # fmt: skip
"""Who may sign for papers: the addressee, an adult of his household, who represents him or receives
for him (民诉法(2023) 88). A witness never does."""
OUTSIDE_WITNESSES = frozenset({AttendeeKind.GRASSROOTS_REP, AttendeeKind.WORK_UNIT_REP})
"""Whose signature shows that refused papers were left (民诉法(2023) 89)."""

CARED_FOR = frozenset({AttendeeKind.MINOR, AttendeeKind.FRAIL})
"""Whoever of them is present opens the care checklist."""


def attendee_code(kind: str) -> str:
    """Return the code of an attendee's kind, given as a code or as the Chinese word."""
    return _CODES.get(kind.strip(), kind.strip().upper())


def attendee_word(kind: str) -> str:
    """Return the Chinese word of an attendee's kind, or the kind as it was written."""
    code = attendee_code(kind)
    return ATTENDEE_WORDS[AttendeeKind(code)][0] if code in AttendeeKind.__members__ else kind
