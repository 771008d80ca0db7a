"""The forms of acts at the scene: whole, read by both sides, and kind to older versions."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.measures.fields import FIELDS, Reading
from schemas.measures.forms import FORMS, ActForm, lacking, moment_ms, readable, stored
from schemas.measures.guide import CARE, STEPS, GuideStep
from schemas.measures.kinds import MeasureKind
from schemas.measures.lots import LIST_LOT
from schemas.measures.people import ATTENDEE_WORDS, AttendeeKind
from schemas.measures.served import ServedEnd, ServedLine
from schemas.records import ActStep, Attendee, FieldAct

LEFT = ServedLine(ServedEnd.LEFT, 0, 1, "", "（2026）粤0199执1号之一", "执行裁定书")


def act(form: ActForm, **changed: object) -> FieldAct:
    """A record in which every field is filled and every step done."""
    facts = {name: _value(name) for name in form.fields}
    made = {
        "form": form.name, "version": form.version, "started_ms": 1, "finished_ms": 2,
        "place_text": "某处", "facts": facts, "attendees": [Attendee("WITNESS", "乙", True)],
        "photos": ["a" * 64],
        "steps": [ActStep(step.value, 1) for step in form.steps], **changed,
    }  # fmt: skip
    return FieldAct(**made)  # type: ignore[arg-type]


def _value(name: str) -> str:
    field = FIELDS[name]
    return {
        Reading.MONEY: "100", Reading.WHOLE: "3", Reading.MOMENT: "2026-03-12 14:36",
        Reading.CHOICE: field.choices[0][0] if field.choices else "", Reading.YES: "1",
        Reading.TAGS: "9F3A7C21E04B-5D1C02", Reading.SERVED: LEFT.text(),
    }.get(field.reading, "甲")  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_each_form_asks_for_known_fields_and_a_whole_record_lacks_nothing(form: ActForm) -> None:
    assert set(form.fields) <= FIELDS.keys()
    assert len(set(form.fields)) == len(form.fields)
    assert form.zh
    assert form.en
    assert lacking(form, act(form)) == []
    assert all(readable(name, _value(name)) for name in form.fields)


def test_the_field_meets_every_kind_of_act_of_the_issue() -> None:
    kinds = {form.kind for form in FORMS.values()}
    assert {
        MeasureKind.SEAL, MeasureKind.SEIZE, MeasureKind.SEARCH, MeasureKind.EVICT,
        MeasureKind.DELIVER, MeasureKind.CUSTODY, MeasureKind.FREEZE, MeasureKind.TRANSFER,
        MeasureKind.SUMMON_BY_FORCE,
    } <= kinds  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_each_missing_field_and_step_is_named(form: ActForm) -> None:
    for name in form.required:
        facts = {key: value for key, value in act(form).facts.items() if key != name}
        assert f"field:{name}" in lacking(form, act(form, facts=facts))
    for step in form.steps:
        steps = [one for one in act(form).steps if one.step != step]
        assert lacking(form, act(form, steps=steps)) == [f"step:{step}"]


def test_a_step_is_left_out_for_a_reason_only() -> None:
    form = FORMS["search"]
    steps = act(form).steps[1:]
    assert lacking(form, act(form, steps=[ActStep("ANNOUNCE", 1, " "), *steps])) == [
        "reason:ANNOUNCE"
    ]
    assert lacking(form, act(form, steps=[ActStep("ANNOUNCE", 1, "无人在场"), *steps])) == []


@pytest.mark.parametrize("kind", ["MINOR", "未成年人", "FRAIL"])
def test_a_minor_or_frail_person_opens_the_care_checklist(kind: str) -> None:
    form = FORMS["evict"]
    there = act(form, attendees=[Attendee(kind, "甲", True)])
    assert lacking(form, there) == [f"step:{step}" for step in CARE]
    away = act(form, attendees=[Attendee(kind, "甲", False)])
    assert lacking(form, away) == []


@pytest.mark.parametrize("name", ["obstructed", "assist_refused"])
def test_a_refusal_is_seen_by_a_witness(name: str) -> None:
    form = FORMS[name]
    assert lacking(form, act(form, attendees=[Attendee("WITNESS", "甲", False)])) == ["witness"]
    assert lacking(form, act(form, attendees=[Attendee("见证人", "甲", True)])) == []


def test_fields_that_belong_together_are_asked_together() -> None:
    vehicle = FORMS["seize_vehicle"]
    facts = act(vehicle).facts
    assert lacking(vehicle, act(vehicle, facts={**facts, "plate": "", "engine": ""})) == ["engine"]
    assert lacking(vehicle, act(vehicle, facts={**facts, "plate": ""})) == []
    serve = FORMS["serve"]
    assert lacking(serve, act(serve, photos=[])) == ["left_shown"]
    cash = FORMS["perform"]
    facts = {"performed": "给付", "cash_fen": "100"}
    assert lacking(cash, act(cash, facts=facts)) == ["cash_receipt"]
    assert lacking(cash, act(cash, facts={**facts, "cash_fen": "0"})) == []
    settled = {"performed": "和解", "settled_fen": "500000"}
    assert lacking(cash, act(cash, facts=settled)) == ["settled_by"]
    assert lacking(cash, act(cash, facts={**settled, "settled_by": "三个月内转账"})) == []


def test_an_older_record_does_not_lack_what_was_asked_later() -> None:
    newer = dataclasses.replace(FORMS["search"], version=2, since={"warrant": 2, "SHOW_ID": 2})
    facts = {"searched": "书房", "found": "无"}
    steps = [ActStep(step.value, 1) for step in newer.steps if step is not GuideStep.SHOW_ID]
    assert lacking(newer, act(newer, version=1, facts=facts, steps=steps)) == []
    assert lacking(newer, act(newer, version=2, facts=facts, steps=steps)) == [
        "field:warrant", "step:SHOW_ID",
    ]  # fmt: skip


def test_a_service_of_before_papers_had_lines_lacks_nothing_that_is_asked_since() -> None:
    serve = FORMS["serve"]
    facts = {"served_paper": "（2026）粤0199执1号", "serve_method": "LEFT", "receiver": "甲"}
    assert lacking(serve, act(serve, version=1, facts=facts)) == []
    assert lacking(serve, act(serve, version=1, facts=facts, photos=[])) == ["left_shown"]
    assert all(readable(name, value) for name, value in facts.items())


def test_a_lot_belongs_to_one_of_the_acts_with_a_list() -> None:
    listed = {form.name for form in FORMS.values() if form.listed and form.name != LIST_LOT}
    assert {code for code, _zh, _en in FIELDS["of_act"].choices} == listed
    assert all("lots" in FORMS[name].optional for name in listed)


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=40))
def test_what_is_stored_can_be_read_by_the_centre(name: str, typed: str) -> None:
    value = stored(name, typed)
    assert value is None or not value or readable(name, value) or (
        FIELDS[name].reading is Reading.CHOICE
    )  # fmt: skip
    if typed.strip() and FIELDS[name].reading is Reading.TEXT:
        assert value == typed.strip()


def test_money_moments_and_secrets_are_stored_in_one_form() -> None:
    assert stored("amount_fen", "¥6,800.5") == "680050"
    assert stored("amount_fen", "一万") is None
    assert stored("receipt_at", "2026-03-12T14:36:20") == "2026-03-12 14:36"
    assert stored("receipt_at", "下午三点") is None
    assert moment_ms("2026-03-12 14:36") == 1_773_297_360_000
    assert stored("account", "6222 0202 0011 2233 391") == "**** 3391"


def test_every_step_and_person_has_its_words_and_v11_says_its_sentence() -> None:
    assert set(STEPS) == set(GuideStep)
    assert set(ATTENDEE_WORDS) == set(AttendeeKind)
    assert (
        STEPS[GuideStep.ANNOUNCE].say_zh == "为保护您的合法权益，本次执行全程录音录像，请您配合。"
    )
