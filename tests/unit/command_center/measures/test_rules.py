"""What a former record of 扣押 of movables lacks: each thing is one defect with its law."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from command_center.measures.act_rules import Surroundings, act_defects
from command_center.measures.rules import Circumstances
from command_center.measures.states import MeasureState
from schemas.ids import new_id
from schemas.measures.former import as_form
from schemas.measures.forms import FORMS
from schemas.measures.kinds import MeasureKind
from schemas.measures.people import attendee_code
from schemas.records import Attendee, FieldAct, FieldRecord, SeizedItem, SeizeMovables, SignedHow

PERSON = Circumstances(debtor_is_person=True, recorders=2)
UNIT = Circumstances(debtor_is_person=False, recorders=2)
SIGNED = SignedHow.SIGNED


def whole_body() -> SeizeMovables:
    return SeizeMovables(
        started_ms=1_000,
        finished_ms=2_000,
        place_text="龙津里3巷12号",
        items=[SeizedItem(1, "缝纫机", 2, "台"), SeizedItem(2, "布料", 10, "匹")],
        custodian="南江物流有限公司",
        storage_place="三号仓",
        attendees=[
            Attendee("DEBTOR", "贺建平", True, SIGNED),
            Attendee("GRASSROOTS_REP", "居委会李主任", True, SIGNED),
            Attendee("CUSTODIAN", "周保管", True, SIGNED),
        ],
        not_exempt=True,
        control_from="2026-03-12",
        control_to="2028-03-11",
    )


def codes(
    body: SeizeMovables, around: Circumstances = PERSON, *, confirmed: bool = True, **record: Any
) -> list[str]:
    ids = {name: new_id() for name in ("record", "device", "operation", "case")}
    fields: dict[str, Any] = {**ids, "officer": "a", "second_officer": "b", **record}
    made = FieldRecord(
        recorded_wall_ms=2_000, recorded_mono_ms=1, boot="b", app="1", body=body, **fields
    )
    act = as_form(made).body
    assert isinstance(act, FieldAct)
    named = made.second_officer not in (None, "", made.officer)
    found = act_defects(act, FORMS[act.form], Surroundings(around, named, confirmed, 0, 0, 120))
    assert all(defect.text.endswith("。") and defect.law for defect in found)
    return [defect.code for defect in found]


def changed(**fields: Any) -> SeizeMovables:
    return msgspec.structs.replace(whole_body(), **fields)


def without(kind: str) -> SeizeMovables:
    body = whole_body()
    return changed(attendees=[one for one in body.attendees if one.kind != kind])


def with_person(*people: Attendee) -> SeizeMovables:
    body = without(people[0].kind)
    return msgspec.structs.replace(body, attendees=[*body.attendees, *people])


def test_a_whole_record_has_no_defect() -> None:
    assert codes(whole_body()) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (changed(items=[]), "seizure.list_empty"),
        (
            changed(items=[SeizedItem(1, "甲", 1, "台"), SeizedItem(1, "乙", 1, "台")]),
            "seizure.item_number_repeated",
        ),
        (changed(items=[SeizedItem(1, " ", 1, "台")]), "seizure.item_unnamed"),
        (changed(items=[SeizedItem(1, "甲", 0, "台")]), "seizure.item_uncounted"),
        (changed(items=[SeizedItem(1, "甲", 1, "")]), "seizure.item_uncounted"),
        (changed(not_exempt=False), "seizure.exemption_unconfirmed"),
        (changed(started_ms=0), "seizure.time_missing"),
        (changed(started_ms=3_000), "seizure.time_reversed"),
        (changed(place_text=""), "seizure.place_missing"),
        (changed(custodian=""), "seizure.custodian_missing"),
        (without("DEBTOR"), "presence.debtor_not_notified"),
        (without("GRASSROOTS_REP"), "presence.unit_not_notified"),
        (without("CUSTODIAN"), "signature.custodian_missing"),
        (with_person(Attendee("DEBTOR", "贺", True)), "signature.missing"),
        (
            with_person(Attendee("DEBTOR", "贺", True, SignedHow.REFUSED)),
            "signature.refusal_unexplained",
        ),
        (
            with_person(Attendee("DEBTOR", "贺", False, notified_how="电话")),
            "presence.absence_unexplained",
        ),
        (changed(control_from="", control_to=""), "period.not_written"),
        (changed(control_to=""), "period.half_written"),
        (changed(control_to="2028年3月"), "period.unreadable"),
        (changed(control_to="2026-03-11"), "period.reversed"),
        (changed(control_to="2028-03-13"), "period.too_long"),
    ],
)
def test_each_missing_thing_is_one_defect(body: SeizeMovables, code: str) -> None:
    assert codes(body) == [code]


def test_refusal_to_attend_does_not_stop_the_act_when_it_is_recorded() -> None:
    absent = Attendee("DEBTOR", "贺", False, notified_how="电话", refusal_reason="拒绝到场")
    assert codes(with_person(absent)) == []


def test_adult_family_may_stand_for_the_debtor() -> None:
    body = without("DEBTOR")
    family = Attendee("ADULT_FAMILY", "贺妻", True, SignedHow.FINGERPRINT)
    assert codes(msgspec.structs.replace(body, attendees=[*body.attendees, family])) == []


def test_a_unit_needs_its_representative_and_no_neighbourhood() -> None:
    assert codes(whole_body(), UNIT) == ["presence.representative_not_notified"]
    body = with_person(Attendee("LEGAL_REP", "法定代表人", True, SIGNED))
    assert codes(msgspec.structs.replace(body, attendees=body.attendees[1:]), UNIT) == []


@pytest.mark.parametrize("second", [None, "", "a"])
def test_r11_a_second_officer_is_wanted(second: str | None) -> None:
    assert codes(whole_body(), second_officer=second) == ["officers.second_missing"]


def test_r11_a_typed_name_in_a_former_record_is_no_second_officer() -> None:
    assert codes(whole_body(), confirmed=False) == ["officers.second_typed"]


def test_vector_18_v11_one_device_online_is_a_warning_that_asks_for_the_reason() -> None:
    one = Circumstances(debtor_is_person=True, recorders=1)
    assert codes(whole_body(), one) == ["recorders.fewer_than_two"]
    assert codes(whole_body(), dataclasses.replace(one, reason_given=True)) == []


def test_the_anniversary_itself_is_still_lawful() -> None:
    assert codes(changed(control_to="2028-03-12")) == []


def test_attendees_are_known_by_code_and_by_chinese_word() -> None:
    assert attendee_code("被执行人") == attendee_code("debtor") == "DEBTOR"
    assert attendee_code("邻居") == "邻居"


def test_every_kind_and_state_has_its_words() -> None:
    assert MeasureKind.SEIZE.zh == "扣押"
    for word in (*MeasureKind, *MeasureState):
        assert word.zh
        assert word.en
