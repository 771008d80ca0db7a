"""The continuity strip: what is archived, on its way, missing; as percent for SVG attributes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from command_center.desk.footage_spans import operation_spans, recording_spans
from command_center.desk.proof import present_proof
from command_center.desk.strip import Span, Window, segments, strip, ticks, timeline
from command_center.footage.continuity import Continuity, Fault, Interval
from command_center.footage.continuity import Span as Archived
from command_center.footage.views import (
    DeviceFootage,
    OperationFootage,
    RecordingView,
    RenditionView,
)
from command_center.platform import i18n, pages
from schemas.media.opening import Bridged
from schemas.recording_notes import DeviceData, FaultCause

T0 = 1_773_297_000_000


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    i18n.register(app, str(pages.LOCALES))
    with app.test_request_context("/"):
        yield


def recording(last_ms: int, *, ended: bool = False) -> RecordingView:
    rendition = RenditionView(1, 10, 10, 10, (), (), 1000, T0, T0 + last_ms, ended)
    return RecordingView(
        "r", "d", "LJ-03", "梁可欣", "o", 1, "camera", T0, ended, False, "open", 1, (rendition,), ()
    )


def archived(*runs: tuple[int, int]) -> list[Archived]:
    return [
        Archived("r", 1, n * 100, n * 100 + 1, T0 + start, T0 + end)
        for n, (start, end) in enumerate(runs)
    ]


def kinds(spans: list[Span]) -> list[tuple[str, int, int]]:
    return [(span.kind, span.from_ms - T0, span.to_ms - T0) for span in spans]


def test_what_is_received_but_not_archived_is_on_its_way() -> None:
    spans = recording_spans(recording(90_000), archived((0, 60_000)))
    assert kinds(spans) == [("ok", 0, 60_000), ("back", 60_000, 90_000)]


def test_a_hole_in_an_ended_recording_is_a_gap_never_whole() -> None:
    spans = recording_spans(recording(90_000, ended=True), archived((0, 40_000), (50_000, 90_000)))
    assert kinds(spans) == [("ok", 0, 40_000), ("gap", 40_000, 50_000), ("ok", 50_000, 90_000)]


def test_a_fresh_hole_of_a_running_recording_may_still_be_filled() -> None:
    spans = recording_spans(recording(90_000), archived((0, 40_000), (50_000, 90_000)))
    assert kinds(spans)[1] == ("back", 40_000, 50_000)


def test_an_old_hole_of_a_running_recording_is_a_gap() -> None:
    spans = recording_spans(recording(400_000), archived((0, 40_000), (50_000, 400_000)))
    assert kinds(spans)[1] == ("gap", 40_000, 50_000)


def test_an_operation_shows_gaps_where_nothing_comes() -> None:
    end = T0 + 300_000
    whole = Continuity(
        T0, end, (Interval(T0 + 10_000, T0 + 60_000),),
        (Interval(T0, T0 + 10_000), Interval(T0 + 60_000, end)),
    )  # fmt: skip
    footage = OperationFootage((recording(90_000, ended=True),), whole, False)
    spans = operation_spans(footage, {"r": archived((10_000, 60_000))})
    assert kinds(spans) == [
        ("gap", 0, 10_000), ("ok", 10_000, 60_000), ("back", 60_000, 90_000),
        ("gap", 90_000, 300_000),
    ]  # fmt: skip


def test_the_tail_of_a_device_just_heard_of_is_on_its_way_not_a_gap() -> None:
    end = T0 + 100_000
    whole = Continuity(T0, end, (Interval(T0, T0 + 60_000),), (Interval(T0 + 60_000, end),))
    footage = OperationFootage((recording(95_000),), whole, True)
    assert kinds(operation_spans(footage, {"r": archived((0, 60_000))}))[-1] == (
        "back", 60_000, 100_000,
    )  # fmt: skip


def test_the_numbers_of_the_proof_tell_what_is_coming_from_what_is_missing() -> None:
    end = T0 + 100_000
    whole = Continuity(T0, end, (Interval(T0, T0 + 60_000),), (Interval(T0 + 60_000, end),))
    device = DeviceFootage("d", "LJ-03", whole, ())
    footage = OperationFootage((recording(80_000, ended=True),), whole, False, (device,))
    shown = present_proof(footage, {"r": archived((0, 60_000))}, measures=True)
    assert [(row.name, row.recorded, row.coming, row.missing) for row in shown.rows] == [
        ("合并", "00:01:00", "00:00:20", "00:00:20"), ("LJ-03", "00:01:00", "00:00:20", "00:00:20"),
    ]  # fmt: skip
    assert "应当两台以上" in shown.remarks[0].word
    told = dataclasses.replace(footage, reasons=("另一台送修",))
    explained = present_proof(told, {"r": archived((0, 60_000))}, measures=True)
    assert explained.remarks[0].word == "记录仪不足两台，原因：另一台送修"


def test_u1_the_proof_says_which_footage_came_by_a_bridge() -> None:
    bridged = dataclasses.replace(
        recording(80_000, ended=True), source="bridge", bridged=Bridged("file", T0 + 100_000)
    )
    shown = present_proof(OperationFootage((bridged,), None, False), {}, measures=False)
    assert [one.word for one in shown.remarks] == [
        "LJ-03 的 1 段录像经桥接入库：保管自中继收到时起，此前无签名"
    ]


def test_before_arrival_there_is_nothing_to_cover() -> None:
    assert operation_spans(OperationFootage((), None, True), {}) == []


def test_u1_explained_and_small_only_have_their_own_shapes() -> None:
    data = DeviceData("test")
    fault = Fault(
        "n", "d", T0 + 40_000, T0 + 50_000, FaultCause.BATTERY, "", "", T0 + 60_000, False, data
    )
    held = archived((0, 40_000), (60_000, 90_000))
    held.append(Archived("r", 2, 0, 9, T0 + 50_000, T0 + 55_000))
    spans = recording_spans(recording(90_000, ended=True), held, [fault])
    assert kinds(spans) == [
        ("ok", 0, 40_000), ("ex", 40_000, 50_000), ("small", 50_000, 55_000),
        ("gap", 55_000, 60_000), ("ok", 60_000, 90_000),
    ]  # fmt: skip
    label = strip(spans, Window.over(T0, T0 + 90_000)).label
    assert "14:30:40 起中断 10 秒，已说明" in label
    assert "14:30:50 起仅小画面或声音 5.0 秒" in label


def test_a_note_on_another_device_explains_nothing_here() -> None:
    data = DeviceData("test")
    fault = Fault("n", "other", T0, T0 + 90_000, FaultCause.BATTERY, "", "", T0, False, data)
    spans = recording_spans(
        recording(90_000, ended=True), archived((0, 40_000), (50_000, 90_000)), [fault]
    )
    assert ("gap", 40_000, 50_000) in kinds(spans)


def test_the_words_of_a_strip_name_its_gaps() -> None:
    shown = strip([Span("ok", T0, T0 + 9_000), Span("gap", T0 + 9_000, T0 + 80_000)],
                  Window.over(T0, T0 + 80_000))  # fmt: skip
    assert "存至 14:30:09" in shown.label
    assert "起中断 1 分 11 秒" in shown.label
    assert shown.archived == 11.25


def test_a_short_gap_stays_visible() -> None:
    day = Window.over(T0, T0 + 86_400_000)
    (segment,) = segments([Span("gap", T0 + 1_000, T0 + 4_000)], day)
    assert segment.w >= 1


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**7)), max_size=20),
    st.integers(1000, 10**7),
)
def test_segments_never_leave_the_plot(runs: list[tuple[int, int]], length: int) -> None:
    spans = [Span("gap", T0 + start, T0 + start + run) for start, run in runs]
    for segment in segments(spans, Window.over(T0, T0 + length), 8, 91):
        assert segment.x >= 7.999
        assert segment.x + segment.w <= 99.002


@given(st.integers(1, 400 * 24 * 3_600_000))
def test_the_axis_has_few_round_times(length: int) -> None:
    found = ticks(Window.over(T0, T0 + length))
    assert len(found) <= 9
    assert [tick.x for tick in found] == sorted(tick.x for tick in found)


def test_labels_of_a_lane_never_lie_on_each_other() -> None:
    marks = [("step", T0 + n * 1000, f"第{n}步") for n in range(5)] + [("step", T0 + 300_000, "末")]
    made = timeline(Window.over(T0, T0 + 600_000), [("现场", [], marks)], None, "")
    texts = [mark.text for mark in made.lanes[0].marks]
    assert texts == ["第0步", "", "", "", "", "末"]
    assert all(mark.title for mark in made.lanes[0].marks)
