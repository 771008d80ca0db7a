"""The second officer sets a PIN of his own on the first one's device and confirms by it."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SECOND_PIN, SimulatedService


def test_r11_the_second_confirms_by_his_own_pin_after_the_record_is_saved(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.tap(hand.part("measure"))
    hand.on("acts")
    hand.tap(hand.part("second_pin"))
    asked = hand.window.window_root.second
    hand.wait(lambda: asked.sheet is not None)
    hand.tap(asked.sheet.ids.give)
    hand.wait(lambda: hand.says("请输入登记码"))
    hand.type(asked.sheet.ids.code, "K7M2P-9QXRT")
    hand.type(asked.sheet.ids.pin, SECOND_PIN)
    hand.type(asked.sheet.ids.again, SECOND_PIN)
    hand.picture(pictures / "field-second-set.png")
    hand.tap(asked.sheet.ids.give)
    hand.wait(lambda: asked.sheet is None)
    assert [one.officer for one in service.seconds] == ["o-2"]

    hand.window.window_root.back()
    hand.on("record")
    hand.choose_act("当场履行、和解")
    hand.on("act")
    hand.pick(hand.part("second"), "o-2")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.wait(lambda: asked.sheet is not None)
    hand.picture(pictures / "field-second-confirm.png")
    hand.type(asked.sheet.ids.pin, "111111")
    hand.tap(asked.sheet.ids.give)
    hand.wait(lambda: hand.says("口令不正确"))
    assert service.by_second == []
    asked.sheet.ids.pin.ids.entry.text = ""
    hand.type(asked.sheet.ids.pin, SECOND_PIN)
    hand.tap(asked.sheet.ids.give)
    hand.on("outbox")
    assert len(service.by_second) == 1
