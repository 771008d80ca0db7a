"""The second officer sets a PIN of his own on the first one's device and confirms by it."""

from __future__ import annotations

from pathlib import Path

from field_app.local_api.second import SecondHere
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SECOND_PIN, SimulatedService


def save_with_second(hand: Hand) -> None:
    """Save an act that names the second officer, who has a PIN here; the sheet asks him."""
    hand.enter()
    hand.choose_act("当场履行、和解")
    hand.on("act")
    hand.pick(hand.part("second"), "o-2")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.wait(lambda: hand.window.window_root.second.sheet is not None)


def test_r11_what_the_second_did_not_confirm_is_asked_for_until_he_does(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.seconds.append(SecondHere("o-2", "沈知夏"))
    save_with_second(hand)
    root = hand.window.window_root
    hand.tap(root.second.sheet.ids.later)
    hand.on("record")
    root.go("today")
    hand.wait(lambda: hand.says("沈知夏尚未确认在场"))
    hand.picture(pictures / "field-second-awaited.png")
    root.go("acts")
    hand.wait(lambda: hand.says("沈知夏尚未确认在场"))
    hand.tap(hand.said("输入口令"))
    hand.wait(lambda: root.second.sheet is not None)
    hand.type(root.second.sheet.ids.pin, SECOND_PIN)
    hand.tap(root.second.sheet.ids.give)
    hand.wait(lambda: root.second.sheet is None)
    assert len(service.by_second) == 1
    assert root.here.name == "acts", "he stays where he was"
    hand.wait(lambda: not hand.says("沈知夏尚未确认在场"))


def test_r11_a_second_who_will_not_confirm_here_is_asked_no_more(
    hand: Hand, service: SimulatedService
) -> None:
    service.seconds.append(SecondHere("o-2", "沈知夏"))
    save_with_second(hand)
    root = hand.window.window_root
    hand.tap(root.second.sheet.ids.later)
    hand.on("record")
    root.go("today")
    hand.wait(lambda: hand.says("沈知夏尚未确认在场"))
    hand.tap(hand.said("不在本机确认"))
    hand.wait(lambda: not hand.says("沈知夏尚未确认在场"))
    assert (service.awaited, service.by_second) == ([], [])


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
    hand.on("record")
    assert len(service.by_second) == 1
