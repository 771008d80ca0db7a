"""The officer's story on the real window, against a simulated service on the real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from field_app.local_api.outbox import OutboxState
from field_app.local_api.recording import FootageBy
from field_app.screens import root
from schemas.field_api import OrderState
from schemas.records import SignedHow, Step
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import (
    CODE,
    OPERATION,
    SimulatedService,
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    officer = open_window(tmp_path)
    yield officer
    officer.close()


def _enrol(hand: Hand) -> None:
    hand.on("enrol")
    hand.wait(lambda: hand.window.state.attached)
    hand.type(hand.part("centre"), "http://127.0.0.1:8420")
    hand.type(hand.part("code"), CODE)
    hand.type(hand.part("name"), "NJ-21")
    hand.tap(hand.part("go"))
    hand.on("today")


def test_enrolment_names_what_is_empty_and_keeps_what_was_typed(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.on("enrol")
    hand.wait(lambda: hand.window.state.attached)
    hand.tap(hand.part("go"))
    assert hand.says("请填写登记码")
    hand.type(hand.part("centre"), "http://127.0.0.1:8420")
    hand.type(hand.part("code"), "WRONG")
    hand.type(hand.part("name"), "NJ-21")
    hand.tap(hand.part("go"))
    hand.wait(lambda: hand.says("enrolment.code_wrong"))
    assert hand.part("code").ids.entry.text == "WRONG"
    hand.picture(pictures / "field-enrol.png")
    assert not service.enrolled


def test_the_story_from_enrolment_to_outbox(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.wait(lambda: hand.says("黎喆昇"))
    hand.picture(pictures / "field-today.png")
    hand.record()
    hand.picture(pictures / "field-record.png")

    hand.tap(hand.part("step"))
    hand.wait(lambda: service.steps)
    assert service.steps[0].step is Step.DEPARTED
    hand.wait(lambda: hand.part("step").text == "到达现场")

    service.send_order("请先清点再装箱")
    hand.wait(lambda: hand.says("请先清点再装箱"))
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-record-order.png")
    hand.tap(hand.said("已读", hand.part("orders")))
    hand.wait(lambda: service.orders[0].state is OrderState.READ)
    hand.wait(lambda: hand.says("已读"))
    hand.tap(hand.said("完成", hand.part("orders")))
    hand.wait(lambda: service.orders[0].state is OrderState.DONE)
    hand.wait(lambda: not hand.says("请先清点再装箱"))

    _fill_the_form(hand, service, pictures)
    service.outbox = [
        msgspec.structs.replace(one, state=state, attempts=tried, problem=problem)
        for one, state, tried, problem in zip(
            service.outbox,
            [OutboxState.RECEIVED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.KEPT],
            [1, 3, 1, 0],
            ["", "", "record.conflict", ""],
            strict=False,
        )
    ]
    hand.wait(lambda: hand.says("被退回") and hand.says("已试 3 次"))
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-outbox.png")
    refused = next(one for one in service.outbox if one.state is OutboxState.FAILED)
    hand.tap(hand.said("重新发送"))
    hand.tap(hand.said("另发新记录"))
    hand.wait(lambda: len(service.sent_again) == 2)
    assert service.sent_again == [("send_again", refused.item), ("send_as_new", refused.item)]
    hand.tap(hand.part("by_wifi"))
    hand.wait(lambda: service.footage_by is FootageBy.UNMETERED)


def test_one_tap_marks_the_moment(hand: Hand, service: SimulatedService) -> None:
    _enrol(hand)
    hand.record()
    hand.wait(lambda: not hand.part("marker").disabled)
    hand.tap(hand.part("marker"))
    hand.wait(lambda: service.markers)
    assert service.markers[0].operation == OPERATION
    hand.wait(lambda: "已标记此刻" in hand.toasts)


def test_the_officer_sees_that_the_camera_runs_before_the_tap(
    hand: Hand, service: SimulatedService
) -> None:
    _enrol(hand)
    hand.enter()
    hand.wait(lambda: hand.says("未录制"))
    service.armed = True
    hand.wait(lambda: hand.says("预录 30 秒"))
    service.armed = False
    hand.wait(lambda: hand.says("未录制"))
    assert not hand.says("预录 30 秒")
    assert service.running is None, "the buffer alone records nothing"


def _fill_the_form(hand: Hand, service: SimulatedService, pictures: Path) -> None:
    hand.choose_act("扣押动产")
    hand.on("act")
    hand.tap(hand.part("add_item"))
    hand.on("item")
    hand.type(hand.part("name"), "激光打印机")
    hand.pick(hand.part("unit"), "台")
    hand.tap(hand.part("quantity").ids.more)
    hand.type(hand.part("brand"), "北辰 L330")
    hand.type(hand.part("value"), "六千")
    hand.tap(hand.part("done"))
    assert hand.here.name == "item"
    assert hand.part("value").error
    hand.part("value").ids.entry.text = ""
    hand.type(hand.part("value"), "6800")
    for photo in range(2):
        hand.tap(hand.here.add_photo)
        hand.wait(lambda photo=photo: len(hand.here.item.photos) > photo)
    hand.picture(pictures / "field-item.png")
    hand.tap(hand.part("done"))
    hand.on("act")
    assert hand.says("激光打印机 2 台")
    hand.type(hand.part("custodian"), "南城仓储 罗以安")

    hand.tap(hand.part("add_person"))
    hand.on("person")
    hand.type(hand.part("name"), "黎喆昇")
    hand.pick(hand.part("signed"), "refused")
    hand.pick(hand.here.reason.ids.reason, "no_reason")
    hand.picture(pictures / "field-person.png")
    hand.tap(hand.part("done"))
    hand.on("act")
    hand.part("page").scroll_y = 1
    hand.picture(pictures / "field-seize.png")
    hand.part("page").scroll_y = 0.35
    hand.picture(pictures / "field-seize-lower.png")

    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("未确认无豁免财产")
    assert hand.says("缺存放地点")
    hand.picture(pictures / "field-review.png")
    hand.tap(hand.part("save"))
    hand.on("record")
    hand.tap(hand.part("backlog"))
    hand.on("outbox")
    assert len(service.saved) == 1
    saved = service.saved[0]
    assert saved.operation == OPERATION
    assert saved.body.items[0].estimated_value_fen == 680_000
    assert saved.body.items[0].quantity == 2
    assert len(saved.body.items[0].photos) == 2
    assert saved.body.items[0].footage is not None
    assert saved.body.attendees[0].signed is SignedHow.REFUSED
    assert saved.body.attendees[0].refusal_reason == "未说明理由"
    assert saved.body.control_from == ""


def test_only_a_whole_second_and_a_reason_stop_the_recording(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.record()
    hand.tap(hand.part("button"))
    assert hand.window.window_root.sheet is None
    assert service.running is not None
    touch = hand.hold(hand.part("button"))
    hand.wait(lambda: hand.window.window_root.sheet is not None)
    touch.touch_up()
    hand.frames(4)
    sheet = hand.window.window_root.sheet
    hand.tap(sheet.ids.give)
    assert service.running is not None
    assert sheet.ids.text.error
    hand.pick(sheet.ids.reasons, "finished")
    hand.picture(pictures / "field-stop.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.running is None)
    assert service.stopped == ["行动结束"]
    hand.wait(lambda: not hand.here.recording)
    hand.picture(pictures / "field-record-idle.png")


def test_offline_is_said_and_blocks_nothing(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    service.link = "lost"
    hand.wait(lambda: hand.says("离线，已存本机"))
    hand.record()
    hand.wait(lambda: hand.says("仅本机录制"))
    hand.tap(hand.part("step"))
    hand.wait(lambda: service.steps)
    assert service.running is not None, "it records without a network"
    assert hand.says("仅本机录制"), "and says so still"
    hand.picture(pictures / "field-offline.png")


def test_english_keeps_the_draft_and_dark_follows(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.record()
    hand.choose_act("扣押动产")
    hand.on("act")
    hand.type(hand.part("custodian"), "南城仓储")
    hand.window.window_root.go("me")
    hand.picture(pictures / "field-me.png")
    hand.pick(hand.part("language"), "en")
    hand.wait(lambda: hand.says("Devices") or hand.says("This device"))
    hand.pick(hand.part("appearance"), "dark")
    hand.wait(lambda: hand.says("Dark"))
    hand.picture(pictures / "field-me-en-dark.png")
    assert hand.says("46 % · about 1 h 30 min")
    assert hand.says("4 s slow")
    hand._scroll_to(hand.said("4 s slow"))
    hand.picture(pictures / "field-me-lower-en-dark.png")
    for name in ("today", "record", "act", "fault", "outbox"):
        about = {"form": "seize_movables"} if name == "act" else {}
        hand.window.window_root.go(name, **about)
        hand.frames(6)
        hand.picture(pictures / f"field-{name}-en.png")
    hand.window.window_root.ask_recorders()
    hand.picture(pictures / "field-recorders-en.png")
    hand.tap(hand.window.window_root.sheet.ids.go_on)
    hand.window.window_root.go("act")
    assert hand.part("custodian").ids.entry.text == "南城仓储"


def test_after_the_first_frame_every_screen_is_made_in_turn(
    service: SimulatedService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "MAKE_SECONDS", 0.01)
    officer = open_window(tmp_path)
    try:
        made = officer.window.window_root.ids.screens
        assert len(made.screens) < 5, "the first frame awaits none of them"
        officer.wait(lambda: len(made.screens) == len(root._SCREENS))
    finally:
        officer.close()
