"""The officer's story on the real window, against a simulated service on the real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from kivy.base import EventLoop

from field_app.client import ServiceClient
from field_app.local_api.outbox import OutboxState
from field_app.local_api.recording import FootageBy, RecordingStatus
from field_app.local_api.talk import TalkState
from field_app.screens.app import FieldWindow
from field_app.window.link import Started
from schemas.field_api import OrderAct, OrderState
from schemas.recording_notes import FaultCause
from schemas.records import SignedHow, Step
from schemas.stream import Route
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import (
    CODE,
    OPERATION,
    OTHER_OFFICER,
    SimulatedService,
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path)
    yield peer
    peer.close()


def _never_started() -> Started:
    pytest.fail("the window started a service beside the one that runs")


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    window = FieldWindow(tmp_path, partial(ServiceClient, tmp_path), _never_started, "zh-CN")
    officer = Hand(window)
    officer.open()
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


def _record(hand: Hand, service: SimulatedService) -> None:
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None and hand.here.has_picture)


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
    _record(hand, service)
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
    _record(hand, service)
    hand.wait(lambda: not hand.part("marker").disabled)
    hand.tap(hand.part("marker"))
    hand.wait(lambda: service.markers)
    assert service.markers[0].operation == OPERATION
    hand.wait(lambda: "已标记此刻" in hand.toasts)


def test_s03_a_silence_is_planned_for_a_time_and_taken_back(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    _record(hand, service)
    hand.tap(hand.part("silence"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.pick(sheet.ids.terms, "30")
    hand.pick(sheet.ids.reasons, "covert")
    hand.picture(pictures / "field-silence-ask.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.silence is not None and hand.says("静默至"))
    assert service.silence is not None
    asked = service.silence
    assert (asked.operation, asked.minutes, asked.reason) == (OPERATION, 30, "covert")
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-silence.png")
    hand.tap(hand.part("silence"))
    hand.tap(hand.window.window_root.sheet.ids.give)
    hand.wait(lambda: service.silence is None and not hand.says("静默至"))


def test_u17_a_tap_calls_for_help_and_the_pin_closes_it(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.part("sos"))
    root = hand.window.window_root
    hand.wait(lambda: root.sos is not None and hand.says("秒后求助"))
    hand.picture(pictures / "field-sos-count.png")
    hand.tap(root.sos.ids.close)
    hand.wait(lambda: service.sos is None and root.sos is None)
    service.pin = "2580"
    for _ in range(5):
        EventLoop.window.dispatch("on_key_up", 1073741952, 0)
    hand.wait(lambda: service.sos is not None and root.sos is not None)
    assert service.sos is not None
    assert service.sos[0] == "keys"
    service.sos_told = True
    hand.wait(lambda: hand.says("已发出紧急求助"))
    hand.type(root.sos.ids.pin, "111")
    hand.tap(root.sos.ids.close)
    assert hand.says("4 至 8 位")
    hand.picture(pictures / "field-sos-told.png")
    hand.tap(root.sos.ids.fold)
    hand.wait(lambda: root.sos is None and hand.says("紧急求助中"))
    hand.picture(pictures / "field-sos-folded.png")
    hand.tap(hand.part("sos"))
    hand.wait(lambda: root.sos is not None)
    hand.type(root.sos.ids.pin, "2580")
    hand.tap(root.sos.ids.close)
    hand.wait(lambda: service.sos is None and root.sos is None)


def test_u17_pins_are_set_and_the_guard_begins_anew(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.window.window_root.go("me")
    hand.tap(hand.part("pins"))
    sheet = hand.window.window_root.pins
    assert sheet is not None
    hand.type(sheet.ids.pin, "2580")
    hand.type(sheet.ids.duress, "1470")
    hand.picture(pictures / "field-pins.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.pin == "2580")
    hand.wait(lambda: not hand.window.state.toast)
    hand.pick(hand.part("guard"), "30")
    hand.wait(lambda: service.guard_minutes == 30)
    hand.wait(lambda: not hand.part("well").disabled)
    service.guard_minutes = 1
    hand.tap(hand.part("well"))
    hand.wait(lambda: service.guard_minutes == 30)
    hand.picture(pictures / "field-guard.png")


def test_u12_a_device_carries_others_and_is_carried(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.window.window_root.go("me")
    hand.pick(hand.part("carry"), "on")
    hand.wait(lambda: hand.says("192.168.43.1:17443"))
    hand.wait(lambda: not hand.window.state.busy)
    hand.type(hand.part("carrier"), "192.168.43.7:17443")
    hand.tap(hand.part("be_carried"))
    hand.wait(lambda: service.tether.carrier == "192.168.43.7:17443")
    hand.wait(lambda: hand.says("没有信号时经过 192.168.43.7:17443"))
    hand.picture(pictures / "field-tether.png")
    hand.pick(hand.part("carry"), "off")
    hand.wait(lambda: not service.tether.address)
    assert hand.here.carries == ""


def test_s04_one_officer_starts_the_crew_and_is_told_who_started(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.tap(hand.part("crew"))
    hand.wait(lambda: service.running is not None and hand.says("已请全组开始录制"))
    assert service.crew_started == [OPERATION]
    hand.wait(lambda: hand.here.recording)
    hand.picture(pictures / "field-crew.png")
    service.running = None
    hand.wait(lambda: not hand.here.recording)
    service.send_order("请全组开始录制", OrderAct.RECORD)
    service.running = ("0192f0c0-rec2", OPERATION, now_ms())
    hand.wait(lambda: hand.says("钱望舒已为全组开始录制"))


def test_s04_a_private_interval_is_begun_by_its_kind_and_ended_after_a_second_look(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    _record(hand, service)
    hand.tap(hand.part("private"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.pick(sheet.ids.reasons, "child")
    hand.picture(pictures / "field-private-ask.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.private is not None and hand.says("隐私时段，自"))
    assert service.private is not None
    assert (service.private[0].operation, service.private[0].reason) == (OPERATION, "child")
    assert service.running is not None, "recording goes on"
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-private.png")
    hand.tap(hand.said("结束隐私时段"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.picture(pictures / "field-private-end.png")
    hand.tap(sheet.ids.go_on)
    assert service.private is not None
    hand.tap(hand.said("结束隐私时段"))
    hand.tap(hand.window.window_root.sheet.ids.give)
    hand.wait(lambda: service.private is None and not hand.says("隐私时段，自"))


def test_s03_the_desk_is_heard_and_the_officer_answers_while_he_holds(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    _record(hand, service)
    hand.wait(lambda: hand.says("听筒"))
    service.set_talk(state=TalkState.HEARING, burst="burst-0", by_desk=True)
    hand.wait(lambda: hand.says("指挥中心正在讲话"))
    hand.picture(pictures / "field-talk-heard.png")
    service.set_talk(state=TalkState.IDLE)
    hand.wait(lambda: not hand.says("指挥中心正在讲话"))
    # He speaks as long as he holds, and stops even if the finger slid off the key
    key = hand.part("talk")
    touch = hand.hold(key)
    hand.wait(lambda: key.text == "请讲")
    hand.picture(pictures / "field-talk-spoken.png")
    hand.wait(lambda: service.talk_held >= 2)
    touch.touch_move(5, 5)
    touch.touch_up()
    hand.wait(lambda: service.talk.state is TalkState.IDLE and key.text == "对讲")
    held = service.talk_held
    hand.linger(1.3)
    assert service.talk_held == held
    service.set_talk(problem="talk.nobody_hears", burst="burst-2")
    hand.wait(lambda: hand.says("此刻无人收听"))
    # Elsewhere a bar says who speaks
    hand.tap(hand.part("fault"))
    hand.on("fault")
    service.set_talk(state=TalkState.HEARING, burst="burst-3", by_desk=False, problem="")
    hand.wait(lambda: hand.says("同组人员正在讲话"))
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-talk-elsewhere.png")


def test_s03_the_loudspeaker_is_the_officers_choice(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    hand.window.window_root.go("me")
    hand.on("me")
    assert hand.says("在场的人都能听到")
    hand.pick(hand.part("hearing"), "loudspeaker")
    hand.wait(lambda: service.talk.route is Route.LOUDSPEAKER)
    hand.wait(lambda: hand.part("hearing").value == "loudspeaker")
    hand.picture(pictures / "field-talk-me.png")


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
    _enrol(hand)
    _first, gap_from = _ended(service, from_ago=1_800_000, to_ago=900_000)
    _record(hand, service)
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
    _enrol(hand)
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
    _enrol(hand)
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.tap(hand.part("fault"))
    hand.on("fault")
    assert hand.says("本次行动的主办人是陈牧远")
    assert hand.says("本机没有发现录像间隔")
    hand.picture(pictures / "field-fault-not-presiding.png")


def test_v_11_one_recorder_has_to_be_explained_in_words(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _enrol(hand)
    _record(hand, service)
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


def test_the_officer_sees_that_the_camera_runs_before_the_tap(
    hand: Hand, service: SimulatedService
) -> None:
    _enrol(hand)
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.said("进入行动"))
    hand.on("record")
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
    hand.tap(hand.part("more"))
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
    _record(hand, service)
    hand.tap(hand.part("button"), hold=0.4)
    assert hand.window.window_root.sheet is None
    assert service.running is not None
    hand.tap(hand.part("button"), hold=1.3)
    sheet = hand.window.window_root.sheet
    assert sheet is not None
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
    _record(hand, service)
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
    _record(hand, service)
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
