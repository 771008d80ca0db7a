"""S-01: the officer comes upon something; on the real window he opens an operation of its own."""

from __future__ import annotations

from pathlib import Path

from field_app.theme.tokens import TOUCH_DP
from schemas.opened import OpenedKind
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SimulatedService


def test_s01_with_no_network_he_opens_an_operation_from_the_days_list(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.link = "lost"
    hand.wait(lambda: hand.says("开立计划外行动"))
    hand.picture(pictures / "field-today-unplanned.png")
    hand.tap(hand.said("开立计划外行动"))
    hand.on("open")
    assert hand.says("主办人：陈牧远")
    assert hand.part("go").height >= TOUCH_DP
    hand.tap(hand.part("go"))
    assert hand.says("请选择发现的情况")
    assert not service.opened, "nothing is opened while something is missing"
    hand.pick(hand.part("kind"), "property")
    hand.type(hand.part("companions"), "社区干部李某")
    hand.wait(lambda: hand.part("crew").children)
    hand.tap(hand.said("沈知夏", hand.part("crew")))
    hand.picture(pictures / "field-open.png")
    hand.pick(hand.part("case"), "typed")
    hand.tap(hand.part("go"))
    assert hand.says("请填写案号，或者选择")
    hand.type(hand.part("number"), "（2026）粤0199执3061号")
    hand.picture(pictures / "field-open-typed.png")
    hand.tap(hand.part("go"))
    hand.on("record")
    (asked,) = service.opened
    assert (asked.kind, asked.place_text, asked.crew) == (OpenedKind.PROPERTY, "", ["o-2"])
    assert (asked.case, asked.case_number) == ("", "（2026）粤0199执3061号")
    assert "行动已开立，存于本机，联网后送达" in hand.toasts
    hand.wait(lambda: hand.says("（2026）粤0199执3061号"))
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None)
    assert service.running is not None
    assert service.running[1] == asked.operation, "he records for it and acts in it"
    hand.picture(pictures / "field-record-unplanned.png")


def test_s01_from_a_recording_without_operation_he_opens_one_while_nobody_knows_the_case(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.planned = False
    hand.wait(lambda: hand.says("直接录制"))
    hand.tap(hand.said("直接录制"))
    hand.on("record")
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None)
    hand.wait(lambda: hand.part("step").text == "开立行动")
    hand.picture(pictures / "field-record-unassigned.png")
    hand.tap(hand.part("step"))
    hand.on("open")
    hand.pick(hand.part("kind"), "obstruction")
    hand.tap(hand.part("go"))
    hand.on("record")
    hand.wait(lambda: hand.says("案号待定"))
    assert service.running is not None
    assert service.running[1] == service.opened[0].operation
    assert not hand.part("measure").disabled, "the whole act can be done in it"


def test_s01_without_a_position_the_place_must_be_written_and_english_says_so(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.lat = None
    hand.window.window_root.go("me")
    hand.pick(hand.part("language"), "en")
    hand.window.window_root.go("today")
    hand.wait(lambda: hand.says("Open an unplanned operation"))
    hand.tap(hand.said("Open an unplanned operation"))
    hand.on("open")
    hand.wait(lambda: hand.says("No position: write the place"))
    hand.pick(hand.part("kind"), "person")
    hand.tap(hand.part("go"))
    assert hand.says("Write the place")
    assert not service.opened
    hand.picture(pictures / "field-open-en.png")
    hand.type(hand.part("place"), "Longjin 9")
    hand.tap(hand.part("go"))
    hand.on("record")
    assert service.opened[0].place_text == "Longjin 9"
