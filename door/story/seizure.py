"""The seizure that the story's officer writes down at the scene, complete as the law wants it."""

from __future__ import annotations

import msgspec

from schemas import records
from schemas.measures.forms import FORMS
from schemas.time import court_time, now_ms

_TWO_YEARS = 2


FORM = FORMS["seize_movables"]


def unsigned(body: records.FieldAct) -> records.FieldAct:
    """Return an act as its paper tells it: before anybody signed, refusals included."""
    people = [
        msgspec.structs.replace(one, signed=records.SignedHow.NOT_YET) if will_sign(one) else one
        for one in body.attendees
    ]
    return msgspec.structs.replace(body, attendees=people)


def will_sign(person: records.Attendee) -> bool:
    """Return whether a person of the story signs what is read to him."""
    return person.signed in records.SIGNED_SOMEHOW


def seizure(photo: str, footage: records.FootageAt | None) -> records.FieldAct:
    """Return the form's content: two machines, one photo, a debtor who refuses to sign."""
    at_ms = now_ms()
    attendees = [
        records.Attendee(
            "LEGAL_REP", "刘恒", True, records.SignedHow.REFUSED, "电话", "对债务有异议"
        ),
        records.Attendee(
            "GRASSROOTS_REP", "沿河社区 黄玉珍", True, records.SignedHow.SIGNED, "书面"
        ),
        records.Attendee("WITNESS", "物业经理 许广生", True, records.SignedHow.SIGNED, "当场"),
        records.Attendee(
            "CUSTODIAN", "刘恒", True, records.SignedHow.REFUSED, "当场", "对债务有异议"
        ),
    ]
    items = [
        records.SeizedItem(
            1, "数控车床", 1, "台", "沈阳机床 CAK5085", "SN-2019-0417", "可运行",
            18_500_000, [photo], footage,
        ),
        records.SeizedItem(2, "液压冲床", 2, "台", "扬力 JH21-80", "", "停机", 9_600_000),
    ]  # fmt: skip
    begin, end = _period(at_ms)
    return records.FieldAct(
        form=FORM.name,
        version=FORM.version,
        started_ms=at_ms - 8_000,
        finished_ms=at_ms,
        place_text="南江市临江区沿河工业路 2 号厂房",
        facts={"paper": "（2026）粤0199执3061号之一", "not_exempt": "1"},
        attendees=attendees,
        steps=[records.ActStep(step, at_ms - 7_000) for step in FORM.steps],
        items=items,
        custodian="南江市恒发五金制品有限公司(刘恒)",
        storage_place="原地保管",
        control_from=begin,
        control_to=end,
        note="已告知保管责任及擅自处置的法律后果。",
    )


def _period(at_ms: int) -> tuple[str, str]:
    """Return the dates as the paper writes them: two years, to the day before the anniversary."""
    first = court_time(at_ms).date()
    begins_leap = (first.month, first.day) == (2, 29)
    anniversary = first.replace(year=first.year + _TWO_YEARS, day=28 if begins_leap else first.day)
    last = anniversary.fromordinal(anniversary.toordinal() - (0 if begins_leap else 1))
    return first.isoformat(), last.isoformat()
