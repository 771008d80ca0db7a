"""Papers served line by line: what a record keeps, who may sign for them, what a line lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.measures import served
from schemas.measures.forms import FORMS
from schemas.measures.served import MOST_LINES, ServedEnd, ServedLine
from schemas.records import ActStep, Attendee, FieldAct, SignedHow

LINE = ServedLine(ServedEnd.SIGNED, 1, 2, "", "（2026）粤0199执1号之一", "执行裁定书")
HE = Attendee("DEBTOR", "黎喆昇", True, SignedHow.SIGNED)


def act(*lines: ServedLine, people: list[Attendee] | None = None, photos: int = 1) -> FieldAct:
    form = FORMS["serve"]
    return FieldAct(
        form.name, form.version, 1, 2, "桐花街27号",
        {"addressee": "黎喆昇", "served": served.written(lines)},
        [HE] if people is None else people,
        steps=[ActStep(step, 1) for step in form.steps], photos=["a" * 64] * photos,
    )  # fmt: skip


_TEXTS = st.text(max_size=60)


@given(st.lists(st.builds(
    ServedLine, st.sampled_from(ServedEnd), st.integers(0, 99), st.integers(1, 99), _TEXTS,
    st.just("第1号"), _TEXTS, _TEXTS,
), max_size=5))  # fmt: skip
def test_what_is_written_is_read_again_whatever_was_typed(lines: list[ServedLine]) -> None:
    found = served.read(served.written(lines))
    assert found is not None
    assert [(one.end, one.receiver, one.copies, one.number) for one in found] == [
        (one.end, one.receiver, one.copies, one.number) for one in lines
    ]
    assert served.written(found) == served.written(lines)
    assert served.normal(served.written(lines).strip()) == served.written(lines)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = served.read(text)
    assert found is None or served.read(served.written(found)) is not None


@pytest.mark.parametrize("text", [
    "SIGNED", "SIGNED\t1\t1\t\t\t\t", "SOMEHOW\t1\t1\t\t号\t\t", "SIGNED\t-1\t1\t\t号\t\t",
    "SIGNED\t1\t0\t\t号\t\t", "SIGNED\t1\t1\t\t号\t\t\t余", f"SIGNED\t1\t1\t\t{'号' * 201}\t\t",
    "\n".join([LINE.text()] * (MOST_LINES + 1)),
])  # fmt: skip
def test_what_is_no_line_is_not_guessed(text: str) -> None:
    assert served.read(text) is None


@pytest.mark.parametrize(("person", "signed"), [
    (HE, True),
    (Attendee("成年家属", "黎母", True, SignedHow.FINGERPRINT), True),
    (Attendee("RECEIVER", "收发室", True, SignedHow.STAMPED), True),
    (Attendee("WITNESS", "邻居", True, SignedHow.SIGNED), False),
    (Attendee("DEBTOR", "黎喆昇", True, SignedHow.REFUSED), False),
    (Attendee("DEBTOR", "黎喆昇", False, SignedHow.SIGNED), False),
])  # fmt: skip
def test_88_who_may_receive_signs_for_it(person: Attendee, signed: bool) -> None:
    assert served.is_signed(LINE, [person]) is signed
    assert served.lacking(act(LINE, people=[person])) == ([] if signed else ["served_unsigned:1"])


def test_a_line_names_its_receiver_by_his_place_among_the_people() -> None:
    lines = [replace(LINE, receiver=number) for number in (0, 1, 2, 3)]
    assert [one.receiver for one in served.without_person(lines, 2)] == [0, 1, 0, 2]
    assert served.receiver_of(lines[3], [HE]) is None


def test_89_what_is_left_is_shown_by_a_photo_or_by_a_witness_from_outside() -> None:
    left = replace(LINE, end=ServedEnd.LEFT)
    assert served.lacking(act(left)) == []
    assert served.lacking(act(left, photos=0)) == ["left_shown"]
    outside = Attendee("GRASSROOTS_REP", "居委会", True, SignedHow.SIGNED)
    assert served.lacking(act(left, photos=0, people=[outside])) == []


def test_each_lack_names_its_lines() -> None:
    other = replace(LINE, number="（2026）粤0199执1号之二")
    lines = [
        replace(LINE, end=ServedEnd.REFUSED), LINE, replace(other, receiver=0),
        replace(other, end=ServedEnd.FAILED, note="无人在家"),
    ]  # fmt: skip
    assert served.lacking(act(*lines)) == [
        "served_unsigned:3", "served_reason:1", "served_twice:2、4",
    ]  # fmt: skip
