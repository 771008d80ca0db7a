"""Before departure, on the real window: the check (what passed, what failed, what to do), help."""

from __future__ import annotations

from pathlib import Path

import msgspec
from kivy.metrics import Metrics

from field_app.theme.tokens import TOUCH_DP
from schemas.recording_notes import Checked, CheckState
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import OPERATION, SimulatedService

GOOD, WARN, BAD = CheckState.GOOD, CheckState.WARN, CheckState.BAD
FOUND = [
    Checked("camera", GOOD, 412, "ms"),
    Checked("microphone", WARN, -91, "dB", "check.silent"),
    Checked("clock", GOOD, 20, "ms"),
    Checked("space", GOOD, 1310, "min"),
    Checked("battery", BAD, 12, "%", "check.low_battery"),
    Checked("keys", GOOD),
    Checked("papers", GOOD, 2),
    Checked("place", GOOD, 6, "m"),
    Checked("link", WARN, code="check.offline"),
]


def test_u9_the_officer_checks_the_device_and_reads_what_to_do(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.wait(lambda: hand.says("出发前自检"))
    hand.tap(hand.said("出发前自检"))
    hand.on("check")
    assert hand.says("本次行动还没有自检")
    assert hand.part("begin").height >= TOUCH_DP
    hand.tap(hand.part("begin"))
    hand.wait(lambda: hand.says("正在自检"))
    assert service.departure is not None
    assert service.departure.operation == OPERATION
    assert hand.part("begin").disabled
    hand.picture(pictures / "field-check-running.png")
    service.departure = msgspec.structs.replace(service.departure, checked=FOUND, ended=True)
    hand.wait(lambda: hand.says("3 项要处理或留意"))
    assert hand.says("充电或带上")
    assert hand.says("不通过")
    assert not hand.part("begin").disabled
    hand.picture(pictures / "field-check.png")
    service.departure = msgspec.structs.replace(service.departure, checked=FOUND[:1])
    hand.wait(lambda: hand.says("自检通过，可以出发"))
    service.departure = msgspec.structs.replace(service.departure, problem="spool.disk_full")
    hand.wait(lambda: hand.says("结果没有存下"))


def test_u9_the_check_is_read_in_english_and_dark(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.window.window_root.go("me")
    hand.pick(hand.part("language"), "en")
    hand.pick(hand.part("appearance"), "dark")
    hand.window.window_root.go("today")
    hand.wait(lambda: hand.says("Check before departure"))
    hand.tap(hand.said("Check before departure"))
    hand.tap(hand.part("begin"))
    hand.wait(lambda: service.departure is not None)
    assert service.departure is not None
    service.departure = msgspec.structs.replace(service.departure, checked=FOUND, ended=True)
    hand.wait(lambda: hand.says("To mend or to mind: 3"))
    hand.picture(pictures / "field-check-en-dark.png")


def test_u9_help_is_read_without_a_network_and_in_large_text(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.link = "lost"
    hand.window.window_root.go("me")
    hand.tap(hand.part("help"))
    hand.on("help")
    hand.picture(pictures / "field-help.png")
    for said in ("没有网络", "3 秒内连按 5 次", "提示音"):
        assert hand.says(said)
    hand.window.window_root.go("me")
    hand.pick(hand.part("text_size"), "large")
    hand.wait(lambda: Metrics.fontscale > 1)
    hand.window.window_root.go("help")
    hand.picture(pictures / "field-help-large.png")
    hand.window.window_root.go("me")
    hand.pick(hand.part("text_size"), "plain")
    hand.wait(lambda: Metrics.fontscale == 1)
