"""Gaps on the real window: who may explain one, its note, and why one recorder had to do."""

from __future__ import annotations

from pathlib import Path

from field_app.local_api.recording import RecordingStatus
from schemas.recording_notes import FaultCause
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import (
    OPERATION,
    OTHER_OFFICER,
    SimulatedService,
)


def _ended(service: SimulatedService, *, from_ago: int, to_ago: int) -> tuple[int, int]:
    """Let a recording of the operation have run from and to so many ms ago."""
    now = now_ms()
    count = (from_ago - to_ago) // 200
    service.ended.append(
        RecordingStatus(
            "0192f0c0-early", OPERATION, now - from_ago, True, count, count, count, now - to_ago
        )
    )
    return now - from_ago, now - to_ago


def test_v_03_the_presiding_officer_explains_the_gap_between_recordings(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _first, gap_from = _ended(service, from_ago=1_800_000, to_ago=900_000)
    hand.record()
    gap_to = service.running[2] if service.running else 0
    hand.wait(lambda: hand.window.state.recording is not None)
    hand.tap(hand.part("fault"))
    hand.on("fault")
    assert hand.says("只有主办人签署的说明才能说明中断")
    assert hand.says("您是本次行动的主办人")
    assert hand.says("设备数据由本机自动附上")
    hand.tap(hand.part("save"))
    assert hand.part("text").error
    assert hand.here.cause_error
    assert service.notes == []
    hand.picture(pictures / "field-fault-wanting.png")
    hand.pick(hand.part("cause"), "battery")
    assert not hand.here.cause_error
    hand.type(hand.part("text"), "电池耗尽，更换后继续录制")
    hand.part("page").scroll_y = 1
    hand.picture(pictures / "field-fault.png")
    hand.part("page").scroll_y = 0
    hand.picture(pictures / "field-fault-lower.png")
    hand.tap(hand.part("save"))
    hand.on("record")
    [note] = service.notes
    assert (note.operation, note.cause, note.device) == (OPERATION, FaultCause.BATTERY, None)
    assert note.text == "电池耗尽，更换后继续录制"
    assert gap_from - 1_000 < note.from_ms <= gap_from
    assert gap_to <= note.to_ms < gap_to + 1_000
    assert "中断说明已签名并存本机" in hand.toasts


def test_after_a_recording_the_gap_runs_until_now_and_can_be_corrected(
    hand: Hand, service: SimulatedService
) -> None:
    _first, gap_from = _ended(service, from_ago=600_000, to_ago=60_000)
    hand.wait(lambda: hand.window.state.status.recent)
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.tap(hand.part("fault"))
    hand.on("fault")
    hand.pick(hand.part("cause"), "restart")
    hand.type(hand.part("text"), "程序异常")
    assert hand.part("gaps").value == "0"
    hand.part("to").fill("明天")
    assert hand.part("gaps").value == "", "corrected times are no gap's"
    hand.tap(hand.part("save"))
    assert hand.part("to").error
    hand.window.window_root.back()
    hand.window.window_root.go("fault")
    assert hand.part("to").ids.entry.text == "明天", "what was typed stays"
    hand.pick(hand.part("gaps"), "0")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert service.notes[0].from_ms <= gap_from < service.notes[0].to_ms <= now_ms()


def test_v_03_who_does_not_preside_is_told_that_his_note_explains_nothing(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.officer = OTHER_OFFICER
    hand.wait(lambda: hand.window.state.status.officer == OTHER_OFFICER)
    hand.enter()
    hand.tap(hand.part("fault"))
    hand.on("fault")
    assert hand.says("本次行动的主办人是陈牧远")
    assert hand.says("本机没有发现录像间隔")
    hand.picture(pictures / "field-fault-not-presiding.png")


def test_v_11_one_recorder_has_to_be_explained_in_words(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.record()
    hand.tap(hand.part("recorders"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.tap(sheet.ids.give)
    assert sheet.ids.text.error
    assert service.reasons == []
    hand.pick(sheet.ids.reasons, "repair")
    hand.picture(pictures / "field-recorders.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.reasons)
    assert (service.reasons[0].operation, service.reasons[0].text) == (OPERATION, "另一台送修")
    assert hand.window.window_root.sheet is None
    assert service.running is not None
