"""What the law wants of an act at the scene, as a list of defects.

A done act is never refused: each missing thing is a `Defect` with a stable code, a Chinese
sentence and its source, to be mended by a new entry.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from command_center.deadlines.rulepack import LawRef, PropertyClass
from command_center.measures import law, period
from schemas.field_api import Defect
from schemas.measures.people import MUST_SIGN, attendee_code, attendee_word
from schemas.records import Attendee, FieldAct, SignedHow

UNRECORDED = "footage.major_unrecorded"
_OF_PERSON = frozenset({"DEBTOR", "ADULT_FAMILY"})
_OF_UNIT = frozenset({"LEGAL_REP", "UNIT_HEAD"})
_SENT_BY_UNIT = frozenset({"GRASSROOTS_REP", "WORK_UNIT_REP"})
_SIGNED = frozenset({SignedHow.SIGNED, SignedHow.STAMPED, SignedHow.FINGERPRINT})


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """What the record itself does not say. `recorders`: devices that recorded the operation;
    `reason_given`: an officer told before why they were fewer than wanted; `major`: the case is
    one whose acts are recorded (S-05)."""

    debtor_is_person: bool
    recorders: int
    two_recorders_wanted: int = 2
    reason_given: bool = False
    major: bool = False


def defect(code: str, text: str, ref: LawRef) -> Defect:
    """Return a defect with its source."""
    return Defect(code, text, ref.text())


def list_defects(body: FieldAct, act: str) -> Iterator[Defect]:
    """The list (清单) of 民诉法 256; `act`: its Chinese word."""
    ref = law.CIVIL_PROCEDURE_256
    if not body.items:
        yield defect("seizure.list_empty", f"{act}清单没有列明任何财产。", ref)
    numbers = [item.number for item in body.items]
    if len(set(numbers)) != len(numbers):
        yield defect("seizure.item_number_repeated", f"{act}清单的序号有重复。", ref)
    for item in body.items:
        if not item.name.strip():
            yield defect("seizure.item_unnamed", f"清单第{item.number}项没有名称。", ref)
        if item.quantity < 1 or not item.unit.strip():
            yield defect(
                "seizure.item_uncounted",
                f"清单第{item.number}项没有写明数量或者单位。",
                law.SEIZURE_RULES_18,
            )


def exemption_defects(confirmed: bool, act: str) -> Iterator[Defect]:
    """The confirmation of 查扣冻规定 3."""
    if not confirmed:
        yield defect(
            "seizure.exemption_unconfirmed",
            f"没有确认所{act}的财产不属于不得{act}的财产。",
            law.SEIZURE_RULES_3,
        )


def record_defects(body: FieldAct) -> Iterator[Defect]:
    """The record (笔录) of 查扣冻规定 18: times and place."""
    ref = law.SEIZURE_RULES_18
    if body.started_ms <= 0 or body.finished_ms <= 0:
        yield defect("seizure.time_missing", "笔录没有写明开始和完成的时间。", ref)
    elif body.finished_ms < body.started_ms:
        yield defect("seizure.time_reversed", "笔录的完成时间早于开始时间。", ref)
    if not body.place_text.strip():
        yield defect("seizure.place_missing", "笔录没有写明财产的所在地。", ref)


def custodian_defects(body: FieldAct) -> Iterator[Defect]:
    """The custodian of 查扣冻规定 18 and his signature."""
    ref = law.SEIZURE_RULES_18
    if not body.custodian.strip():
        yield defect("seizure.custodian_missing", "笔录没有写明保管人。", ref)
    elif not any(attendee_code(person.kind) == "CUSTODIAN" for person in body.attendees):
        yield defect("signature.custodian_missing", "笔录没有保管人的签名。", ref)


def presence_defects(body: FieldAct, around: Circumstances, ref: LawRef) -> Iterator[Defect]:
    """Who must be notified and who must send someone (民诉法 256); refusing does not stop the
    act, but it must be recorded."""
    told = {attendee_code(person.kind) for person in body.attendees if _was_told(person)}
    if around.debtor_is_person:
        if not told & _OF_PERSON:
            yield defect(
                "presence.debtor_not_notified", "没有记明已通知被执行人或者其成年家属到场。", ref
            )
        if not told & _SENT_BY_UNIT:
            yield defect(
                "presence.unit_not_notified",
                "没有记明被执行人的工作单位或者财产所在地的基层组织派人参加。",
                ref,
            )
    elif not told & _OF_UNIT:
        yield defect(
            "presence.representative_not_notified",
            "没有记明已通知法定代表人或者主要负责人到场。",
            ref,
        )
    for person in body.attendees:
        if not person.attended and not person.refusal_reason.strip():
            yield defect(
                "presence.absence_unexplained",
                f"{attendee_word(person.kind)}未到场，没有记明情况。",
                ref,
            )


def _was_told(person: Attendee) -> bool:
    return person.attended or bool(person.notified_how.strip())


def signature_defects(body: FieldAct) -> Iterator[Defect]:
    """Those present sign or seal (民诉法 256); the custodian signs the record (规定 18)."""
    for person in body.attendees:
        if not person.attended or attendee_code(person.kind) not in MUST_SIGN:
            continue
        custodian = attendee_code(person.kind) == "CUSTODIAN"
        ref = law.SEIZURE_RULES_18 if custodian else law.CIVIL_PROCEDURE_256
        word = attendee_word(person.kind)
        if person.signed is SignedHow.NOT_YET:
            yield defect("signature.missing", f"{word}在场，尚未签名或者盖章。", ref)
        elif person.signed not in _SIGNED and not person.refusal_reason.strip():
            yield defect(
                "signature.refusal_unexplained", f"{word}拒签或者不能签，没有记明原因。", ref
            )


def recorder_defects(around: Circumstances, act: str) -> Iterator[Defect]:
    """Two recorders at once (DOMAIN V-11), or the reason why not."""
    if around.recorders < around.two_recorders_wanted and not around.reason_given:
        yield defect(
            "recorders.fewer_than_two",
            f"现场{act}应当有两台以上记录仪同时摄录，本次为{around.recorders}台，应当说明原因。",
            law.TWO_RECORDERS,
        )


def footage_defects(around: Circumstances) -> Iterator[Defect]:
    """In a major case every act at the scene is recorded (S-05)."""
    if around.major and not around.recorders and not around.reason_given:
        yield defect(
            UNRECORDED, "重大案件的现场执行没有录音录像，应当说明原因。", law.FOOTAGE_RULES_18
        )


def period_defects(body: FieldAct, over: PropertyClass, act: str) -> Iterator[Defect]:
    """The dates of the paper: readable, in order, within the ceiling of 民诉解释(2022) 485."""
    ref = law.INTERPRETATION_485
    paper = period.read_paper(body.control_from, body.control_to)
    if paper.unreadable:
        yield defect("period.unreadable", f"文书上的{act}期限日期无法辨认。", ref)
    elif (paper.start is None) != (paper.end is None):
        yield defect("period.half_written", f"{act}期限只写明了一个日期。", ref)
    elif paper.start is None:
        yield defect("period.not_written", f"现场文书没有写明{act}的起止日期。", ref)
    elif paper.end is not None and paper.end < paper.start:
        yield defect("period.reversed", f"{act}期限的截止日早于起始日。", ref)
    elif paper.end is not None and paper.end > period.latest_lawful_end(paper.start, over):
        yield defect("period.too_long", f"{act}期限超过法律规定的最长期限。", ref)
