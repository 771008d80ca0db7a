"""Numbers, times and the strip as the officer reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from field_app import steps
from field_app.local_api.recording import RecordingStatus
from field_app.window import line, shown
from field_app.window.choices import Choices, keep_choices, load_choices
from field_app.window.words import choose
from schemas.records import Step

MOMENT_MS = 1_773_297_428_240  # 2026-03-12 14:37:08 in Guangdong


def _recording(recorded: int, received: int, archived: int) -> RecordingStatus:
    return RecordingStatus("r", None, 0, False, recorded, received, archived, None)


def test_times_are_the_courts() -> None:
    assert shown.stamp(MOMENT_MS) == "2026-03-12 14:37:08"
    assert shown.clock(MOMENT_MS) == "14:37:08"
    assert shown.short_clock(MOMENT_MS) == "14:37"
    assert shown.day(MOMENT_MS) == "3月12日 星期四"
    assert shown.elapsed(2_892_999) == "00:48:12"
    assert shown.elapsed(-5) == "00:00:00"
    choose("en")
    assert shown.day(MOMENT_MS) == "Thu 12 March"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (12_345, "12 kB"), (3_420_000, "3.4 MB"), (312_000_000, "312 MB")],
)
def test_sizes(count: int, text: str) -> None:
    assert shown.size(count) == text


def test_places_and_ages_say_what_is_known() -> None:
    assert shown.accuracy(6.4) == "±6 m"
    assert shown.accuracy(None) == "未定位"
    assert shown.since(None, 5) == "尚未联系"
    assert shown.since(1_000, 5_500) == "4 秒前"
    assert shown.since(0, 3_600_000) == "1 小时前"
    assert shown.case_number("(2026)粤0199执1024号") == "（2026）粤0199执1024号"


def test_the_strip_is_archived_then_received_then_waiting() -> None:
    found = [(span.state, span.start, span.width) for span in line.spans(_recording(100, 80, 50))]
    assert found == [("archived", 0, 0.5), ("received", 0.5, 0.3), ("waiting", 0.8, 0.2)]
    assert [span.state for span in line.spans(_recording(10, 10, 10))] == ["archived"]
    assert line.spans(_recording(0, 0, 0)) == line.spans(None) == []


def test_counts_that_disagree_never_draw_more_than_the_whole() -> None:
    found = line.spans(_recording(10, 4, 12))
    assert sum(span.width for span in found) == 1
    assert line.arrived_share(_recording(10, 4, 12)) == 1
    assert line.arrived_share(None) == 1


def test_steps_go_forward_only() -> None:
    assert steps.later("PLANNED", "departed") == "departed"
    assert steps.later("acting", "departed") == "acting"
    assert steps.next_step("planned") is Step.DEPARTED
    assert steps.next_step("ACTING") is Step.WITHDRAWN
    assert steps.next_step("withdrawn") is None
    assert steps.next_step("closed") is None
    assert steps.next_step("unheard_of") is Step.DEPARTED


def test_choices_are_kept_whole_and_a_broken_file_is_the_default(tmp_path: Path) -> None:
    assert load_choices(tmp_path) == Choices()
    keep_choices(tmp_path, Choices("en", "dark"))
    assert load_choices(tmp_path) == Choices("en", "dark")
    (tmp_path / "window.json").write_text("{half")
    assert load_choices(tmp_path) == Choices()


def test_what_ends_first_is_said_and_soon_is_a_warning() -> None:
    assert shown.lasting(None, None, None, None) == ("", False)
    assert shown.lasting(46, None, None, None) == ("46%", False)
    assert shown.lasting(46, 5_400, 66_600, None) == ("46% · 1 小时 30 分", False)
    assert shown.lasting(46, 1_500, 600, None) == ("存储还够 10 分 0 秒", True)
    assert shown.lasting(46, 1_500, None, 1_790) == ("电量还够 25 分 0 秒", True)
    assert shown.lasting(None, None, None, 300) == ("5 分 0 秒后过热", True)
