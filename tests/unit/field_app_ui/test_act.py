"""The form: what it lacks is named, nothing is refused, typed amounts become fen or stay text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.window.act import ActDraft
from field_app.window.items import ItemDraft
from field_app.window.people import AttendeeDraft
from field_app.window.period import suggested_period
from schemas.measures.forms import FORMS
from schemas.measures.tags import read_tags
from schemas.records import ActStep, SignedHow


def _whole() -> ActDraft:
    signed = SignedHow.SIGNED
    return ActDraft(
        form="seize_movables", operation="o", started_ms=1_000, place_text="桐花街27号",
        facts={"paper": "（2026）粤0199执3061号之一", "not_exempt": "1"},
        steps={step: ActStep(step, 1_000) for step in FORMS["seize_movables"].steps},
        items=[ItemDraft(name="激光打印机", photos=["a" * 64], value="6800")],
        custodian="罗以安", storage_place="一号库",
        attendees=[
            AttendeeDraft("被执行人", "黎喆昇", signed=signed),
            AttendeeDraft("基层组织代表", "孟春生", signed=signed),
            AttendeeDraft("保管人", "罗以安", signed=signed),
        ],
        control_from="2026-03-01", control_to="2028-02-29",
        second_officer="o-2",
    )  # fmt: skip


def _keys(draft: ActDraft) -> list[str]:
    return [lack.key for lack in draft.lacks()]


def test_a_whole_form_lacks_nothing() -> None:
    assert _keys(_whole()) == []


def test_an_empty_form_names_everything_and_still_makes_a_record() -> None:
    draft = ActDraft(form="seize_movables", operation="o", started_ms=5)
    assert _keys(draft) == [
        "field", "exempt", *["step"] * 7, "items", "place", "custodian", "storage", "debtor_side",
        "outside_side", "dates", "second_officer",
    ]  # fmt: skip
    body = draft.body(finished_ms=1)
    assert body.finished_ms == body.started_ms == 5
    assert body.items == []
    assert body.facts == {}


def test_refusal_absence_and_inability_need_their_reason() -> None:
    draft = _whole()
    debtor, outsider, keeper = draft.attendees
    debtor.signed, keeper.signed = SignedHow.REFUSED, SignedHow.UNABLE
    outsider.attended = False
    assert _keys(draft) == ["reason_refused", "reason_absent", "notified", "reason_unable"]
    for person in draft.attendees:
        person.refusal_reason = "未说明理由"
    outsider.notified_how = "电话通知"
    assert _keys(draft) == []
    absent = draft.body(2_000).attendees[1]
    assert absent.signed is SignedHow.NOT_YET, "who was not there did not sign"
    assert absent.notified_how == "电话通知"


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("", "", "dates"),
        ("2026-03-01", "", "dates_form"),
        ("2026/3/1", "2028-02-29", "dates_form"),
        ("2026-03-01", "2025-03-01", "dates_order"),
    ],
)
def test_dates_are_as_written_on_the_paper(first: str, last: str, key: str) -> None:
    draft = _whole()
    draft.control_from, draft.control_to = first, last
    assert _keys(draft) == [key]
    assert draft.body(2_000).control_from == first


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("", None), ("6800", 680_000), ("¥41,600.5", 4_160_050), (" 0.05 ", 5)],
)
def test_amounts_become_fen(typed: str, fen: int | None) -> None:
    assert ItemDraft(value=typed).value_fen() == fen


@pytest.mark.parametrize("typed", ["六千", "1.234", "-5", "1e3", "٣", "9" * 14, "1.x", "12."])
def test_what_is_no_amount_is_refused_but_never_lost(typed: str) -> None:
    item = ItemDraft(name="电视", condition="旧", value=typed)
    with pytest.raises(ValueError, match="amount"):
        item.value_fen()
    draft = ActDraft(form="seize_movables", operation="o", started_ms=1, items=[item])
    assert draft.total_fen() == 0
    assert draft.body(2).items[0].condition == f"旧 {typed}"


@given(st.integers(0, 10**13))
def test_every_amount_reads_back(fen: int) -> None:
    assert ItemDraft(value=f"{fen // 100}.{fen % 100:02d}").value_fen() == fen


def test_the_suggested_period_ends_the_day_before_the_anniversary() -> None:
    assert suggested_period(dt.date(2024, 3, 1), 24) == ("2024-03-01", "2026-02-28")
    assert suggested_period(dt.date(2024, 2, 29), 24) == ("2024-02-29", "2026-02-28")


def test_u5_a_tag_made_on_the_form_is_of_the_case_and_named_once() -> None:
    draft = _whole()
    draft.add_tag("（2026）粤0199执3061号")
    draft.add_tag("（2026）粤0199执3061号")
    first, second = read_tags(draft.body(2_000).facts["seal_tags"]) or []
    assert first.number != second.number
    assert first.belongs_to("（2026）粤0199执3061号")
    assert _keys(draft) == []
    draft.facts["seal_tags"] += f" {first.text}"
    assert _keys(draft) == ["tag_twice"]
    draft.facts["seal_tags"] = "门上"
    assert draft.unread() == ["seal_tags"]
    assert "门上" in draft.body(2_000).note
