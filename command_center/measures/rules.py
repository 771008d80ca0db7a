"""What the law wants of a 扣押 of movables, as a list of defects.

A done act is never refused: each missing thing is a `Defect` with a stable code, a Chinese
sentence and its source, to be mended by a new entry.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from command_center.deadlines.rulepack import LawRef, PropertyClass
from command_center.measures import law, period
from schemas.field_api import Defect
from schemas.records import Attendee, FieldRecord, SeizeMovables, SignedHow

_OF_PERSON = frozenset({"DEBTOR", "ADULT_FAMILY"})
_OF_UNIT = frozenset({"LEGAL_REP", "UNIT_HEAD"})
_SENT_BY_UNIT = frozenset({"GRASSROOTS_REP", "WORK_UNIT_REP"})
_MUST_SIGN = _OF_PERSON | _OF_UNIT | _SENT_BY_UNIT | {"WITNESS", "CUSTODIAN"}
_SIGNED = frozenset({SignedHow.SIGNED, SignedHow.STAMPED, SignedHow.FINGERPRINT})

ATTENDEE_WORDS: dict[str, str] = {
    "DEBTOR": "被执行人",
    "ADULT_FAMILY": "成年家属",
    "LEGAL_REP": "法定代表人",
    "UNIT_HEAD": "主要负责人",
    "GRASSROOTS_REP": "基层组织代表",
    "WORK_UNIT_REP": "工作单位代表",
    "WITNESS": "见证人",
    "CUSTODIAN": "保管人",
    "APPLICANT": "申请执行人",
    "THIRD_PERSON": "案外人",
    "ASSISTING_UNIT": "协助执行人",
    "NOTARY": "公证员",
    "NPC_DEPUTY": "人大代表",
    "CPPCC_MEMBER": "政协委员",
    "PEOPLE_ASSESSOR": "人民陪审员",
}
_CODES = {word: code for code, word in ATTENDEE_WORDS.items()}


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """What the record itself does not say. `recorders`: devices that recorded the operation;
    `reason_given`: an officer told before why they were fewer than wanted."""

    debtor_is_person: bool
    recorders: int
    two_recorders_wanted: int = 2
    reason_given: bool = False


def attendee_code(kind: str) -> str:
    """Return the code of an attendee's kind, given as a code or as the Chinese word."""
    return _CODES.get(kind.strip(), kind.strip().upper())


def attendee_word(kind: str) -> str:
    """Return the Chinese word of an attendee's kind, or the kind as it was written."""
    return ATTENDEE_WORDS.get(attendee_code(kind), kind)


def seizure_defects(
    record: FieldRecord, body: SeizeMovables, around: Circumstances
) -> list[Defect]:
    """Return what 民诉法(2023) 256 and 查扣冻规定(2020) 18 want and the record lacks."""
    return [
        *_list_defects(body),
        *_record_defects(body),
        *_presence_defects(body, around),
        *_signature_defects(body),
        *_officer_defects(record),
        *_recorder_defects(around),
        *_period_defects(body),
    ]


def _defect(code: str, text: str, ref: LawRef) -> Defect:
    return Defect(code, text, ref.text())


def _list_defects(body: SeizeMovables) -> Iterator[Defect]:
    """The list (清单) of 民诉法 256, and the confirmation of 查扣冻规定 3."""
    ref = law.CIVIL_PROCEDURE_256
    if not body.items:
        yield _defect("seizure.list_empty", "扣押清单没有列明任何财产。", ref)
    numbers = [item.number for item in body.items]
    if len(set(numbers)) != len(numbers):
        yield _defect("seizure.item_number_repeated", "扣押清单的序号有重复。", ref)
    for item in body.items:
        if not item.name.strip():
            yield _defect("seizure.item_unnamed", f"清单第{item.number}项没有名称。", ref)
        if item.quantity < 1 or not item.unit.strip():
            yield _defect(
                "seizure.item_uncounted",
                f"清单第{item.number}项没有写明数量或者单位。",
                law.SEIZURE_RULES_18,
            )
    if not body.not_exempt:
        yield _defect(
            "seizure.exemption_unconfirmed",
            "没有确认所扣押的财产不属于不得扣押的财产。",
            law.SEIZURE_RULES_3,
        )


def _record_defects(body: SeizeMovables) -> Iterator[Defect]:
    """The record (笔录) of 查扣冻规定 18: times, place, custodian."""
    ref = law.SEIZURE_RULES_18
    if body.started_ms <= 0 or body.finished_ms <= 0:
        yield _defect("seizure.time_missing", "笔录没有写明开始和完成的时间。", ref)
    elif body.finished_ms < body.started_ms:
        yield _defect("seizure.time_reversed", "笔录的完成时间早于开始时间。", ref)
    if not body.place_text.strip():
        yield _defect("seizure.place_missing", "笔录没有写明财产的所在地。", ref)
    if not body.custodian.strip():
        yield _defect("seizure.custodian_missing", "笔录没有写明保管人。", ref)


def _presence_defects(body: SeizeMovables, around: Circumstances) -> Iterator[Defect]:
    """Who must be notified and who must send someone (民诉法 256); refusing does not stop the
    act, but it must be recorded."""
    ref = law.CIVIL_PROCEDURE_256
    told = {attendee_code(person.kind) for person in body.attendees if _was_told(person)}
    if around.debtor_is_person:
        if not told & _OF_PERSON:
            yield _defect(
                "presence.debtor_not_notified", "没有记明已通知被执行人或者其成年家属到场。", ref
            )
        if not told & _SENT_BY_UNIT:
            yield _defect(
                "presence.unit_not_notified",
                "没有记明被执行人的工作单位或者财产所在地的基层组织派人参加。",
                ref,
            )
    elif not told & _OF_UNIT:
        yield _defect(
            "presence.representative_not_notified",
            "没有记明已通知法定代表人或者主要负责人到场。",
            ref,
        )
    for person in body.attendees:
        if not person.attended and not person.refusal_reason.strip():
            yield _defect(
                "presence.absence_unexplained",
                f"{attendee_word(person.kind)}未到场，没有记明情况。",
                ref,
            )


def _was_told(person: Attendee) -> bool:
    return person.attended or bool(person.notified_how.strip())


def _signature_defects(body: SeizeMovables) -> Iterator[Defect]:
    """Those present sign or seal (民诉法 256); the custodian signs the record (规定 18)."""
    for person in body.attendees:
        if not person.attended or attendee_code(person.kind) not in _MUST_SIGN:
            continue
        custodian = attendee_code(person.kind) == "CUSTODIAN"
        ref = law.SEIZURE_RULES_18 if custodian else law.CIVIL_PROCEDURE_256
        word = attendee_word(person.kind)
        if person.signed is SignedHow.NOT_YET:
            yield _defect("signature.missing", f"{word}在场，尚未签名或者盖章。", ref)
        elif person.signed not in _SIGNED and not person.refusal_reason.strip():
            yield _defect(
                "signature.refusal_unexplained", f"{word}拒签或者不能签，没有记明原因。", ref
            )
    if body.custodian.strip() and not any(
        attendee_code(person.kind) == "CUSTODIAN" for person in body.attendees
    ):
        yield _defect("signature.custodian_missing", "笔录没有保管人的签名。", law.SEIZURE_RULES_18)


def _officer_defects(record: FieldRecord) -> Iterator[Defect]:
    if record.second_officer in (None, "", record.officer):
        yield _defect("officers.second_missing", "没有记明第二名执行人员在场。", law.TWO_OFFICERS)


def _recorder_defects(around: Circumstances) -> Iterator[Defect]:
    if around.recorders < around.two_recorders_wanted and not around.reason_given:
        yield _defect(
            "recorders.fewer_than_two",
            f"现场扣押应当有两台以上记录仪同时摄录，本次为{around.recorders}台，应当说明原因。",
            law.TWO_RECORDERS,
        )


def _period_defects(body: SeizeMovables) -> Iterator[Defect]:
    """The dates of the paper: readable, in order, within the ceiling of 民诉解释(2022) 485."""
    ref = law.INTERPRETATION_485
    paper = period.read_paper(body.control_from, body.control_to)
    if paper.unreadable:
        yield _defect("period.unreadable", "文书上的扣押期限日期无法辨认。", ref)
    elif (paper.start is None) != (paper.end is None):
        yield _defect("period.half_written", "扣押期限只写明了一个日期。", ref)
    elif paper.start is None:
        yield _defect("period.not_written", "现场文书没有写明扣押的起止日期。", ref)
    elif paper.end is not None and paper.end < paper.start:
        yield _defect("period.reversed", "扣押期限的截止日早于起始日。", ref)
    elif paper.end is not None and paper.end > period.latest_lawful_end(
        paper.start, PropertyClass.MOVABLE
    ):
        yield _defect("period.too_long", "扣押动产的期限超过二年。", ref)
